// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.suite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.teff.bench.suite.SuiteProgram.Size;
import io.teff.engine.Engine;
import io.teff.engine.EngineConfig;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The programs in small sizes, on one worker and on more than there are processors. */
@Timeout(120)
class SuiteProgramTest {
    private static final int[] WORKERS = {1, 3};
    private static final int RUNS = 5;

    static List<SuiteProgram> programs() {
        return Suite.programs(Size.QUICK);
    }

    @ParameterizedTest
    @MethodSource("programs")
    void everyWayGivesTheAnswer(SuiteProgram program) {
        program.prepare();
        program.plain();
        assertThat(program.isRight()).as("plain").isTrue();
        for (int workers : WORKERS) {
            try (Engine engine = Engine.start(EngineConfig.builder().workers(workers).build())) {
                for (int run = 0; run < RUNS; run++) {
                    program.prepare();
                    program.engine(engine);
                    assertThat(program.isRight()).as("engine %d", workers).isTrue();
                }
            }
            ForkJoinPool pool = new ForkJoinPool(workers);
            try {
                program.prepare();
                program.forkJoin(pool);
                assertThat(program.isRight()).as("forkjoin %d", workers).isTrue();
            } finally {
                pool.shutdownNow();
            }
        }
    }

    @ParameterizedTest
    @MethodSource("programs")
    void withoutARunThereIsNoRightAnswer(SuiteProgram program) {
        program.prepare();
        program.plain();
        program.prepare();
        assertThat(program.isRight()).isFalse();
    }

    @ParameterizedTest
    @MethodSource("programs")
    void onlyFlatOnesRunOnAnyPool(SuiteProgram program) throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(2);
        try {
            program.prepare();
            if (program.isFlat()) {
                program.pool(pool);
                assertThat(program.isRight()).isTrue();
            } else {
                assertThatThrownBy(() -> program.pool(pool))
                        .isInstanceOf(UnsupportedOperationException.class)
                        .hasMessageContaining(program.name());
            }
        } finally {
            pool.shutdownNow();
        }
    }

    @Test
    void aYearOfHealthComesToTheCheckValues() {
        SuiteProgram year = Health.small(); // knows them, and computes nothing beforehand
        year.prepare();
        year.plain();
        assertThat(year.isRight()).isTrue();
        try (Engine engine = Engine.start(EngineConfig.builder().workers(2).build())) {
            year.prepare();
            year.engine(engine);
            assertThat(year.isRight()).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4, 8, 9, 10, 11})
    void queensStandInAsManyWaysAsIsKnown(int n) {
        SuiteProgram queens = new Queens(n);
        queens.prepare();
        queens.plain();
        assertThat(queens.isRight()).isTrue();
    }

    @Test
    void oneWrongElementIsNoProduct() {
        int n = 16;
        double[] a = Matrices.wholeNumbers(n, 5);
        double[] b = Matrices.wholeNumbers(n, 6);
        double[] c = new double[n * n];
        Matrices.multiplyAdd(c, 0, a, 0, b, 0, n, n);
        assertThat(Matrices.isProduct(c, a, b, n)).isTrue();
        for (int i = 0; i < c.length; i++) {
            c[i]++;
            assertThat(Matrices.isProduct(c, a, b, n)).as("element %d", i).isFalse();
            c[i]--;
        }
    }

    @Test
    void unevenSizesAreSorted() {
        for (int n : new int[] {1, 2, 63, 64, 65, 1_000, 4_099}) {
            Cilksort sort = new Cilksort(n, 16);
            try (Engine engine = Engine.start(EngineConfig.builder().workers(2).build())) {
                sort.prepare();
                sort.engine(engine);
                assertThat(sort.isRight()).as("%d", n).isTrue();
            }
        }
    }
}
