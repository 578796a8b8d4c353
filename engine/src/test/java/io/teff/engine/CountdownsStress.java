// SPDX-License-Identifier: Apache-2.0
package io.teff.engine;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;

/** What two predecessors of a node may see of each other in {@link Countdowns}. */
public class CountdownsStress {
    private static int two(boolean last, int other) {
        return last ? 10 + other : 0;
    }

    /** Two predecessors end at once: one is the last, and sees what the other wrote. Then it is whole. */
    @JCStressTest
    @Outcome(id = "11, 0, 1", expect = ACCEPTABLE, desc = "the first actor was the last")
    @Outcome(id = "0, 11, 1", expect = ACCEPTABLE, desc = "the second actor was the last")
    @Outcome(expect = FORBIDDEN, desc = "never ready, ready twice, or too early")
    @State
    public static class TwoArrive {
        final Countdowns counts = new Countdowns(new int[] {2});
        int a;
        int b;

        @Actor
        public void first(III_Result r) {
            a = 1;
            r.r1 = two(counts.arrive(0), b);
        }

        @Actor
        public void second(III_Result r) {
            b = 1;
            r.r2 = two(counts.arrive(0), a);
        }

        @Arbiter
        public void nextRun(III_Result r) {
            r.r3 = !counts.arriveAlone(0) && counts.arriveAlone(0) ? 1 : 0;
        }
    }

    /** One waits for a moment, as the last arrives: one of the two has the node, and sees all. */
    @JCStressTest
    @Outcome(id = "11, 0, 1", expect = ACCEPTABLE, desc = "who waited was the last, or got it")
    @Outcome(id = "0, 11, 1", expect = ACCEPTABLE, desc = "the other was the last")
    @Outcome(expect = FORBIDDEN, desc = "never ready, ready twice, or too early")
    @State
    public static class WaitVsArrive {
        final Countdowns counts = new Countdowns(new int[] {2});
        int a;
        int b;

        @Actor
        public void waits(III_Result r) {
            a = 1;
            Countdowns.Arrival arrival = counts.arriveAndWait(0);
            boolean isMine =
                    arrival == Countdowns.Arrival.LAST
                            || arrival == Countdowns.Arrival.WAITS && !counts.giveUp(0);
            r.r1 = two(isMine, b);
        }

        @Actor
        public void arrives(III_Result r) {
            b = 1;
            r.r2 = two(counts.arrive(0), a);
        }

        @Arbiter
        public void nextRun(III_Result r) {
            r.r3 = !counts.arriveAlone(0) && counts.arriveAlone(0) ? 1 : 0;
        }
    }

    /** Counters of neighbouring nodes do not disturb each other, and keep count of who is still out. */
    @JCStressTest
    @Outcome(
            id = {"1, 0, 1", "0, 1, 1"},
            expect = ACCEPTABLE,
            desc = "one was the last, and one more is awaited on either side")
    @Outcome(expect = FORBIDDEN, desc = "never ready, ready twice, or a neighbour's count is wrong")
    @State
    public static class Neighbours {
        final Countdowns counts = new Countdowns(new int[] {3, 2, 3});

        @Actor
        public void first(III_Result r) {
            counts.arrive(0);
            r.r1 = counts.arrive(1) ? 1 : 0;
            counts.arrive(2);
        }

        @Actor
        public void second(III_Result r) {
            counts.arrive(2);
            r.r2 = counts.arrive(1) ? 1 : 0;
            counts.arrive(0);
        }

        @Arbiter
        public void rest(III_Result r) {
            r.r3 = counts.arriveAlone(0) && counts.arriveAlone(2) ? 1 : 0;
        }
    }
}
