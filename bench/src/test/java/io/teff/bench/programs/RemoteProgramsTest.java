// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.programs;

import static org.assertj.core.api.Assertions.assertThat;

import io.teff.executors.TeffExecutors;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The programs that executors of other processes run too. */
class RemoteProgramsTest {
    private static ExecutorService htex;

    @BeforeAll
    static void start() {
        htex = TeffExecutors.byName("htex", 1);
    }

    @AfterAll
    static void stop() throws InterruptedException {
        htex.shutdown();
        assertThat(htex.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"double, 500", "increment, 200", "slow-increment, 3:20", "fibonacci, 8"})
    void answerIsRight(String name, String size) throws Exception {
        Program program =
                Programs.all().stream().filter(p -> p.name().equals(name)).findFirst().get();
        Params params = program.params(List.of(size.split(":")), false);
        Answer answer = program.prepare(params).run(new Pool("htex", 1, htex));
        assertThat(answer.mismatch()).isEmpty();
    }
}
