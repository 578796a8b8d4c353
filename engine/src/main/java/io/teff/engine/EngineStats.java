// SPDX-License-Identifier: Apache-2.0
package io.teff.engine;

import io.teff.affinity.PinResult;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * What an engine has done and what it holds, at one moment. Each number is exact for its worker, and
 * the whole is exact when the engine is at rest; while it runs the numbers are some nanoseconds
 * apart.
 */
public final class EngineStats {
    private final List<WorkerStats> workers;
    private final List<PinResult> pins;
    private final long queued;
    private final int asleep;
    private final int blocked;
    private final int threads;

    /**
     * One worker's counters since its engine started.
     *
     * @param worker its index; spare workers follow the regular ones
     * @param tasks detached and lane tasks that it ran to their end, failed ones included
     * @param steals forks and tasks that it took from other workers
     * @param stealAttempts times it looked into another worker's fork stack
     * @param shares times it published forks because somebody was hungry
     * @param drains times it took a batch from an inbox
     * @param parks times it went to sleep
     * @param spins rounds in which it found nothing and spun
     * @param failed tasks that ended in an exception
     */
    public record WorkerStats(
            int worker,
            long tasks,
            long steals,
            long stealAttempts,
            long shares,
            long drains,
            long parks,
            long spins,
            long failed) {}

    private EngineStats(Crew crew) {
        List<WorkerStats> counters = new ArrayList<>();
        List<PinResult> pinned = new ArrayList<>();
        long inInboxes = 0;
        for (Inbox inbox : crew.inboxes) {
            inInboxes += inbox.size();
        }
        long inDeques = 0;
        for (int i = 0; i < crew.size(); i++) {
            Worker worker = crew.worker(i);
            counters.add(worker.counters.snapshot(worker.index));
            inDeques += worker.queued();
        }
        for (int i = 0; i < crew.workers.length; i++) {
            WorkerThread thread = crew.waker.thread(i);
            pinned.add(thread == null ? null : thread.pin());
        }
        workers = List.copyOf(counters);
        pins = Collections.unmodifiableList(pinned);
        queued = inInboxes + inDeques;
        asleep = crew.sleepers.count();
        blocked = crew.spares.blocked();
        threads = crew.runState.live();
    }

    static EngineStats of(Crew crew) {
        return new EngineStats(crew);
    }

    /** Counters of each worker, spare ones last. */
    public List<WorkerStats> workers() {
        return workers;
    }

    /** What came of pinning each regular worker; null for one not pinned or not yet started. */
    public List<PinResult> pins() {
        return pins;
    }

    /** Detached and lane tasks run, over all workers. */
    public long tasks() {
        return workers.stream().mapToLong(WorkerStats::tasks).sum();
    }

    /** Tasks that ended in an exception, over all workers. */
    public long failed() {
        return workers.stream().mapToLong(WorkerStats::failed).sum();
    }

    /** Forks and tasks taken from other workers, over all workers. */
    public long steals() {
        return workers.stream().mapToLong(WorkerStats::steals).sum();
    }

    /** Times that workers went to sleep. */
    public long parks() {
        return workers.stream().mapToLong(WorkerStats::parks).sum();
    }

    /** Tasks waiting in inboxes and deques. */
    public long queued() {
        return queued;
    }

    /** Workers asleep, those never started included. */
    public int asleep() {
        return asleep;
    }

    /** Workers blocked in a section or a wait that a spare worker stands in for. */
    public int blocked() {
        return blocked;
    }

    /** Threads alive. */
    public int threads() {
        return threads;
    }

    @Override
    public String toString() {
        return "EngineStats[tasks="
                + tasks()
                + ", failed="
                + failed()
                + ", steals="
                + steals()
                + ", parks="
                + parks()
                + ", queued="
                + queued
                + ", asleep="
                + asleep
                + ", blocked="
                + blocked
                + ", threads="
                + threads
                + "]";
    }
}
