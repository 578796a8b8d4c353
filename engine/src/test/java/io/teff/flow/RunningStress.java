// SPDX-License-Identifier: Apache-2.0
package io.teff.flow;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.ZZ_Result;

/** What the thread of a {@link Running} body and those who cancel it may see of each other. */
public class RunningStress {
    /** A task without an app. */
    static final class Bare extends Running<Integer> {
        private final boolean joins;
        private final Runner runner = new Runner(null, false);

        Bare(boolean joins) {
            this.joins = joins;
        }

        @Override
        public Flow flow() {
            throw new UnsupportedOperationException();
        }

        @Override
        public String name() {
            return "bare";
        }

        @Override
        public TaskState state() {
            return TaskState.RUNNING;
        }

        @Override
        void resolved(Runner runner) {
            throw new AssertionError("depends on nothing");
        }

        @Override
        void failed(Throwable error, Runner runner) {
            throw new AssertionError(error);
        }

        @Override
        void ended(Object with, Runner runner) {
            if (with instanceof io.teff.flow.Outcome.Cancelled cancelled) {
                cancelled.at = joins ? takeAt() : at();
            }
        }

        /** As a call is cancelled; where it was, or null if it had ended. */
        Object cancelAndStrike() {
            var cancelled = new io.teff.flow.Outcome.Cancelled("cancelled");
            boolean won = end(cancelled, runner);
            if (won) {
                strike(cancelled);
            }
            cancelled.settled = true;
            return won ? cancelled.at : null;
        }

        /** As a body is run. */
        void runAndEnd() {
            enter(Thread.currentThread());
            if (isDone() || !end(42, runner)) {
                awaitInterrupt();
            }
        }
    }

    /** The interrupt of a cancel strikes within the body's run or not at all. */
    @JCStressTest
    @Outcome(
            id = {"false, true", "false, false"},
            expect = ACCEPTABLE,
            desc = "cancelled, or not")
    @Outcome(expect = FORBIDDEN, desc = "the interrupt strikes what the thread does next")
    @State
    public static class InterruptVsNextTask {
        final Bare task = new Bare(false);

        @Actor
        public void runner(ZZ_Result r) {
            r.r1 = Thread.interrupted(); // left over from the task before: the run of another state
            task.runAndEnd();
            r.r1 |= Thread.interrupted();
        }

        @Actor
        public void canceller(ZZ_Result r) {
            task.cancelAndStrike();
            r.r2 = task.isCancelled();
        }
    }

    /** The same where a try has failed, and the task goes on without the thread. */
    @JCStressTest
    @Outcome(id = "false, true", expect = ACCEPTABLE, desc = "cancelled in the try or after it")
    @Outcome(expect = FORBIDDEN, desc = "the interrupt strikes what the thread does next")
    @State
    public static class InterruptVsLeave {
        final Bare task = new Bare(false);

        @Actor
        public void runner(ZZ_Result r) {
            r.r1 = Thread.interrupted();
            task.enter(Thread.currentThread());
            if (!task.isDone()) {
                task.leave();
            }
            task.awaitInterrupt();
            r.r1 |= Thread.interrupted();
        }

        @Actor
        public void canceller(ZZ_Result r) {
            task.cancelAndStrike();
            r.r2 = task.isCancelled();
        }
    }

    /** A join app that is cancelled as it begins to join: somebody knows what it waits for. */
    @JCStressTest
    @Outcome(id = "0, 0", expect = ACCEPTABLE, desc = "does not join")
    @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "joins, and the canceller knows")
    @Outcome(expect = FORBIDDEN, desc = "joins, and nobody will cancel what it waits for")
    @State
    public static class JoinVsCancel {
        final Bare task = new Bare(true);
        final Object joining = new Object();
        int joins;
        int found;

        @Actor
        public void runner() {
            task.enter(Thread.currentThread());
            if (task.join(Thread.currentThread(), joining)) {
                joins = 1;
            } else {
                task.awaitInterrupt();
            }
        }

        @Actor
        public void canceller() {
            found = task.cancelAndStrike() == joining ? 1 : 0;
        }

        @Arbiter
        public void result(II_Result r) {
            r.r1 = joins;
            r.r2 = found;
        }
    }
}
