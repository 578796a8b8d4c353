// SPDX-License-Identifier: Apache-2.0
package io.teff.engine;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.I_Result;
import org.openjdk.jcstress.infra.results.ZII_Result;
import org.openjdk.jcstress.infra.results.ZZZ_Result;
import org.openjdk.jcstress.infra.results.ZZ_Result;

/** What those who run, cancel and wait for a {@link TaskFuture} may see of each other. */
public class TaskFutureStress {
    private static final Crew CREW =
            new Crew(EngineConfig.builder().workers(1).idle(IdlePreset.ECONOMY).build(), null);
    private static final int NOT_DONE = -1;
    private static final int WAS_CANCELLED = -2;
    private static final int HALF_A_RESULT = -3;

    private static <R> TaskFuture<R> future(Callable<R> body) {
        return new TaskFuture<>(CREW, body);
    }

    /** The result of a task that returns numbers, for whoever looks and does not wait. */
    private static int look(TaskFuture<Integer> future) {
        if (!future.isDone()) {
            return NOT_DONE;
        }
        try {
            Integer result = future.get();
            return result == null ? HALF_A_RESULT : result;
        } catch (CancellationException e) {
            return WAS_CANCELLED;
        } catch (ExecutionException e) {
            return e.getCause() instanceof IllegalStateException ? 7 : HALF_A_RESULT;
        } catch (ClassCastException e) {
            return HALF_A_RESULT;
        } catch (InterruptedException e) {
            throw new AssertionError("get of a task that has ended waits", e);
        }
    }

    /** Two threads run the same task: it runs once. */
    @JCStressTest
    @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "ran once")
    @Outcome(expect = FORBIDDEN, desc = "ran twice or never")
    @State
    public static class TwoRunners {
        int first;
        int second;
        final TaskFuture<Integer> future = future(this::body);

        /** Counts by thread, so that no run can hide behind another. */
        private int body() {
            if (Thread.currentThread().getName().contains("first")) {
                first++;
            } else {
                second++;
            }
            return 1;
        }

        @Actor
        public void first() {
            future.run();
        }

        @Actor
        public void second() {
            future.run();
        }

        @Arbiter
        public void result(II_Result r) {
            r.r1 = first + second;
            r.r2 = look(future);
        }
    }

    /** Run and cancel: whoever is first decides, and everybody sees the same. */
    @JCStressTest
    @Outcome(id = "false, 42, 1", expect = ACCEPTABLE, desc = "it ended first")
    @Outcome(
            id = {"true, -2, 0", "true, -2, 1"},
            expect = ACCEPTABLE,
            desc = "cancelled before or during its run")
    @Outcome(expect = FORBIDDEN, desc = "cancelled, and a result all the same; or the reverse")
    @State
    public static class RunVsCancel {
        int runs;
        final TaskFuture<Integer> future =
                future(
                        () -> {
                            runs++;
                            return 42;
                        });

        @Actor
        public void runner() {
            future.run();
        }

        @Actor
        public void canceller(ZII_Result r) {
            r.r1 = future.cancel(false);
        }

        @Arbiter
        public void result(ZII_Result r) {
            r.r2 = look(future);
            r.r3 = runs;
        }
    }

    /** What one has seen of a task that ended, everybody will see. */
    @JCStressTest
    @Outcome(
            id = {"7, 7, 7", "-1, 7, 7", "-1, -1, 7", "-1, -1, -2"},
            expect = ACCEPTABLE,
            desc = "not ended; then as it ended, for ever")
    @Outcome(expect = FORBIDDEN, desc = "half a result, or another one later")
    @State
    public static class FailVsCancelVsLook {
        final TaskFuture<Integer> future =
                future(
                        () -> {
                            throw new IllegalStateException();
                        });

        @Actor
        public void runner() {
            future.run();
        }

        @Actor
        public void cancellerAfterALook(III_Result r) {
            r.r1 = look(future);
            r.r2 = look(future);
            if (r.r2 == NOT_DONE) {
                future.cancel(false);
            }
        }

        @Arbiter
        public void result(III_Result r) {
            r.r3 = look(future);
        }
    }

    /** The result is there when the task is done. */
    @JCStressTest
    @Outcome(id = "-1", expect = ACCEPTABLE, desc = "not done")
    @Outcome(id = "42", expect = ACCEPTABLE, desc = "the result")
    @Outcome(expect = FORBIDDEN, desc = "done, and no result")
    @State
    public static class RunVsGet {
        final TaskFuture<Integer> future = future(() -> 42);

        @Actor
        public void runner() {
            future.run();
        }

        @Actor
        public void getter(I_Result r) {
            r.r1 = look(future);
        }
    }

    /** The interrupt of a cancel strikes within the task's run or not at all. */
    @JCStressTest
    @Outcome(
            id = {"false, true", "false, false"},
            expect = ACCEPTABLE,
            desc = "cancelled, or not")
    @Outcome(expect = FORBIDDEN, desc = "the interrupt strikes what the thread does next")
    @State
    public static class InterruptVsNextTask {
        final TaskFuture<Integer> future = future(() -> 42);

        @Actor
        public void runner(ZZ_Result r) {
            r.r1 = Thread.interrupted(); // left over from the task before: the run of another state
            future.run();
            Thread.interrupted(); // as a worker does after each task
        }

        @Actor
        public void canceller(ZZ_Result r) {
            r.r2 = future.cancel(true);
        }
    }

    /** A waiter that goes to sleep is woken by whoever ends the task. */
    @JCStressTest
    @Outcome(
            id = {"true, true", "true, false", "false, false"},
            expect = ACCEPTABLE,
            desc = "the waiter saw the end, or was woken")
    @Outcome(expect = FORBIDDEN, desc = "the waiter parks for ever")
    @State
    public static class WaitVsRun {
        final TaskFuture<Integer> future = future(() -> 42);

        @Actor
        public void waiter(ZZ_Result r) {
            future.enlist();
            r.r1 = future.isDone();
        }

        @Actor
        public void runner() {
            future.run();
        }

        @Arbiter
        public void leftBehind(ZZ_Result r) {
            r.r2 = future.hasWaiters();
        }
    }

    /** As above, where the task ends by being cancelled. */
    @JCStressTest
    @Outcome(
            id = {"true, true", "true, false", "false, false"},
            expect = ACCEPTABLE,
            desc = "the waiter saw the end, or was woken")
    @Outcome(expect = FORBIDDEN, desc = "the waiter parks for ever")
    @State
    public static class WaitVsCancel {
        final TaskFuture<Integer> future = future(() -> 42);

        @Actor
        public void waiter(ZZ_Result r) {
            future.enlist();
            r.r1 = future.isDone();
        }

        @Actor
        public void canceller() {
            future.cancel(true);
        }

        @Arbiter
        public void leftBehind(ZZ_Result r) {
            r.r2 = future.hasWaiters();
        }
    }

    /** Two threads cancel: one of them did it. */
    @JCStressTest
    @Outcome(
            id = {"true, false, true", "false, true, true"},
            expect = ACCEPTABLE,
            desc = "one of them did it")
    @Outcome(expect = FORBIDDEN, desc = "both, or neither")
    @State
    public static class TwoCancels {
        final TaskFuture<Integer> future = future(() -> 42);

        @Actor
        public void soft(ZZZ_Result r) {
            r.r1 = future.cancel(false);
        }

        @Actor
        public void hard(ZZZ_Result r) {
            r.r2 = future.cancel(true);
        }

        @Arbiter
        public void result(ZZZ_Result r) {
            r.r3 = future.isCancelled();
        }
    }
}
