// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.teff.bench.programs.Params;
import io.teff.bench.programs.Program;
import io.teff.bench.programs.Programs;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PlanTest {
    private static final Plan.Options NONE = new Plan.Options(null, null, null, null, null, false);

    @Test
    void withoutOptionsEverythingRunsAtItsUsualSize() {
        Plan plan = plan(NONE);
        assertThat(plan.sizes().keySet())
                .extracting(Program::name)
                .containsExactly(
                        "fibonacci",
                        "double",
                        "increment",
                        "slow-increment",
                        "square",
                        "mandelbrot",
                        "montecarlo",
                        "sandpile",
                        "blur");
        assertThat(plan.executors()).containsExactlyElementsOf(Pools.names());
        assertThat(plan.workers()).containsExactly(Runtime.getRuntime().availableProcessors());
        assertThat(size(plan, "slow-increment"))
                .containsExactly(Map.entry("depth", 5L), Map.entry("sleepMs", 100L));
    }

    @Test
    void programsAreChosenInTheirUsualOrderWithTheirSizes() {
        Plan plan =
                plan(
                        new Plan.Options(
                                "2,1,2",
                                "square=1_000:10,double=77",
                                "square,double",
                                "forkjoin",
                                null,
                                false));
        assertThat(plan.sizes().keySet())
                .extracting(Program::name)
                .containsExactly("double", "square");
        assertThat(size(plan, "double")).containsExactly(Map.entry("n", 77L));
        assertThat(size(plan, "square"))
                .containsExactly(
                        Map.entry("size", 1000L), Map.entry("tile", 10L), Map.entry("taskNs", 0L));
        assertThat(plan.workers()).containsExactly(2, 1);
        assertThat(plan.contendersOf(program(plan, "double"))).containsExactly("forkjoin");
        assertThat(plan.contendersOf(program(plan, "square")))
                .containsExactly("forkjoin", "forkjoin.tasks");
    }

    @Test
    void oneWayOfAnExecutorCanBeChosen() {
        Plan plan = plan(new Plan.Options(null, null, "double,blur", "engine.lane", null, false));
        assertThat(plan.contendersOf(program(plan, "double"))).containsExactly("engine.lane");
        assertThat(plan.contendersOf(program(plan, "blur"))).isEmpty();
    }

    @Test
    void oneSizeIsForAllThatHaveNoneOfTheirOwn() {
        Plan plan =
                plan(new Plan.Options(null, "20,double=9", "fibonacci,double", null, null, true));
        assertThat(size(plan, "fibonacci")).containsExactly(Map.entry("n", 20L));
        assertThat(size(plan, "double")).containsExactly(Map.entry("n", 9L));
    }

    @Test
    void sleepOverridesTheSlowProgramsDefault() {
        Plan plan = plan(new Plan.Options(null, "slow-increment=3", null, null, "7", false));
        assertThat(size(plan, "slow-increment"))
                .containsExactly(Map.entry("depth", 3L), Map.entry("sleepMs", 7L));
    }

    @Test
    void errorsNameTheValueAndListWhatIsKnown() {
        rejects(only("fibonaci"), "unknown program 'fibonaci'; known programs: fibonacci, double,");
        rejects(only("double,,blur"), "an empty name or number in 'double,,blur'");
        rejects(executors("thread"), "unknown executor 'thread'; known executors: sequential,");
        rejects(executors("engine.lain"), "unknown executor 'engine.lain'; known executors: ");
        rejects(workers("0"), "--workers: must be whole numbers between 1 and 1024, not '0'");
        rejects(workers("2,-1"), "not '-1'");
        rejects(workers("two"), "not 'two'");
        rejects(workers("99999999999"), "not '99999999999'");
        rejects(size("fibonacci=0"), "n must be between 1 and 32, not 0");
        rejects(size("fibonacci=0"), "(fibonacci=n with n 1..32)");
        rejects(size("double=-5"), "n must be between 1 and 2000000, not -5");
        rejects(size("double=many"), "n must be a whole number, not 'many'");
        rejects(size("double="), "n must be a whole number, not ''");
        rejects(size("double=1e3"), "n must be a whole number, not '1e3'");
        rejects(size("double=99999999999999999999"), "not 99999999999999999999");
        rejects(size("square=10:2:3:4"), "square takes size:tile:taskNs, not 4 numbers");
        rejects(size("cube=10"), "unknown program 'cube'; known programs: fibonacci,");
        rejects(size("10,20"), "'10' and '20' are both for all programs");
        rejects(size("double=1,double=2"), "two sizes for double");
        rejects(size("33"), "--size fibonacci=33: n must be between 1 and 32, not 33");
        rejects(
                new Plan.Options(null, "blur=9", "double", null, null, false),
                "blur is not among the programs of --only: double");
        rejects(
                new Plan.Options(null, null, "double", null, "5", false),
                "--sleep: none of the chosen programs sleeps: double");
        rejects(
                new Plan.Options(null, null, null, null, "0", false),
                "sleepMs must be between 1 and 10000, not 0");
    }

    @Test
    void aContenderMayHaveASizeOfItsOwnUnlessOneIsTyped() {
        OwnSizes own =
                new OwnSizes(Map.of("forkjoin", Map.of("double", new OwnSizes.Size("50", "5"))));
        Plan usual = Plan.of(Programs.all(), List.of(), own, NONE);
        Program doubles = program(usual, "double");
        assertThat(usual.sizeOf(doubles, "forkjoin").asMap()).containsExactly(Map.entry("n", 50L));
        assertThat(usual.sizeOf(doubles, "threads").asMap()).isEqualTo(size(usual, "double"));
        Plan typed = Plan.of(Programs.all(), List.of(), own, size("double=9"));
        assertThat(typed.sizeOf(program(typed, "double"), "forkjoin").asMap())
                .containsExactly(Map.entry("n", 9L));
        Plan forAll = Plan.of(Programs.all().subList(0, 2), List.of(), own, size("7"));
        assertThat(forAll.sizeOf(program(forAll, "double"), "forkjoin").asMap())
                .containsExactly(Map.entry("n", 7L));
    }

    @Test
    void htexRunsTunedAndAsParslDoes() {
        Plan plan = plan(executors("htex"));
        Program doubles = program(plan, "double");
        assertThat(plan.contendersOf(doubles)).containsExactly("htex", "htex.parsl-defaults");
        assertThat(plan.contendersOf(program(plan, "blur"))).as("cannot be sent").isEmpty();
        assertThat(plan.sizeOf(doubles, "htex").asMap()).containsEntry("n", 20_000L);
        assertThat(plan.sizeOf(doubles, "htex.parsl-defaults").asMap()).containsEntry("n", 2_000L);
        Plan one = plan(executors("htex.parsl-defaults"));
        assertThat(one.contendersOf(program(one, "double"))).containsExactly("htex.parsl-defaults");
    }

    @Test
    void tooManyTasksAreRejectedBeforeAnythingRuns() {
        Plan plan =
                plan(new Plan.Options(null, "mandelbrot=8192:1", "mandelbrot", null, null, false));
        assertThatThrownBy(() -> Contest.prepare(plan, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("8192 by 8192 in tiles of 1 makes 67108864 tasks");
    }

    @Test
    void virtualIsKnownOnlyWhereThereAreVirtualThreads() {
        if (Runtime.version().feature() >= 21) {
            assertThat(plan(executors("virtual")).executors()).containsExactly("virtual");
        } else {
            rejects(executors("virtual"), "'virtual' needs a newer JDK than this one, which is ");
        }
    }

    private static Plan plan(Plan.Options options) {
        return Plan.of(Programs.all(), List.of(), options);
    }

    private static Plan.Options only(String names) {
        return new Plan.Options(null, null, names, null, null, false);
    }

    private static Plan.Options executors(String names) {
        return new Plan.Options(null, null, null, names, null, false);
    }

    private static Plan.Options workers(String numbers) {
        return new Plan.Options(numbers, null, null, null, null, false);
    }

    private static Plan.Options size(String size) {
        return new Plan.Options(null, size, null, null, null, false);
    }

    private static void rejects(Plan.Options options, String message) {
        assertThatThrownBy(() -> plan(options))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }

    private static Program program(Plan plan, String name) {
        return plan.sizes().keySet().stream()
                .filter(p -> p.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static Map<String, Long> size(Plan plan, String program) {
        Params params = plan.sizes().get(program(plan, program));
        return params.asMap();
    }
}
