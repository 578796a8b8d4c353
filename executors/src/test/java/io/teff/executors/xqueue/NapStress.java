// SPDX-License-Identifier: Apache-2.0
package io.teff.executors.xqueue;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZI_Result;
import org.openjdk.jcstress.infra.results.ZZ_Result;

/** What a {@link Nap} promises: no sleeper is overlooked, and each is woken by one. */
public class NapStress {
    /** A worker falls asleep while a task is put in and fenced: not both miss the other. */
    @JCStressTest
    @Outcome(
            id = {"true, true", "true, false", "false, true"},
            expect = ACCEPTABLE,
            desc = "the worker saw it, or is woken")
    @Outcome(expect = FORBIDDEN, desc = "the worker sleeps, and the task waits")
    @State
    public static class SleepVsFence {
        final Nap nap = new Nap(new AtomicInteger());
        final AtomicInteger tasks = new AtomicInteger();

        @Actor
        public void producer(ZZ_Result r) {
            tasks.setOpaque(1);
            VarHandle.fullFence();
            r.r1 = nap.isAsleep();
        }

        @Actor
        public void worker(ZZ_Result r) {
            nap.announce();
            r.r2 = tasks.getOpaque() != 0;
        }
    }

    /** Two wake the same sleeper. */
    @JCStressTest
    @Outcome(
            id = {"true, false, 0", "false, true, 0"},
            expect = ACCEPTABLE,
            desc = "one did")
    @Outcome(expect = FORBIDDEN, desc = "woken twice or never, or miscounted")
    @State
    public static class TwoWakers {
        final AtomicInteger count = new AtomicInteger();
        final Nap nap = new Nap(count);

        {
            nap.announce();
        }

        @Actor
        public void first(ZZI_Result r) {
            r.r1 = nap.end();
        }

        @Actor
        public void second(ZZI_Result r) {
            r.r2 = nap.end();
        }

        @Arbiter
        public void rest(ZZI_Result r) {
            r.r3 = count.get();
        }
    }
}
