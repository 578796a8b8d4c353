// SPDX-License-Identifier: Apache-2.0
package io.teff.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectMethod;

import java.lang.reflect.Method;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.platform.engine.DiscoverySelector;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.junit.platform.launcher.listeners.TestExecutionSummary;

/**
 * The contract can fail: each of {@link BrokenPools} is run through the tests that must find its
 * fault, and through some that have nothing to do with it and must pass.
 */
final class ContractCatchesBrokenPoolsTest {
    private static final List<String> UNTOUCHED =
            List.of(
                    "executeRunsTheTask",
                    "submittedCallableGivesItsValue",
                    "nullArgumentsAreRefusedAndHarmNothing",
                    "cancelAfterTheEndIsRefused",
                    "invokeAnyReturnsTheOneThatSucceeds",
                    "unusedExecutorTerminatesAtOnce",
                    "workersRunAtTheSameTime");
    private static final List<String> UNTOUCHED_TIMERS =
            List.of(
                    "scheduledTasksGiveTheirValues",
                    "badArgumentsAreRefusedAndHarmNothing",
                    "cancelledTimersHoldUpNoShutdown",
                    "timersCompareByTheirTimes");

    private static final CountDownLatch END_OF_LEFT_THREADS = new CountDownLatch(1);

    /** What {@link BrokenContract} creates at the moment; the launcher makes its instances. */
    private static IntFunction<ExecutorService> broken;

    /** Short for tests that must fail, since some do so by waiting in vain. */
    private static Duration patience;

    /** The contract on the pool of the moment. */
    @EnabledIf("io.teff.engine.ContractCatchesBrokenPoolsTest#hasPool")
    static final class BrokenContract extends ExecutorServiceContract {
        @Override
        protected ExecutorService create(int workers) {
            return broken.apply(workers);
        }

        @Override
        protected boolean nestedGetSupported() {
            return false;
        }

        @Override
        protected Duration patience() {
            return patience;
        }
    }

    /** The contract of timers on the pool of the moment. */
    @EnabledIf("io.teff.engine.ContractCatchesBrokenPoolsTest#hasPool")
    static final class BrokenTimerContract extends ScheduledExecutorServiceContract {
        @Override
        protected ScheduledExecutorService create(int workers) {
            return (ScheduledExecutorService) broken.apply(workers);
        }

        @Override
        protected Unstarted unstarted() {
            return Unstarted.WRAPPED;
        }

        @Override
        protected Duration patience() {
            return patience;
        }
    }

    /** Whether the suites are run from here; they are not meant to be run by themselves. */
    static boolean hasPool() {
        return broken != null;
    }

    @AfterEach
    void forgetPool() {
        broken = null;
    }

    static Stream<Arguments> faults() {
        return Stream.of(
                fault(
                        BrokenPools.LosesTasks::new,
                        "everyTaskRunsExactlyOnce",
                        "tasksMaySubmitTasks",
                        "shutdownAmongProducersLosesNothing",
                        "shutdownNowAmongProducersAccountsForEveryTask"),
                fault(
                        BrokenPools.RunsTasksTwice::new,
                        "everyTaskRunsExactlyOnce",
                        "tasksMaySubmitTasks",
                        "shutdownRunsWhatWasAcceptedBefore",
                        "shutdownAmongProducersLosesNothing"),
                fault(
                        BrokenPools.SwallowsInterrupts::new,
                        "cancelTrueInterruptsTheRunningTask",
                        "invokeAnyCancelsTheOthers",
                        "shutdownNowReturnsWhatHasNotBegun"),
                fault(
                        BrokenPools.LeaksInterrupts::new,
                        "interruptOfOneTaskDoesNotReachTheNext",
                        "taskMayCancelItself"),
                fault(
                        BrokenPools.ForgetsOnShutdownNow::new,
                        "shutdownNowReturnsWhatHasNotBegun",
                        "shutdownNowReturnsSubmittedTasksToo",
                        "shutdownNowAfterShutdownStillReturnsWhatHasNotBegun",
                        "shutdownNowAmongProducersAccountsForEveryTask"),
                fault(
                        BrokenPools.DropsAtShutdown::new,
                        "shutdownRunsWhatWasAcceptedBefore",
                        "shutdownAgainChangesNothing",
                        "shutdownAmongProducersLosesNothing"),
                fault(
                        BrokenPools.AcceptsAfterShutdown::new,
                        "everyWayInIsClosedAfterShutdown",
                        "shutdownFromInsideATaskLetsTheRestRun",
                        "shutdownAmongProducersLosesNothing"),
                fault(
                        BrokenPools.MixesUpFutures::new,
                        "invokeAllReturnsDoneFuturesInTheOrderOfTheTasks",
                        "invokeAllKeepsFailuresInTheirFutures"),
                fault(
                        BrokenPools.HidesFailures::new,
                        "executeHandsExceptionsToTheUncaughtHandler",
                        "uncaughtHandlerThatThrowsStopsNothing"));
    }

