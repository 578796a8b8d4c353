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

/**
 * What the producer of a lane, a {@link Submitter}, and the workers that take from it may see of each
 * other: each task runs once, with its own arguments. Tasks are numbered from 1 by both of them.
 */
public class SubmitterStress {
    private static final Crew CREW = crew(2);
    private static final Crew SOLE_CREW = crew(1);

    /** A worker for each thread, since a worker reads ahead into memory of its own. */
    private static final ThreadLocal<Worker> HOME =
            ThreadLocal.withInitial(() -> crew(2).workers[0]);

    private static final ThreadLocal<Worker> GUEST =
            ThreadLocal.withInitial(() -> crew(2).workers[1]);
    private static final ThreadLocal<Worker> SOLE =
            ThreadLocal.withInitial(() -> crew(1).workers[0]);

    /** Notes on the paper of the worker that runs it which task that was. */
    private static final LongPairTask TASK =
            new LongPairTask() {
                @Override
                protected long compute(Worker w, long a, long b, Object ref) {
                    int[][] papers = (int[][]) ref;
                    int[] paper = papers[w.index()];
                    paper[0] = paper[0] * 10 + (a == b ? (int) a : 9);
                    return 0;
                }
            };

    /** Workers without threads: the actors are theirs. They count as awake, or a lane would. */
    private static Crew crew(int workers) {
        Crew crew = new Crew(EngineConfig.builder().workers(workers).build(), null);
        while (crew.sleepers.removeAny() >= 0) {}
        return crew;
    }

    private static Submitter soleLane(int capacity) {
        return new Submitter(SOLE_CREW, 0, capacity, 1);
    }

    private static Submitter lane(int capacity) {
        return new Submitter(CREW, 0, capacity, 1);
    }

    private static int[][] papers() {
        return new int[2][1];
    }

    /** Two workers take from a lane. */
    @JCStressTest
    @Outcome(
            id = {"12, 0, 0", "1, 2, 0", "2, 1, 0"},
            expect = ACCEPTABLE,
            desc = "each once")
    @Outcome(expect = FORBIDDEN, desc = "lost, run twice, or with another's arguments")
    @State
    public static class TwoWorkers {
        final int[][] papers = papers();
        final Submitter lane = lane(2);

        public TwoWorkers() {
            lane.submit(TASK, 1, 1, papers);
            lane.submit(TASK, 2, 2, papers);
        }

        @Actor
        public void home(III_Result r) {
            lane.run(HOME.get());
            r.r1 = papers[0][0];
        }

        @Actor
        public void guest(III_Result r) {
            lane.run(GUEST.get()); // looks
            lane.run(GUEST.get()); // takes one if nobody came meanwhile
            r.r2 = papers[1][0];
        }

        @Arbiter
        public void rest(III_Result r) {
            papers[0][0] = 0;
            lane.run(HOME.get());
            r.r3 = papers[0][0];
        }
    }

    /** The producer publishes while a worker takes. */
    @JCStressTest
    @Outcome(
            id = {"12, 0", "1, 2", "0, 12"},
            expect = ACCEPTABLE,
            desc = "each once, in order")
    @Outcome(expect = FORBIDDEN, desc = "lost, run twice, or with another's arguments")
    @State
    public static class SubmitVsRun {
        final int[][] papers = papers();
        final Submitter lane = lane(2);

        @Actor
        public void producer() {
            lane.submit(TASK, 1, 1, papers);
            lane.submit(TASK, 2, 2, papers);
        }

        @Actor
        public void home(II_Result r) {
            lane.run(HOME.get());
            r.r1 = papers[0][0];
        }

        @Arbiter
        public void rest(II_Result r) {
            papers[0][0] = 0;
            lane.run(HOME.get());
            r.r2 = papers[0][0];
        }
    }

    /** The producer comes round to a slot that a worker is about to leave. */
    @JCStressTest
    @Outcome(
            id = {"123, 0", "12, 3"},
            expect = ACCEPTABLE,
            desc = "each once, in order")
    @Outcome(expect = FORBIDDEN, desc = "lost, run twice, or with another's arguments")
    @State
    public static class FullSubmitVsRun {
        final int[][] papers = papers();
        final Submitter lane = lane(2);

        public FullSubmitVsRun() {
            lane.submit(TASK, 1, 1, papers);
            lane.submit(TASK, 2, 2, papers);
        }

        @Actor
        public void producer() {
            lane.submit(TASK, 3, 3, papers); // waits for room
        }

        @Actor
        public void home(II_Result r) {
            lane.run(HOME.get());
            r.r1 = papers[0][0];
        }

        @Arbiter
        public void rest(II_Result r) {
            papers[0][0] = 0;
            lane.run(HOME.get());
            r.r2 = papers[0][0];
        }
    }

    /** The engine is shut down, and its lanes emptied, while a worker takes. */
    @JCStressTest
    @Outcome(
            id = {"12, 0", "1, 1", "2, 1", "0, 2"},
            expect = ACCEPTABLE,
            desc = "each run or given back, once")
    @Outcome(expect = FORBIDDEN, desc = "lost, or run and given back")
    @State
    public static class RunVsGiveBack {
        final int[][] papers = papers();
        final Submitter lane = lane(2);

        public RunVsGiveBack() {
            lane.submit(TASK, 1, 1, papers);
            lane.submit(TASK, 2, 2, papers);
        }

        @Actor
        public void home(II_Result r) {
            lane.run(HOME.get());
            r.r1 = papers[0][0];
        }

        @Actor
        public void giveBack(II_Result r) {
            int[] given = new int[1];
            lane.drain(task -> given[0]++);
            r.r2 = given[0];
        }
    }

    /** The producer comes round to slots that the only worker takes, several at once. */
    @JCStressTest
    @Outcome(
            id = {"123, 0", "12, 3"},
            expect = ACCEPTABLE,
            desc = "each once, in order")
    @Outcome(expect = FORBIDDEN, desc = "lost, run twice, or with another's arguments")
    @State
    public static class FullSubmitVsChunk {
        final int[][] papers = papers();
        final Submitter lane = soleLane(2);

        public FullSubmitVsChunk() {
            lane.submit(TASK, 1, 1, papers);
            lane.submit(TASK, 2, 2, papers);
        }

        @Actor
        public void producer() {
            lane.submit(TASK, 3, 3, papers); // waits for room
        }

        @Actor
        public void sole(II_Result r) {
            lane.run(SOLE.get());
            r.r1 = papers[0][0];
        }

        @Arbiter
        public void rest(II_Result r) {
            papers[0][0] = 0;
            lane.run(SOLE.get());
            r.r2 = papers[0][0];
        }
    }

    /** The engine is shut down, and its lanes emptied, while the only worker takes several at once. */
    @JCStressTest
    @Outcome(
            id = {"12, 0", "2, 1", "0, 2"},
            expect = ACCEPTABLE,
            desc = "each run or given back, once")
    @Outcome(expect = FORBIDDEN, desc = "lost, or run and given back")
    @State
    public static class ChunkVsGiveBack {
        final int[][] papers = papers();
        final Submitter lane = soleLane(2);

        public ChunkVsGiveBack() {
            lane.submit(TASK, 1, 1, papers);
            lane.submit(TASK, 2, 2, papers);
        }

        @Actor
        public void sole(II_Result r) {
            lane.run(SOLE.get());
            r.r1 = papers[0][0];
        }

        @Actor
        public void giveBack(II_Result r) {
            int[] given = new int[1];
            lane.drain(task -> given[0]++);
            r.r2 = given[0];
        }
    }
}
