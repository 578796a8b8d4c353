// SPDX-License-Identifier: Apache-2.0
package io.teff.flow;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.util.List;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** How a call, an {@link Arrival}, finds that its dependencies have ended, while threads end them. */
public class ArrivalStress {
    private static final Flow FLOW = Flow.on(Runnable::run);
    private static final App<Integer> TWO =
            FLOW.app("two", (Integer x, Integer y) -> x + y).with(options -> options);
    private static final App<Integer> LIST =
            FLOW.listApp("list", (List<Integer> items) -> items.size());

    /** A future that somebody ends. */
    static final class Given extends Derived<Integer> {
        private final Runner runner = new Runner(null, false);

        Given() {
            super(FLOW, "given");
        }

        void endAndSettle(Object with) {
            end(with, runner);
            runner.settle();
        }
    }

    /** A call that adds up what it depends on, instead of running. */
    static final class Sum extends Arrival<Integer> {
        private final Object[] args;
        private final Runner runner = new Runner(null, false);
        int begun;
        int sum;

        Sum(App<Integer> app, Object... args) {
            super(app, args[0], args[1]);
            this.args = args;
        }

        /** As a call of few arguments begins. */
        void beginFew() {
            if (!waits(args[0], args[1], null, null)) {
                arrived(runner);
            }
        }

        /** As it begins if the usual one to hang on is the first. */
        void beginNew() {
            if (!waitsOnNew(args[0]) && !waits(args[0], args[1], null, null)) {
                arrived(runner);
            }
        }

        /** As any call begins. */
        void beginMany() {
            begin(runner);
        }

        @Override
        void ready(Runner runner) {
            begun++;
            for (Object arg : args) {
                if (((Given) arg).outcome() instanceof Integer there) {
                    sum += there;
                }
            }
        }

        @Override
        void missed(AppFuture<?> bad, Runner runner) {
            ready(runner);
            sum += 100;
        }

        @Override
        int listArity() {
            return args.length;
        }

        @Override
        Object furtherArg(int i) {
            return args[i];
        }

        @Override
        public Flow flow() {
            return FLOW;
        }

        @Override
        public String name() {
            return "sum";
        }

        @Override
        public TaskState state() {
            return TaskState.PENDING;
        }

        @Override
        void failed(Throwable error, Runner runner) {
            throw new AssertionError(error);
        }
    }

    /** It waits for two, and two threads end them. */
    @JCStressTest
    @Outcome(id = "1, 3", expect = ACCEPTABLE, desc = "begun once, with both")
    @Outcome(expect = FORBIDDEN, desc = "forgotten, too early, or twice")
    @State
    public static class TwoEnd {
        final Given a = new Given();
        final Given b = new Given();
        final Sum sum = new Sum(TWO, a, b);

        public TwoEnd() {
            sum.beginFew();
        }

        @Actor
        public void first() {
            a.endAndSettle(1);
        }

        @Actor
        public void second() {
            b.endAndSettle(2);
        }

        @Arbiter
        public void result(II_Result r) {
            r.r1 = sum.begun;
            r.r2 = sum.sum;
        }
    }

    /** They end while it is called. */
    @JCStressTest
    @Outcome(id = "1, 3", expect = ACCEPTABLE, desc = "begun once, with both")
    @Outcome(expect = FORBIDDEN, desc = "forgotten, too early, or twice")
    @State
    public static class CallVsEnds {
        final Given a = new Given();
        final Given b = new Given();
        final Sum sum = new Sum(TWO, a, b);

        @Actor
        public void caller() {
            sum.beginFew();
        }

        @Actor
        public void ender() {
            a.endAndSettle(1);
            b.endAndSettle(2);
        }

        @Arbiter
        public void result(II_Result r) {
            r.r1 = sum.begun;
            r.r2 = sum.sum;
        }
    }

    /** The same if it looks at one only. */
    @JCStressTest
    @Outcome(id = "1, 3", expect = ACCEPTABLE, desc = "begun once, with both")
    @Outcome(expect = FORBIDDEN, desc = "forgotten, too early, or twice")
    @State
    public static class NewVsEnds {
        final Given a = new Given();
        final Given b = new Given();
        final Sum sum = new Sum(TWO, a, b);

        @Actor
        public void caller() {
            sum.beginNew();
        }

        @Actor
        public void ender() {
            b.endAndSettle(2);
            a.endAndSettle(1);
        }

        @Arbiter
        public void result(II_Result r) {
            r.r1 = sum.begun;
            r.r2 = sum.sum;
        }
    }

    /** The one that it did not look at fails. */
    @JCStressTest
    @Outcome(id = "1, 101", expect = ACCEPTABLE, desc = "once, and it knows of the failure")
    @Outcome(expect = FORBIDDEN, desc = "forgotten, twice, or as if all were well")
    @State
    public static class OtherFails {
        final Given a = new Given();
        final Given b = new Given();
        final Sum sum = new Sum(TWO, a, b);
        final io.teff.flow.Outcome.Failed failed =
                new io.teff.flow.Outcome.Failed(new ArithmeticException());

        @Actor
        public void caller() {
            sum.beginNew();
        }

        @Actor
        public void ender() {
            b.endAndSettle(failed);
            a.endAndSettle(1);
        }

        @Arbiter
        public void result(II_Result r) {
            r.r1 = sum.begun;
            r.r2 = sum.sum;
        }
    }

    /** One of them fails. */
    @JCStressTest
    @Outcome(id = "1, 102", expect = ACCEPTABLE, desc = "once, and it knows of the failure")
    @Outcome(expect = FORBIDDEN, desc = "forgotten, twice, or as if all were well")
    @State
    public static class OneFails {
        final Given a = new Given();
        final Given b = new Given();
        final Sum sum = new Sum(TWO, a, b);
        final io.teff.flow.Outcome.Failed failed =
                new io.teff.flow.Outcome.Failed(new ArithmeticException());

        @Actor
        public void caller() {
            sum.beginFew();
        }

        @Actor
        public void ender() {
            a.endAndSettle(failed);
            b.endAndSettle(2);
        }

        @Arbiter
        public void result(II_Result r) {
            r.r1 = sum.begun;
            r.r2 = sum.sum;
        }
    }

    /** A list of them ends while it is called. */
    @JCStressTest
    @Outcome(id = "1, 7", expect = ACCEPTABLE, desc = "begun once, with all")
    @Outcome(expect = FORBIDDEN, desc = "forgotten, too early, or twice")
    @State
    public static class ListVsEnds {
        final Given a = new Given();
        final Given b = new Given();
        final Given c = new Given();
        final Sum sum = new Sum(LIST, a, b, c);

        @Actor
        public void caller() {
            sum.beginMany();
        }

        @Actor
        public void ender() {
            a.endAndSettle(1);
            c.endAndSettle(4);
            b.endAndSettle(2);
        }

        @Arbiter
        public void result(II_Result r) {
            r.r1 = sum.begun;
            r.r2 = sum.sum;
        }
    }
}