    static Stream<Arguments> timerFaults() {
        return Stream.of(
                fault(BrokenPools.EarlyTimers::new, "noTimerIsEarlyAndNoneIsLost"),
                fault(
                        BrokenPools.DropsTimers::new,
                        "delayedTasksStillRunAfterShutdown",
                        "shutdownNowStopsATimerThatShutdownLeft"),
                fault(
                        BrokenPools.TakesRateForDelay::new,
                        "fixedDelayCountsFromTheEndOfTheRunBefore",
                        "fixedRateCatchesUpAfterASlowRun"));
    }

    private static Arguments fault(IntFunction<ExecutorService> maker, String... mustFail) {
        ExecutorService sample = maker.apply(1);
        sample.shutdown();
        return Arguments.of(sample.getClass().getSimpleName(), maker, List.of(mustFail));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("faults")
    void exactlyTheRightTestsFail(
            String pool, IntFunction<ExecutorService> maker, List<String> mustFail) {
        assertFails(BrokenContract.class, maker, mustFail, UNTOUCHED);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("timerFaults")
    void exactlyTheRightTimerTestsFail(
            String pool, IntFunction<ExecutorService> maker, List<String> mustFail) {
        assertFails(BrokenTimerContract.class, maker, mustFail, UNTOUCHED_TIMERS);
    }

    @Test
    void everyTestFailsThatLeavesAThread() {
        List<String> some = List.of("executeRunsTheTask", "cancelAfterTheEndIsRefused");
        try {
            assertFails(
                    BrokenContract.class,
                    workers -> new BrokenPools.LeavesAThread(workers, () -> awaitEnd()),
                    some,
                    List.of());
        } finally {
            END_OF_LEFT_THREADS.countDown();
        }
    }

    private static void awaitEnd() {
        try {
            END_OF_LEFT_THREADS.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // ends, which is all it has to do
        }
    }

    private static void assertFails(
            Class<?> suite,
            IntFunction<ExecutorService> maker,
            List<String> mustFail,
            List<String> mustPass) {
        broken = maker;
        patience = Duration.ofSeconds(1);
        assertThat(failed(suite, mustFail)).containsExactlyInAnyOrderElementsOf(mustFail);
        patience = Duration.ofSeconds(20);
        assertThat(failed(suite, mustPass)).isEmpty();
    }

    private static Set<String> failed(Class<?> suite, List<String> names) {
        List<DiscoverySelector> tests = new ArrayList<>();
        names.forEach(name -> tests.add(selectMethod(suite, method(suite, name))));
        SummaryGeneratingListener listener = new SummaryGeneratingListener();
        LauncherFactory.create()
                .execute(
                        LauncherDiscoveryRequestBuilder.request().selectors(tests).build(),
                        listener);
        TestExecutionSummary summary = listener.getSummary();
        Set<String> failed = new TreeSet<>();
        for (TestExecutionSummary.Failure failure : summary.getFailures()) {
            String name = failure.getTestIdentifier().getDisplayName();
            failed.add(name.substring(0, name.indexOf('(')));
        }
        assertThat(summary.getTestsStartedCount()).isEqualTo(tests.size());
        return failed;
    }

    private static Method method(Class<?> suite, String name) {
        for (Class<?> c = suite; c != null; c = c.getSuperclass()) {
            for (Method m : c.getDeclaredMethods()) {
                if (m.getName().equals(name)) {
                    return m;
                }
            }
        }
        throw new IllegalArgumentException("no test of this name: " + name);
    }
}
