// SPDX-License-Identifier: Apache-2.0
package io.teff.executors.disruptor;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import com.lmax.disruptor.YieldingWaitStrategy;
import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;
import org.openjdk.jcstress.infra.results.ZI_Result;

/** What a {@link TaskRing} promises: each task is taken once, and a claim is seen by who ends. */
public class TaskRingStress {
    /** A task with a number. */
    private record Numbered(int number) implements Runnable {
        @Override
        public void run() {
            throw new IllegalStateException("not meant to be run");
        }
    }

    private static TaskRing ring(int capacity, int... tasks) {
        TaskRing ring = new TaskRing(capacity, 3, new YieldingWaitStrategy());
        for (int task : tasks) {
            ring.publish(ring.claim(), new Numbered(task));
        }
        return ring;
    }

    private static int take(TaskRing ring, int taker) {
        Runnable task = ring.take(taker);
        return task == null ? 0 : ((Numbered) task).number;
    }

    private static int takeAll(TaskRing ring, int taker) {
        int all = 0;
        for (int task; (task = take(ring, taker)) != 0; ) {
            all = all * 10 + task;
        }
        return all;
    }

    /** Two workers want the tasks there are. */
    @JCStressTest
    @Outcome(
            id = {"1, 2, 0", "2, 1, 0"},
            expect = ACCEPTABLE,
            desc = "each once")
    @Outcome(expect = FORBIDDEN, desc = "lost, or taken twice")
    @State
    public static class TwoTakers {
        final TaskRing ring = ring(2, 1, 2);

        @Actor
        public void first(III_Result r) {
            r.r1 = take(ring, 0);
        }

        @Actor
        public void second(III_Result r) {
            r.r2 = take(ring, 1);
        }

        @Arbiter
        public void rest(III_Result r) {
            r.r3 = takeAll(ring, 2);
        }
    }

    /** A producer comes round to a slot that a worker is about to leave. */
    @JCStressTest
    @Outcome(id = "1, 1, 2", expect = ACCEPTABLE, desc = "went into the slot that was left")
    @Outcome(id = "1, 0, 0", expect = ACCEPTABLE, desc = "full")
    @Outcome(expect = FORBIDDEN, desc = "lost, or doubled")
    @State
    public static class FullPublishVsTake {
        final TaskRing ring = ring(1, 1);

        @Actor
        public void worker(III_Result r) {
            r.r1 = take(ring, 0);
        }

        @Actor
        public void producer(III_Result r) {
            long sequence = ring.claim();
            if (sequence != TaskRing.FULL) {
                ring.publish(sequence, new Numbered(2));
                r.r2 = 1;
            }
        }

        @Arbiter
        public void rest(III_Result r) {
            r.r3 = takeAll(ring, 2);
        }
    }

    /** A producer claims and looks at the state, while who ends sets it and looks at the ring. */
    @JCStressTest
    @Outcome(
            id = {"true, 1", "false, 0"},
            expect = ACCEPTABLE,
            desc = "accepted and found, or rejected")
    @Outcome(expect = FORBIDDEN, desc = "accepted and lost")
    @State
    public static class PublishVsShutdown {
        final TaskRing ring = ring(2);
        final AtomicInteger state = new AtomicInteger();

        @Actor
        public void producer(ZI_Result r) {
            long sequence = ring.claim();
            r.r1 = state.get() == 0;
            ring.publish(sequence, r.r1 ? new Numbered(1) : null);
        }

        @Actor
        public void worker(ZI_Result r) {
            state.set(1);
            int found = 0;
            while (!ring.isEmpty()) {
                found += take(ring, 0);
            }
            r.r2 = found;
        }
    }
}
