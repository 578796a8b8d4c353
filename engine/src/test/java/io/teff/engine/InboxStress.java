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
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.I_Result;
import org.openjdk.jcstress.infra.results.ZII_Result;
import org.openjdk.jcstress.infra.results.ZIZ_Result;
import org.openjdk.jcstress.infra.results.ZI_Result;
import org.openjdk.jcstress.infra.results.ZZ_Result;

/** What producers and drainers of an {@link Inbox} may see of each other. */
public class InboxStress {
    private static Inbox inboxOf(int capacity, Runnable... tasks) {
        Inbox inbox = new Inbox(capacity);
        for (Runnable task : tasks) {
            inbox.offer(task);
        }
        return inbox;
    }

    /** What one drain gives, in the order in which its worker would run it. */
    private static int drain(Inbox inbox, int max) {
        TaskDeque arrivals = new TaskDeque(4, 4);
        int got = NumberedTask.append(0, inbox.drain(arrivals, max));
        for (Runnable task; (task = arrivals.steal()) != null; ) {
            got = NumberedTask.append(got, task);
        }
        return got;
    }

    private static int drainAll(Inbox inbox) {
        int[] got = new int[1];
        inbox.drainAll(task -> got[0] = NumberedTask.append(got[0], task));
        return got[0];
    }

    /** Two producers: everything arrives once, and what one producer offered in its order. */
    @JCStressTest
    @Outcome(
            id = {"1234", "1324", "1342", "3124", "3142", "3412"},
            expect = ACCEPTABLE,
            desc = "each once, in the order of its producer")
    @Outcome(expect = FORBIDDEN, desc = "lost, doubled or out of order")
    @State
    public static class TwoProducers {
        final Inbox inbox = inboxOf(4);

        @Actor
        public void first() {
            inbox.offer(NumberedTask.ONE);
            inbox.offer(NumberedTask.TWO);
        }

        @Actor
        public void second() {
            inbox.offer(NumberedTask.THREE);
            inbox.offer(NumberedTask.FOUR);
        }

        @Arbiter
        public void drainer(I_Result r) {
            r.r1 = drainAll(inbox);
        }
    }

    /** A drainer takes what is there, in order, while a producer adds to it. */
    @JCStressTest
    @Outcome(
            id = {"12, 0", "1, 2", "0, 12"},
            expect = ACCEPTABLE,
            desc = "each once, in order")
    @Outcome(expect = FORBIDDEN, desc = "lost, doubled or out of order")
    @State
    public static class OfferVsDrain {
        final Inbox inbox = inboxOf(2);

        @Actor
        public void producer() {
            inbox.offer(NumberedTask.ONE);
            inbox.offer(NumberedTask.TWO);
        }

        @Actor
        public void drainer(II_Result r) {
            r.r1 = drain(inbox, 64);
        }

        @Arbiter
        public void rest(II_Result r) {
            r.r2 = drainAll(inbox);
        }
    }

    /** Two drainers take one task each, or one of them finds the other at it. */
    @JCStressTest
    @Outcome(
            id = {"1, 2, 0", "2, 1, 0", "1, 0, 2", "0, 1, 2"},
            expect = ACCEPTABLE,
            desc = "each once")
    @Outcome(expect = FORBIDDEN, desc = "lost, or taken twice")
    @State
    public static class TwoDrainers {
        final Inbox inbox = inboxOf(2, NumberedTask.ONE, NumberedTask.TWO);

        @Actor
        public void first(III_Result r) {
            r.r1 = drain(inbox, 1);
        }

        @Actor
        public void second(III_Result r) {
            r.r2 = drain(inbox, 1);
        }

        @Arbiter
        public void rest(III_Result r) {
            r.r3 = drainAll(inbox);
        }
    }

