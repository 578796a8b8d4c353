// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.micro;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;

/**
 * Producer threads that submit tasks to a target, each through one lane of its own.
 *
 * <p>At most {@link #WINDOW} tasks are in flight, shared evenly by the producers, whatever the
 * target: an unbounded queue must not gain by eating memory, and a bounded one is never full. A
 * producer looks at its {@link Tally} when its share is used up, and then spins a little, yields,
 * and in the end sleeps.
 */
final class Submission implements AutoCloseable {
    /** Tasks in flight at most; also the capacity of every bounded queue and ring. */
    static final int WINDOW = 1 << 14;

    /** Tasks that are submitted between two looks at the window. */
    private static final int CHUNK = 1 << 10;

    private static final long TIMEOUT_NS = TimeUnit.SECONDS.toNanos(60);
    private static final long LOOK_NS = 20_000;
    private static final Phase END = new Phase(0, 0);

    private final SubmitTarget target;
    private final List<SubmitWork> works;
    private final List<BlockingQueue<Phase>> phases = new ArrayList<>();
    private final List<Thread> producers = new ArrayList<>();
    private final List<Throwable> failures = new ArrayList<>(); // guarded by itself

    /** A number of tasks of one kind, for every producer. */
    private record Phase(int kind, long each) {}

    /** Starts a producer for each of the works. */
    Submission(SubmitTarget target, List<SubmitWork> works) {
        this.target = target;
        this.works = works;
        for (SubmitWork work : works) {
            BlockingQueue<Phase> queue = new LinkedBlockingQueue<>();
            Thread producer =
                    new Thread(() -> produce(work, queue), "teff-producer-" + work.producer());
            producer.setDaemon(true);
            producer.start();
            phases.add(queue);
            producers.add(producer);
        }
    }

    /** The works of so many producers. */
    static List<SubmitWork> works(int producers) {
        List<SubmitWork> works = new ArrayList<>();
        for (int p = 0; p < producers; p++) {
            works.add(SubmitWork.of(p));
        }
        return works;
    }

    /**
     * Submits {@code each} tasks per producer and gives the nanoseconds until the last has run.
     *
     * @throws TimeoutException after a minute, if tasks were lost
     */
    long run(int kind, long each) throws TimeoutException {
        long[] goals = works.stream().mapToLong(work -> work.tally().total() + each).toArray();
        long start = System.nanoTime();
        phases.forEach(queue -> queue.add(new Phase(kind, each)));
        for (int i = 0; i < goals.length; i++) {
            while (works.get(i).tally().total() < goals[i]) {
                LockSupport.parkNanos(LOOK_NS);
                checkFailures();
                if (System.nanoTime() - start > TIMEOUT_NS) {
                    throw new TimeoutException(
                            works.get(i).tally().total() + " tasks have run, not " + goals[i]);
                }
            }
        }
        return System.nanoTime() - start;
    }

    private void produce(SubmitWork work, BlockingQueue<Phase> queue) {
        try (SubmitTarget.Lane lane = target.lane(work)) {
            for (Phase phase = queue.take(); phase.each > 0; phase = queue.take()) {
                submit(lane, work.tally(), phase);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException | Error e) {
            synchronized (failures) {
                failures.add(e);
            }
        }
    }

    private void submit(SubmitTarget.Lane lane, Tally tally, Phase phase) {
        long share = Math.max(1, WINDOW / works.size());
        int chunk = (int) Math.min(CHUNK, share);
        long base = tally.total();
        long done = 0;
        long sent = 0;
        while (sent < phase.each) {
            int count = (int) Math.min(chunk, phase.each - sent);
            int waits = 0;
            while (sent + count - done > share) {
                done = tally.total() - base;
                pause(waits++);
            }
            lane.submit(phase.kind, count);
            sent += count;
        }
    }

    private static void pause(int waits) {
        if (waits < 64) {
            Thread.onSpinWait();
        } else if (waits < 1_000) {
            Thread.yield();
        } else {
            LockSupport.parkNanos(LOOK_NS);
        }
    }

    private void checkFailures() {
        synchronized (failures) {
            if (!failures.isEmpty()) {
                Throwable first = failures.get(0);
                throw new IllegalStateException("a producer failed: " + first, first);
            }
        }
    }

    /** Ends the producers; their lanes are closed. */
    @Override
    public void close() {
        phases.forEach(queue -> queue.add(END));
        producers.forEach(Pools::join);
    }
}
