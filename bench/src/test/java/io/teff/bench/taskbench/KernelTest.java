// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.taskbench;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class KernelTest {
    /** Whatever is unrolled: each lane has had all its iterations, and no more. */
    @ParameterizedTest
    @ValueSource(longs = {0, 1, 3, 7, 8, 9, 31, 1024, 1027})
    void lanesHaveAllTheirIterations(long iterations) {
        Work work = new Work();
        double expected = 0;
        double[] parts = new double[8];
        for (int k = 0; k < Work.LANES; k++) {
            double x = -(k + 1.0) / (Work.LANES + 1);
            for (long n = 0; n < iterations; n++) {
                x = Work.hasFma() ? Math.fma(x, x, x) : x * x + x;
            }
            parts[k % 8] += x;
        }
        for (int k = 0; k < 8; k += 4) {
            expected += (parts[k] + parts[k + 1]) + (parts[k + 2] + parts[k + 3]);
        }
        work.computeBound(iterations);
        assertThat(work.sum()).isEqualTo(expected);
        work.computeBound(iterations); // begins anew
        assertThat(work.sum()).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 5, 1000})
    void busyWaitIsAPower(int iterations) {
        Work work = new Work();
        work.busyWait(iterations);
        BigInteger prime = BigInteger.valueOf((1L << 31) - 1);
        BigInteger power = BigInteger.valueOf(139).pow(iterations);
        assertThat(work.busy())
                .isEqualTo(power.multiply(BigInteger.valueOf(113)).mod(prime).longValueExact());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4, 16})
    void otherKernelsRunAtAnyTimestep(int samples) {
        Work work = new Work();
        Kernel memory = new Kernel(Kernel.Type.MEMORY_BOUND, 3, samples, 0, 4096);
        for (int t = 0; t < 40; t++) {
            memory.run(work, 0, t, 1); // checks the first word of its scratch each time
        }
        Kernel.of(Kernel.Type.COMPUTE_BOUND2, 10).run(work, 0, 0, 0);
        double a = -Work.LANES2 / (Work.LANES + 1.0);
        double b = Work.LANES2 - 1;
        double sum = 0;
        for (int n = 0; n < 10; n++) {
            sum = Work.hasFma() ? Math.fma(a, b, sum) : sum + a * b;
        }
        assertThat(work.sum()).isEqualTo(sum);
    }
}