    /** A producer comes round to a slot that a drainer is about to leave. */
    @JCStressTest
    @Outcome(id = "true, 1, 23", expect = ACCEPTABLE, desc = "went into the slot that was left")
    @Outcome(id = "false, 1, 2", expect = ACCEPTABLE, desc = "full")
    @Outcome(expect = FORBIDDEN, desc = "lost, or doubled")
    @State
    public static class FullOfferVsDrain {
        final Inbox inbox = inboxOf(2, NumberedTask.ONE, NumberedTask.TWO);

        @Actor
        public void producer(ZII_Result r) {
            r.r1 = inbox.offer(NumberedTask.THREE);
        }

        @Actor
        public void drainer(ZII_Result r) {
            r.r2 = drain(inbox, 1);
        }

        @Arbiter
        public void rest(ZII_Result r) {
            r.r3 = drainAll(inbox);
        }
    }

    /** A drain that could take more than the ring holds takes what the ring holds. */
    @JCStressTest
    @Outcome(id = "true, 12, 3", expect = ACCEPTABLE, desc = "offered when there was room")
    @Outcome(id = "true, 1, 23", expect = ACCEPTABLE, desc = "offered in the midst of it")
    @Outcome(id = "false, 12, 0", expect = ACCEPTABLE, desc = "full")
    @Outcome(expect = FORBIDDEN, desc = "lost, or doubled")
    @State
    public static class FullOfferVsDrainOfAll {
        final Inbox inbox = inboxOf(2, NumberedTask.ONE, NumberedTask.TWO);

        @Actor
        public void producer(ZII_Result r) {
            r.r1 = inbox.offer(NumberedTask.THREE);
        }

        @Actor
        public void drainer(ZII_Result r) {
            r.r2 = drain(inbox, 64);
        }

        @Arbiter
        public void rest(ZII_Result r) {
            r.r3 = drainAll(inbox);
        }
    }

    /** An offer while the inbox is closed is refused, or what it brought is found. */
    @JCStressTest
    @Outcome(
            id = {"true, 1, true", "false, 0, true"},
            expect = ACCEPTABLE,
            desc = "found, or refused")
    @Outcome(expect = FORBIDDEN, desc = "accepted and lost, or miscounted")
    @State
    public static class OfferVsClose {
        final Inbox inbox = inboxOf(2);

        @Actor
        public void producer(ZIZ_Result r) {
            r.r1 = inbox.offer(NumberedTask.ONE);
        }

        @Actor
        public void closer() {
            inbox.close();
        }

        @Arbiter
        public void rest(ZIZ_Result r) {
            r.r2 = drainAll(inbox);
            r.r3 = inbox.isEmpty();
        }
    }

    /** What is claimed but not yet filled when the inbox is closed is waited for. */
    @JCStressTest
    @Outcome(
            id = {"true, 1", "false, 0"},
            expect = ACCEPTABLE,
            desc = "found, or refused")
    @Outcome(expect = FORBIDDEN, desc = "accepted and lost")
    @State
    public static class OfferVsCloseAndDrain {
        final Inbox inbox = inboxOf(2);

        @Actor
        public void producer(ZI_Result r) {
            r.r1 = inbox.offer(NumberedTask.ONE);
        }

        @Actor
        public void closer(ZI_Result r) {
            inbox.close();
            int got = drainAll(inbox);
            while (!inbox.isEmpty()) {
                got += drainAll(inbox);
            }
            r.r2 = got;
        }
    }

    /** A worker falls asleep while a producer offers: not both miss the other, without a fence. */
    @JCStressTest
    @Outcome(
            id = {"true, true", "true, false", "false, true"},
            expect = ACCEPTABLE,
            desc = "at least one saw the other")
    @Outcome(expect = FORBIDDEN, desc = "the worker sleeps, and the task waits")
    @State
    public static class OfferVsSleep {
        final Inbox inbox = inboxOf(2);
        final Sleepers sleepers = new Sleepers(1);

        @Actor
        public void producer(ZZ_Result r) {
            inbox.offer(NumberedTask.ONE);
            r.r1 = sleepers.any();
        }

        @Actor
        public void worker(ZZ_Result r) {
            sleepers.add(0);
            r.r2 = !inbox.isEmpty();
        }
    }
}
