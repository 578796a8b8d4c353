// SPDX-License-Identifier: Apache-2.0
package io.teff.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.infra.Status;
import org.openjdk.jcstress.infra.collectors.TestResult;
import org.openjdk.jcstress.infra.grading.GradingResult;
import org.openjdk.jcstress.infra.grading.TestGrading;

/**
 * Runs the jcstress suites: no shipped class may show a forbidden outcome, and each weakened twin
 * must, or the suites could find nothing. {@code -Djcstress.mode} is brief, quick or default.
 */
class StressSuitesTest {
    private static Map<String, List<TestResult>> shipped;
    private static Map<String, List<TestResult>> weakened;

    @BeforeAll
    @Timeout(value = 3, unit = TimeUnit.HOURS)
    static void run() throws Exception {
        assumeTrue(
                Runtime.getRuntime().availableProcessors() >= 2,
                "jcstress needs two CPUs to let two threads meet");
        StressSuites.Mode mode = StressSuites.Mode.chosen();
        boolean isLong = mode == StressSuites.Mode.DEFAULT;
        shipped =
                StressSuites.run(
                        "shipped", mode, StressSuites.ofShippedClasses(), isLong ? 150 : 20);
        weakened =
                StressSuites.run(
                        "weakened",
                        isLong ? StressSuites.Mode.QUICK : mode,
                        StressSuites.catchingAll(),
                        20);
    }

    static List<String> shippedTests() {
        return StressSuites.ofShippedClasses();
    }

    static Collection<String> twins() {
        return StressSuites.twins();
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
        long caught = 0;
        StringBuilder what = new StringBuilder();
        for (String test : StressSuites.catching(twin)) {
            assertThat(weakened).containsKey(test);
            for (TestResult result : weakened.get(test)) {
                caught += forbidden(result);
                what.append(describe(result)).append('\n');
            }
        }
        assertThat(caught).as(what.toString()).isPositive();
    }

    @Test
    void everyTwinIsRun() {
        assertThat(StressSuites.compiledTwins())
                .containsExactlyInAnyOrderElementsOf(StressSuites.twins());
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
