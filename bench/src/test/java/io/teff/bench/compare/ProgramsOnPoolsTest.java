// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.compare;

import static org.assertj.core.api.Assertions.assertThat;

import io.teff.bench.programs.Params;
import io.teff.bench.programs.Pool;
import io.teff.bench.programs.Program;
import io.teff.bench.programs.Programs;
import io.teff.bench.programs.Workload;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Each program on each contender, at sizes that leave odd tiles, with 1 to 3 workers. */
class ProgramsOnPoolsTest {
    private static final Map<String, List<String>> SIZES =
            Map.of(
                    "fibonacci", List.of("15"),
                    "double", List.of("1001"),
                    "increment", List.of("1001"),
                    "slow-increment", List.of("4:2"),
                    "square", List.of("1000:7:0", "100:30:2000", "10:50"),
                    "mandelbrot", List.of("33:8:50", "5:9"),
                    "montecarlo", List.of("1001"),
                    "sandpile", List.of("17:4", "9:20"),
                    "blur", List.of("33:8:3", "5:9:0"));

    static List<Arguments> all() {
        List<Arguments> all = new ArrayList<>();
        for (Program program : Programs.all()) {
            for (String size : SIZES.get(program.name())) {
                for (String executor : TestExecutors.names()) {
                    for (String contender : program.contenders(executor)) {
                        all.add(Arguments.of(program.name(), size, contender));
                    }
                }
            }
        }
        return all;
    }

    @ParameterizedTest(name = "{0}={1} on {2}")
    @MethodSource("all")
    void answerIsRightRunAfterRun(String name, String size, String contender) throws Exception {
        Program program =
                Programs.all().stream()
                        .filter(p -> p.name().equals(name))
                        .findFirst()
                        .orElseThrow();
        Params params = program.params(List.of(size.split(":")), false);
        Workload workload = program.prepare(params);
        assertThat(workload.tasks(contender)).isPositive();
        int own = Pools.ownWorkers(Pool.executorOf(contender));
        for (int workers : own > 0 ? List.of(own) : List.of(1, 2, 3)) {
            Pool pool = Pools.open(contender, workers, program.flat());
            try {
                for (int run = 0; run < 3; run++) {
                    assertThat(workload.run(pool).mismatch()).isEmpty();
                }
            } finally {
                Pools.close(pool);
            }
        }
    }
}
