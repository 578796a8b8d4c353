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

/** What owner and thieves of a {@link TaskDeque} may see of each other: each task is taken once. */
public class TaskDequeStress {
    private static TaskDeque dequeOf(int capacity, int maxCapacity, Runnable... tasks) {
        TaskDeque deque = new TaskDeque(capacity, maxCapacity);
        for (Runnable task : tasks) {
            deque.push(task);
        }
        return deque;
    }

    /** As a worker steals: a race that was lost is run again. */
    private static Runnable steal(TaskDeque deque) {
        Runnable task;
        do {
            task = deque.steal();
        } while (task == TaskDeque.LOST);
        return task;
    }

    /** What is left, once nobody else steals. */
    private static int stealAll(TaskDeque deque) {
        int got = 0;
        for (Runnable task; (task = deque.steal()) != null; ) {
            got = NumberedTask.append(got, task);
        }
        return got;
    }

    /** Owner and thief want the last task. */
    @JCStressTest
    @Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "the owner got it")
    @Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "the thief got it")
    @Outcome(expect = FORBIDDEN, desc = "lost, or taken twice")
    @State
    public static class LastTask {
        final TaskDeque deque = dequeOf(2, 2, NumberedTask.ONE);

        @Actor
        public void owner(II_Result r) {
            r.r1 = NumberedTask.number(deque.pop());
        }

        @Actor
        public void thief(II_Result r) {
            r.r2 = NumberedTask.number(deque.steal());
        }
    }

    /** The owner takes a task without a CAS while a thief comes nearer. */
    @JCStressTest
    @Outcome(id = "2, 1", expect = ACCEPTABLE, desc = "one each")
    @Outcome(id = "0, 12", expect = ACCEPTABLE, desc = "the thief got both")
    @Outcome(expect = FORBIDDEN, desc = "lost, or taken twice")
    @State
    public static class PopVsTwoSteals {
        final TaskDeque deque = dequeOf(2, 2, NumberedTask.ONE, NumberedTask.TWO);

        @Actor
        public void owner(II_Result r) {
            r.r1 = NumberedTask.number(deque.pop());
        }

        @Actor
        public void thief(II_Result r) {
            int first = NumberedTask.append(0, steal(deque));
            r.r2 = NumberedTask.append(first, steal(deque));
        }
    }

    /** Two thieves take one each. */
    @JCStressTest
    @Outcome(
            id = {"1, 2", "2, 1"},
            expect = ACCEPTABLE,
            desc = "one each")
    @Outcome(expect = FORBIDDEN, desc = "lost, or taken twice")
    @State
    public static class TwoThieves {
        final TaskDeque deque = dequeOf(2, 2, NumberedTask.ONE, NumberedTask.TWO);

        @Actor
        public void first(II_Result r) {
            r.r1 = NumberedTask.number(steal(deque));
        }

        @Actor
        public void second(II_Result r) {
            r.r2 = NumberedTask.number(steal(deque));
        }
    }

    /** The slots grow under a thief. */
    @JCStressTest
    @Outcome(
            id = {"321, 0", "32, 1", "3, 12"},
            expect = ACCEPTABLE,
            desc = "each once")
    @Outcome(expect = FORBIDDEN, desc = "lost, or taken twice")
    @State
    public static class GrowWhileStealing {
        final TaskDeque deque = dequeOf(2, 4, NumberedTask.ONE, NumberedTask.TWO);

        @Actor
        public void owner(II_Result r) {
            deque.push(NumberedTask.THREE);
            int got = 0;
            for (Runnable task; (task = deque.pop()) != null; ) {
                got = NumberedTask.append(got, task);
            }
            r.r1 = got;
        }

        @Actor
        public void thief(II_Result r) {
            int first = NumberedTask.append(0, steal(deque));
            r.r2 = NumberedTask.append(first, steal(deque));
        }
    }

    /** The owner reuses a slot as soon as, and not before, a thief has left it. */
    @JCStressTest
    @Outcome(id = "1, 1, 23", expect = ACCEPTABLE, desc = "pushed into the slot that was left")
    @Outcome(id = "0, 1, 2", expect = ACCEPTABLE, desc = "no room yet")
    @Outcome(expect = FORBIDDEN, desc = "lost, or taken twice")
    @State
    public static class FullPushVsSteal {
        final TaskDeque deque = dequeOf(2, 2, NumberedTask.ONE, NumberedTask.TWO);

        @Actor
        public void owner(III_Result r) {
            r.r1 = deque.push(NumberedTask.THREE) ? 1 : 0;
        }

        @Actor
        public void thief(III_Result r) {
            r.r2 = NumberedTask.number(deque.steal());
        }

        @Arbiter
        public void rest(III_Result r) {
            r.r3 = stealAll(deque);
        }
    }

    /** As {@link FullPushVsSteal}, of a task that comes from a ring. */
    @JCStressTest
    @Outcome(id = "1, 1, 23", expect = ACCEPTABLE, desc = "moved into the slot that was left")
    @Outcome(id = "0, 1, 2", expect = ACCEPTABLE, desc = "no room yet")
    @Outcome(expect = FORBIDDEN, desc = "lost, or taken twice")
    @State
    public static class FullMoveVsSteal {
        final TaskDeque deque = dequeOf(2, 2, NumberedTask.ONE, NumberedTask.TWO);
        final Object[] ring = {NumberedTask.THREE};

        @Actor
        public void owner(III_Result r) {
            r.r1 = deque.pushAll(ring, 0, 1);
        }

        @Actor
        public void thief(III_Result r) {
            r.r2 = NumberedTask.number(deque.steal());
        }

        @Arbiter
        public void rest(III_Result r) {
            r.r3 = stealAll(deque);
        }
    }
}
