// SPDX-License-Identifier: Apache-2.0
package io.teff.executors.xqueue;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.I_Result;

/** What a {@link Turn} promises: worker and visitors never take at the same time. */
public class TurnStress {
    /** A counter without any ordering of its own: two at a time lose a count. */
    private static final class Plain {
        int count;
    }

    /** A worker's turn, and a visit that may fail. */
    @JCStressTest
    @Outcome(
            id = {"0, 1, 2", "1, 0, 2", "0, -1, 1"},
            expect = ACCEPTABLE,
            desc = "one after the other, or no visit")
    @Outcome(expect = FORBIDDEN, desc = "both at a time, or the second does not see the first")
    @State
    public static class WorkerVsVisitor {
        final Turn turn = new Turn();
        final Plain plain = new Plain();

        @Actor
        public void worker(III_Result r) {
            turn.enter();
            r.r1 = plain.count;
            plain.count = r.r1 + 1;
            turn.leave();
        }

        @Actor
        public void visitor(III_Result r) {
            r.r2 = -1;
            if (turn.visit()) {
                r.r2 = plain.count;
                plain.count = r.r2 + 1;
                turn.depart();
            }
        }

        @Arbiter
        public void rest(III_Result r) {
            r.r3 = plain.count;
        }
    }

    /** Two turns in a row, and a visitor that must get in. */
    @JCStressTest
    @Outcome(id = "3", expect = ACCEPTABLE, desc = "each was alone")
    @Outcome(expect = FORBIDDEN, desc = "two at a time")
    @State
    public static class WorkerVsSureVisitor {
        final Turn turn = new Turn();
        final Plain plain = new Plain();

        @Actor
        public void worker() {
            for (int i = 0; i < 2; i++) {
                turn.enter();
                plain.count++;
                turn.leave();
            }
        }

        @Actor
        public void visitor() {
            turn.visitForSure();
            plain.count++;
            turn.depart();
        }

        @Arbiter
        public void rest(I_Result r) {
            r.r1 = plain.count;
        }
    }

    /** Two visitors. */
    @JCStressTest
    @Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "one after the other")
    @Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "the other way round")
    @Outcome(expect = FORBIDDEN, desc = "both at a time")
    @State
    public static class TwoVisitors {
        final Turn turn = new Turn();
        final Plain plain = new Plain();

        @Actor
        public void first(II_Result r) {
            turn.visitForSure();
            r.r1 = plain.count++;
            turn.depart();
        }

        @Actor
        public void second(II_Result r) {
            turn.visitForSure();
            r.r2 = plain.count++;
            turn.depart();
        }
    }
}
