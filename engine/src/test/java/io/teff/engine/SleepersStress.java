// SPDX-License-Identifier: Apache-2.0
package io.teff.engine;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.ZI_Result;
import org.openjdk.jcstress.infra.results.ZZ_Result;
import org.openjdk.jcstress.infra.results.Z_Result;

/** What {@link Sleepers} promise: no task is left unseen, and each sleeper is woken by one. */
public class SleepersStress {
    private static Sleepers asleep(int... workers) {
        Sleepers sleepers = new Sleepers(2);
        for (int worker : workers) {
            sleepers.add(worker);
        }
        return sleepers;
    }

    /** A worker falls asleep while a submitter publishes a task: not both miss the other. */
    @JCStressTest
    @Outcome(
            id = {"true, true", "true, false", "false, true"},
            expect = ACCEPTABLE,
            desc = "the worker saw it, or is woken")
    @Outcome(expect = FORBIDDEN, desc = "the worker sleeps, and the task waits")
    @State
    public static class SleepVsSubmit {
        final Sleepers sleepers = asleep();
        final AtomicInteger tasks = new AtomicInteger();

        @Actor
        public void worker(ZZ_Result r) {
            sleepers.add(0);
            r.r1 = tasks.getOpaque() != 0;
        }

        @Actor
        public void submitter(ZZ_Result r) {
            tasks.setOpaque(1);
            VarHandle.fullFence();
            r.r2 = sleepers.any() && sleepers.removeAny() == 0;
        }
    }

    /** Two submitters want to wake the only sleeper. */
    @JCStressTest
    @Outcome(
            id = {"0, -1, 0", "-1, 0, 0"},
            expect = ACCEPTABLE,
            desc = "one wakes it")
    @Outcome(expect = FORBIDDEN, desc = "woken twice or never, or miscounted")
    @State
    public static class TwoWakers {
        final Sleepers sleepers = asleep(0);

        @Actor
        public void first(III_Result r) {
            r.r1 = sleepers.removeAny();
        }

        @Actor
        public void second(III_Result r) {
            r.r2 = sleepers.removeAny();
        }

        @Arbiter
        public void count(III_Result r) {
            r.r3 = sleepers.count();
        }
    }

    /** Two submitters wake two sleepers. */
    @JCStressTest
    @Outcome(
            id = {"0, 1, 0", "1, 0, 0"},
            expect = ACCEPTABLE,
            desc = "one each")
    @Outcome(expect = FORBIDDEN, desc = "one woken twice, or miscounted")
    @State
    public static class TwoWakersTwoSleepers {
        final Sleepers sleepers = asleep(0, 1);

        @Actor
        public void first(III_Result r) {
            r.r1 = sleepers.removeAny();
        }

        @Actor
        public void second(III_Result r) {
            r.r2 = sleepers.removeAny();
        }

        @Arbiter
        public void count(III_Result r) {
            r.r3 = sleepers.count();
        }
    }

    /** A worker thinks better of it while a submitter wakes it. */
    @JCStressTest
    @Outcome(
            id = {"true, -1", "false, 0"},
            expect = ACCEPTABLE,
            desc = "one of them ended the sleep")
    @Outcome(expect = FORBIDDEN, desc = "both or neither did")
    @State
    public static class RemoveVsRemoveAny {
        final Sleepers sleepers = asleep(0);

        @Actor
        public void worker(ZI_Result r) {
            r.r1 = sleepers.remove(0);
        }

        @Actor
        public void submitter(ZI_Result r) {
            r.r2 = sleepers.removeAny();
        }
    }

    /** Two workers fall asleep. */
    @JCStressTest
    @Outcome(id = "2, 3", expect = ACCEPTABLE, desc = "both sleep")
    @Outcome(expect = FORBIDDEN, desc = "one of them can never be woken")
    @State
    public static class TwoSleepers {
        final Sleepers sleepers = asleep();

        @Actor
        public void first() {
            sleepers.add(0);
        }

        @Actor
        public void second() {
            sleepers.add(1);
        }

        @Arbiter
        public void count(II_Result r) {
            r.r1 = sleepers.count();
            r.r2 = (sleepers.contains(0) ? 1 : 0) + (sleepers.contains(1) ? 2 : 0);
        }
    }

    /** A worker is asleep for every submitter, also while another one comes and is woken. */
    @JCStressTest
    @Outcome(id = "true", expect = ACCEPTABLE, desc = "a submitter would wake worker 1")
    @Outcome(expect = FORBIDDEN, desc = "worker 1 parks, and submitters think that nobody sleeps")
    @State
    public static class CountCoversSleepers {
        final Sleepers sleepers = asleep();

        @Actor
        public void comesAndIsWoken() {
            sleepers.add(0);
        }

        @Actor
        public void wakerThenSleeper(Z_Result r) {
            sleepers.remove(0);
            sleepers.add(1);
            r.r1 = sleepers.any();
        }
    }
}
