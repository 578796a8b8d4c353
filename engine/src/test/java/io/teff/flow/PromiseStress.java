// SPDX-License-Identifier: Apache-2.0
package io.teff.flow;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.util.concurrent.CompletableFuture;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.I_Result;
import org.openjdk.jcstress.infra.results.ZZI_Result;

/** What those who end a {@link Promise}, wait for it and give up may see of each other. */
public class PromiseStress {
    /** A promise and nothing else. */
    static final class Bare extends Promise<Integer> {
        @Override
        void resolved(Runner runner) {
            throw new AssertionError("depends on nothing");
        }

        @Override
        void failed(Throwable error, Runner runner) {
            throw new AssertionError(error);
        }

        @Override
        public CompletableFuture<Integer> toCompletableFuture() {
            throw new UnsupportedOperationException();
        }

        void endAndSettle(int with) {
            Runner runner = new Runner(null, false);
            end(with, runner);
            runner.settle();
        }

        /** Ends it by what was seen of it before. */
        void endAndSettle(Dependent seen, int with) {
            Runner runner = new Runner(null, false);
            Dependent before = exchange(seen, with);
            if (before != TAKEN && before != null) {
                runner.add(before);
            }
            runner.settle();
        }

        void sweepAndSettle() {
            Dependent left = sweep();
            if (left != null) {
                Runner runner = new Runner(null, false);
                runner.add(left);
                runner.settle();
            }
        }
    }

    /** Counts by what it was told; nobody else writes that. */
    static final class Counter extends Dependent {
        private final boolean hasGivenUp;
        int told;

        Counter(boolean hasGivenUp) {
            this.hasGivenUp = hasGivenUp;
        }

        @Override
        boolean hasGivenUp() {
            return hasGivenUp;
        }

        @Override
        void resolved(Runner runner) {
            told++;
        }

        @Override
        void failed(Throwable error, Runner runner) {
            throw new AssertionError(error);
        }
    }

    /** A dependent is told by who ends it, or learns that it is too late. */
    @JCStressTest
    @Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "told")
    @Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "too late")
    @Outcome(expect = FORBIDDEN, desc = "forgotten, or twice")
    @State
    public static class EndVsAdd {
        final Bare promise = new Bare();
        final Counter counter = new Counter(false);
        int late;

        @Actor
        public void ender() {
            promise.endAndSettle(1);
        }

        @Actor
        public void dependent() {
            late = promise.addDependent(counter) ? 0 : 1;
        }

        @Arbiter
        public void result(II_Result r) {
            r.r1 = counter.told;
            r.r2 = late;
        }
    }

    /** Two end it: one does, and tells who waits. */
    @JCStressTest
    @Outcome(
            id = {"true, false, 11", "false, true, 12"},
            expect = ACCEPTABLE,
            desc = "one of them, told once")
    @Outcome(expect = FORBIDDEN, desc = "both, or somebody was told twice")
    @State
    public static class TwoEnders {
        final Bare promise = new Bare();
        final Counter counter = new Counter(false);
        final Runner first = new Runner(null, false);
        final Runner second = new Runner(null, false);

        public TwoEnders() {
            promise.addDependent(counter);
        }

        @Actor
        public void first(ZZI_Result r) {
            r.r1 = promise.end(1, first);
        }

        @Actor
        public void second(ZZI_Result r) {
            r.r2 = promise.end(2, second);
        }

        @Arbiter
        public void result(ZZI_Result r) {
            first.settle();
            second.settle();
            r.r3 = 10 * counter.told + (int) promise.outcome();
        }
    }

    /** Two wait: both are told. */
    @JCStressTest
    @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "both were told")
    @Outcome(expect = FORBIDDEN, desc = "one was forgotten")
    @State
    public static class TwoDependents {
        final Bare promise = new Bare();
        final Counter a = new Counter(false);
        final Counter b = new Counter(false);

        @Actor
        public void first() {
            promise.addDependent(a);
        }

        @Actor
        public void second() {
            promise.addDependent(b);
        }

        @Arbiter
        public void result(II_Result r) {
            promise.endAndSettle(1);
            r.r1 = a.told;
            r.r2 = b.told;
        }
    }

    /** Who sweeps while somebody comes keeps both who came and who still waits. */
    @JCStressTest
    @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "both were told")
    @Outcome(expect = FORBIDDEN, desc = "one was swept away")
    @State
    public static class SweepVsAdd {
        final Bare promise = new Bare();
        final Counter waits = new Counter(false);
        final Counter comes = new Counter(false);

        public SweepVsAdd() {
            promise.addDependent(new Counter(true));
            promise.addDependent(waits);
            promise.addDependent(new Counter(true));
        }

        @Actor
        public void sweeper() {
            promise.sweepAndSettle();
        }

        @Actor
        public void dependent() {
            promise.addDependent(comes);
        }

        @Arbiter
        public void result(II_Result r) {
            promise.endAndSettle(1);
            r.r1 = waits.told;
            r.r2 = comes.told;
        }
    }

    /** Who sweeps while it ends: who still waits is told once, by one of them. */
    @JCStressTest
    @Outcome(id = "1", expect = ACCEPTABLE, desc = "told")
    @Outcome(expect = FORBIDDEN, desc = "swept away, or told twice")
    @State
    public static class SweepVsEnd {
        final Bare promise = new Bare();
        final Counter waits = new Counter(false);

        public SweepVsEnd() {
            promise.addDependent(waits);
            promise.addDependent(new Counter(true));
        }

        @Actor
        public void sweeper() {
            promise.sweepAndSettle();
        }

        @Actor
        public void ender() {
            promise.endAndSettle(1);
        }

        @Arbiter
        public void result(I_Result r) {
            r.r1 = waits.told;
        }
    }

    /** As {@link EndVsAdd}, by who saw one wait before: both are told, or the second is too late. */
    @JCStressTest
    @Outcome(id = "2, 0", expect = ACCEPTABLE, desc = "both were told")
    @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "one was, and the other too late")
    @Outcome(expect = FORBIDDEN, desc = "forgotten, or twice")
    @State
    public static class LateEndVsAdd {
        final Bare promise = new Bare();
        final Counter waits = new Counter(false);
        final Counter comes = new Counter(false);
        final Dependent seen;
        int late;

        public LateEndVsAdd() {
            promise.addDependent(waits);
            seen = promise.dependents();
        }

        @Actor
        public void ender() {
            promise.endAndSettle(seen, 1);
        }

        @Actor
        public void dependent() {
            late = promise.addDependent(comes) ? 0 : 1;
        }

        @Arbiter
        public void result(II_Result r) {
            r.r1 = waits.told + comes.told;
            r.r2 = late;
        }
    }

    /** As {@link SweepVsEnd}, by who saw before what the sweep leaves on top, with other links. */
    @JCStressTest
    @Outcome(id = "1", expect = ACCEPTABLE, desc = "told")
    @Outcome(expect = FORBIDDEN, desc = "swept away, or told twice")
    @State
    public static class SweepVsLateEnd {
        final Bare promise = new Bare();
        final Counter waits = new Counter(false);
        final Dependent seen;

        public SweepVsLateEnd() {
            promise.addDependent(new Counter(true));
            promise.addDependent(waits);
            seen = promise.dependents();
        }

        @Actor
        public void sweeper() {
            promise.sweepAndSettle();
        }

        @Actor
        public void ender() {
            promise.endAndSettle(seen, 1);
        }

        @Arbiter
        public void result(I_Result r) {
            r.r1 = waits.told;
        }
    }
}
