// SPDX-License-Identifier: Apache-2.0
package io.teff.monitor;

import java.util.List;
import java.util.Map;

/** All that a file says at one moment, but for tiles and events: an immutable copy. Any thread. */
public final class MonitorSnapshot {
    private final MonitorInfo info;
    private final Head head;
    private final long[][] values; // the engine's, then each worker's
    private final List<WorkerView> workers;
    private final int matrix;
    private final long[] steals;
    private final List<Latency> latencies;
    private final List<AppView> apps;
    private final List<EdgeView> edges;
    private final List<BoardView> boards;
    private final List<QueueView> queues;

    /**
     * The first of it.
     *
     * @param status what the engine says of itself
     * @param isWhole whether everything is of one update; false if a writer was at it each time this
     *     reader looked, or was killed in the midst of one
     * @param updates how often the file was updated
     * @param nowNs when it was last, on the engine's clock
     * @param nowMs the same by the wall clock, since the epoch
     * @param endedMs when the engine had ended, since the epoch; 0 if it has not
     * @param namesRefused names of tasks there was no room for
     * @param appsRefused apps there was no room for
     * @param boardsRefused boards there was no room for
     */
    public record Head(
            EngineStatus status,
            boolean isWhole,
            long updates,
            long nowNs,
            long nowMs,
            long endedMs,
            long namesRefused,
            long appsRefused,
            long boardsRefused) {}

    /** What kind of place a worker has. */
    public enum Place {
        /** One of the regular workers. */
        REGULAR,
        /** A worker that stands in for a blocked one. */
        SPARE,
        /** The sum of all spare workers that have no place of their own. */
        REST
    }

    /**
     * A worker.
     *
     * @param cpu that its thread is pinned to; -1 if it is not
     * @param threadId the JVM's, 0 if it has none
     * @param sinceNs when its state began, on the engine's clock; 0 if that is not known
     * @param task what it runs, empty if it runs nothing or that is not known
     * @param taskNs when that began, or was first seen; 0 if that is not known
     */
    public record WorkerView(
            int index,
            Place place,
            WorkerState state,
            int cpu,
            long threadId,
            long sinceNs,
            String task,
            long taskNs) {}

    /**
     * An app of a flow.
     *
     * @param flow a number for its flow
     * @param counts tasks by state, in the order of {@link MonitorInfo#appStates()}
     */
    public record AppView(String name, int flow, Map<String, Long> counts) {}

    /** How often tasks of one app took a result of another's, by their places in {@link #apps()}. */
    public record EdgeView(int from, int to, long count) {}

    /**
     * A plane of tiles; {@link MonitorReader#tiles} has the tiles.
     *
     * @param iteration the newest, from 1; 0 if none has begun
     * @param startedNs when that began, on the engine's clock
     * @param done tiles ever computed
     */
    public record BoardView(
            int index, String name, BoardShape shape, long iteration, long startedNs, long done) {}

    /**
     * A queue.
     *
     * @param owner index of the worker that it belongs to; -1 if it is nobody's
     * @param depth how much waits
     * @param capacity how much can; 0 if that is not known
     */
    public record QueueView(String name, int owner, long depth, long capacity) {}

    MonitorSnapshot(
            MonitorInfo info,
            Head head,
            long[][] values,
            List<WorkerView> workers,
            int matrix,
            long[] steals,
            List<Latency> latencies,
            List<AppView> apps,
            List<EdgeView> edges,
            List<BoardView> boards,
            List<QueueView> queues) {
        this.info = info;
        this.head = head;
        this.values = values;
        this.workers = List.copyOf(workers);
        this.matrix = matrix;
        this.steals = steals;
        this.latencies = List.copyOf(latencies);
        this.apps = List.copyOf(apps);
        this.edges = List.copyOf(edges);
        this.boards = List.copyOf(boards);
        this.queues = List.copyOf(queues);
    }

    /** What the file is about. */
    public MonitorInfo info() {
        return info;
    }

    /** Status, and when this was. */
    public Head head() {
        return head;
    }

    /** All places for workers, in order. */
    public List<WorkerView> workers() {
        return workers;
    }

    /**
     * A worker's counter or gauge.
     *
     * @throws IllegalArgumentException if there is no such worker, or no such counter
     */
    public long value(int worker, String label) {
        if (worker < 0 || worker >= info.slots()) {
            throw new IllegalArgumentException(
                    "no worker " + worker + ": the file has " + info.slots());
        }
        return values[1 + worker][counter(label)];
    }

    /**
     * A counter or gauge of the engine; of one that workers have, their sum.
     *
     * @throws IllegalArgumentException if there is no such counter
     */
    public long value(String label) {
        int i = counter(label);
        if (info.counters().get(i).scope() == MonitorCounter.Scope.ENGINE) {
            return values[0][i];
        }
        long sum = 0;
        for (int worker = 1; worker < values.length; worker++) {
            sum += values[worker][i];
        }
        return sum;
    }

    private int counter(String label) {
        int i = info.counter(label);
        if (i < 0) {
            throw new IllegalArgumentException(
                    "no counter "
                            + label
                            + ": the file has "
                            + info.counters().stream().map(MonitorCounter::label).toList());
        }
        return i;
    }

    /** Rows and columns of the steal matrix; fewer than workers if there are very many of these. */
    public int matrixSize() {
        return matrix;
    }

    /** The row and column of a worker in the steal matrix. */
    public int matrixIndex(int worker) {
        return worker / ((info.slots() + matrix - 1) / matrix);
    }

    /** How often the thieves of a row have stolen from the victims of a column. */
    public long steals(int row, int column) {
        return steals[row * matrix + column];
    }

    /** A histogram over sampled tasks. */
    public Latency latency(Latency.Kind kind) {
        return latencies.get(MonitorWriter.index(kind));
    }

    /** All apps, in the order in which they appeared. */
    public List<AppView> apps() {
        return apps;
    }

    /** The flow graph as far as flows tell it, by apps. */
    public List<EdgeView> edges() {
        return edges;
    }

    /** All boards. */
    public List<BoardView> boards() {
        return boards;
    }

    /** All queues. */
    public List<QueueView> queues() {
        return queues;
    }

    @Override
    public String toString() {
        return info.engine() + " of process " + info.pid() + ", " + head;
    }
}
