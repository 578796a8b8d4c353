// SPDX-License-Identifier: Apache-2.0
package io.teff.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.HotSpotDiagnosticMXBean;
import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A call is one object, and a small one: graphs have millions of them at a time, and laying them down
 * and running them takes about as long as it takes to move them through memory.
 */
@Timeout(60)
class CallSizeTest {
    private static final int CALLS = 10_000;
    private static final int BATCHES = 50;

    private final CompletableFuture<Integer> never = new CompletableFuture<>();
    private AppFuture<Integer> last;

    @Test
    void callOfUpToTwoArgumentsTakesFortyBytesAndOfThreeEightMore() {
        assumeTrue(isOn("UseCompressedOops"), "sizes are of references of four bytes");
        try (Flow flow = Flow.builder().executor("here", Runnable::run).exit(Exit.SKIP).build()) {
            AppFuture<Integer> root = flow.future(never);
            App1<Integer, Integer> one = flow.app("one", (Integer x) -> x);
            App2<Integer, Integer, Integer> two = flow.app("two", (Integer x, Integer y) -> x);
            App3<Integer, Integer, Integer, Integer> three =
                    flow.app("three", (Integer x, Integer y, Integer z) -> x);
            assertThat(bytes(() -> one.call(root))).isEqualTo(40);
            assertThat(bytes(() -> two.call(1, root))).isEqualTo(40);
            assertThat(bytes(() -> two.call(root, root))).isEqualTo(40);
            assertThat(bytes(() -> three.call(1, root, root))).isEqualTo(48);
        }
    }

    private static boolean isOn(String option) {
        HotSpotDiagnosticMXBean jvm =
                ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
        return Boolean.parseBoolean(jvm.getVMOption(option).getValue());
    }

    /** What a call takes once it is compiled. */
    private long bytes(Supplier<AppFuture<Integer>> call) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long least = Long.MAX_VALUE;
        for (int batch = 0; batch < BATCHES; batch++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < CALLS; i++) {
                last = call.get();
            }
            least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
            assertThat(last.isDone()).isFalse();
        }
        return Math.round((double) least / CALLS);
    }
}
