// SPDX-License-Identifier: Apache-2.0
package io.teff.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.infra.Status;
import org.openjdk.jcstress.infra.collectors.TestResult;
import org.openjdk.jcstress.infra.grading.GradingResult;
import org.openjdk.jcstress.infra.grading.TestGrading;

/**
 * Runs the jcstress suites of a module: no shipped class may show a forbidden outcome, and each
 * weakened twin must, or the suites could find nothing. {@code -Djcstress.mode} is brief, quick,
 * patient or default.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class StressSuitesContract {
    private static final int MORE_TRIES = 3;

    private final StressSuites suites;
    private Map<String, List<TestResult>> shipped;
    private Map<String, List<TestResult>> weakened;

    protected StressSuitesContract(StressSuites suites) {
        this.suites = suites;
    }

    @BeforeAll
    @Timeout(value = 3, unit = TimeUnit.HOURS)
    void run() throws Exception {
        assumeTrue(
                Runtime.getRuntime().availableProcessors() >= 2,
                "jcstress needs two CPUs to let two threads meet");
        StressSuites.Mode mode = StressSuites.Mode.chosen();
        if (mode == StressSuites.Mode.DEFAULT) {
            shipped = suites.run("shipped", mode, suites.ofShippedClasses(), 150);
            weakened = suites.run("weakened", StressSuites.Mode.QUICK, suites.catchingAll(), 20);
        } else { // in one go: the start of jcstress takes as long as a dozen tests
            List<String> all = new ArrayList<>(suites.ofShippedClasses());
            all.addAll(suites.catchingAll());
            shipped = suites.run("quick", mode, all, 20);
            weakened = shipped;
        }
        tryAgain();
    }

    /**
     * Two threads that hardly get to run at the same time, as on a busy machine, seldom meet where it
     * hurts: twins that have not been caught get some more and longer tries. One that nothing catches
     * still fails.
     */
    private void tryAgain() throws Exception {
        for (int i = 0; i < MORE_TRIES; i++) {
            List<String> tests =
                    twins().stream()
                            .filter(twin -> timesCaught(twin) == 0)
                            .flatMap(twin -> suites.catching(twin).stream())
                            .toList();
            if (tests.isEmpty()) {
                return;
            }
            suites.run("weakened-again", StressSuites.Mode.PATIENT, tests, 20)
                    .forEach(
                            (test, results) ->
                                    weakened.computeIfAbsent(test, t -> new ArrayList<>())
                                            .addAll(results));
        }
    }

    private long timesCaught(String twin) {
        return suites.catching(twin).stream()
                .flatMap(test -> weakened.getOrDefault(test, List.of()).stream())
                .mapToLong(StressSuitesContract::forbidden)
                .sum();
    }

    List<String> shippedTests() {
        return suites.ofShippedClasses();
    }

    Collection<String> twins() {
        return suites.twins();
    }

    @ParameterizedTest
    @MethodSource("shippedTests")
    void shippedClassShowsNothingForbidden(String test) {
        assertThat(shipped).containsKey(test);
        for (TestResult result : shipped.get(test)) {
            String what = describe(result);
            assertThat(result.status()).as(what).isEqualTo(Status.NORMAL);
            assertThat(result.getTotalCount()).as(what).isPositive();
            assertThat(forbidden(result)).as(what).isZero();
            assertThat(TestGrading.grade(result).isPassed).as(what).isTrue();
        }
    }

    @ParameterizedTest
    @MethodSource("twins")
    void weakenedTwinIsCaught(String twin) {
        StringBuilder what = new StringBuilder();
        for (String test : suites.catching(twin)) {
            assertThat(weakened).containsKey(test);
            weakened.get(test).forEach(result -> what.append(describe(result)).append('\n'));
        }
        assertThat(timesCaught(twin)).as(what.toString()).isPositive();
    }

    @Test
    void everyTwinIsRun() {
        assertThat(suites.compiledTwins()).containsExactlyInAnyOrderElementsOf(suites.twins());
    }

    private static long forbidden(TestResult result) {
        return TestGrading.grade(result).gradingResults.values().stream()
                .filter(outcome -> outcome.expect == Expect.FORBIDDEN)
                .mapToLong(outcome -> outcome.count)
                .sum();
    }

    private static String describe(TestResult result) {
        StringBuilder text = new StringBuilder(result.getName());
        text.append(' ').append(result.status()).append(' ').append(result.getMessages());
        for (GradingResult outcome : TestGrading.grade(result).gradingResults.values()) {
            if (outcome.count > 0) {
                text.append("\n    ").append(outcome.count).append(" times ").append(outcome.id);
                text.append(", ").append(outcome.expect).append(": ").append(outcome.description);
            }
        }
        return text.toString();
    }
}
