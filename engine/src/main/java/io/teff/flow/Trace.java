// SPDX-License-Identifier: Apache-2.0
package io.teff.flow;

import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What a flow has done: a record of every task that was called, in pictures for people and tools. Any
 * thread may ask at any time; what is in flight then shows as far as it is.
 *
 * <pre>{@code
 * try (Flow flow = Flow.builder().executor("pool", pool).trace().build()) {
 *     // calls
 *     flow.await(Duration.ofMinutes(1));
 *     Files.writeString(Path.of("flow.dot"), flow.trace().toDot());        // dot -Tsvg flow.dot
 *     Files.writeString(Path.of("flow.json"), flow.trace().toTimeline());  // ui.perfetto.dev
 *     flow.trace().writeJsonLines(Path.of("flow.jsonl"));  // teff trace flow.jsonl --sqlite FILE
 * }
 * }</pre>
 */
public final class Trace {
    /** A time that has not come, or a number that there is not. */
    static final long NONE = -1;

    final String run = UUID.randomUUID().toString();
    final long begunMs = System.currentTimeMillis();
    private final long begunNs = System.nanoTime();
    private final AtomicLong ids = new AtomicLong();
    private final ConcurrentLinkedQueue<TraceEntry> entries = new ConcurrentLinkedQueue<>();

    Trace() {}

    /**
     * One task. Times are nanoseconds since the flow was built, -1 if that has not happened; launch,
     * start and return are those of the last try.
     *
     * @param id in the order of calls, from 0
     * @param dependencies ids of the tasks whose results it takes
     * @param joined ids of the tasks that a join app waits for
     * @param executor label; null if it was never launched
     * @param thread that ran its body; null if none did
     * @param returnedNs when the body returned; a join app ends later than that
     * @param tries how often the body was started
     * @param earlier the tries before the last one, as far as their bodies were started
     * @param memoized whether an equal call may have the same result
     */
    public record Task(
            long id,
            String name,
            String app,
            List<Long> dependencies,
            List<Long> joined,
            String executor,
            String thread,
            long threadId,
            long submittedNs,
            long launchedNs,
            long startedNs,
            long returnedNs,
            long endedNs,
            TaskState state,
            int tries,
            List<Try> earlier,
            boolean memoized) {}

    /**
     * One try of a task, with times as those of a task.
     *
     * @param number from 1
     */
    public record Try(
            int number,
            String executor,
            String thread,
            long launchedNs,
            long startedNs,
            long returnedNs) {}

    TraceEntry add(Arrival<?> call, TaskRecord record) {
        Collection<Long> dependencies = new TreeSet<>();
        for (int i = 0, n = call.arity(); i < n; i++) {
            Object arg = call.arg(i);
            if (arg instanceof AppFuture<?> future) {
                dependencies.add(future.traceId());
            } else if (arg instanceof Nested nested) {
                nested.futures().forEach(future -> dependencies.add(future.traceId()));
            }
        }
        record.dependencies().forEach(future -> dependencies.add(future.traceId()));
        dependencies.remove(NONE);
        TraceEntry entry =
                new TraceEntry(
                        this,
                        ids.getAndIncrement(),
                        record.name(),
                        record.app(),
                        List.copyOf(dependencies),
                        record.options().memoize());
        entries.add(entry);
        return entry;
    }

    long nowNs() {
        return System.nanoTime() - begunNs;
    }

    /** All tasks so far, in the order of their ids. */
    public List<Task> tasks() {
        return entries.stream()
                .map(TraceEntry::task)
                .sorted((a, b) -> Long.compare(a.id(), b.id()))
                .toList();
    }

    /**
     * The graph of tasks for Graphviz: a node a task, coloured by state; an arrow from what is needed
     * to who needs it, dashed from a task to the join app that waits for it.
     */
    public String toDot() {
        return TraceText.dot(tasks());
    }

    /**
     * The timeline in Chrome's trace event format, JSON that Perfetto opens: a row a thread, a slice
     * a body, arrows for dependencies.
     */
    public String toTimeline() {
        return TraceText.chrome(tasks(), nowNs());
    }

    /**
     * A line a task: {@code 3 sum EXEC_DONE pool pool-1 +0.120 +0.131 +0.140 +0.152 ms 1 try after
     * 1,2}, where times are those of call, launch, start and end; {@code -} where there is none.
     */
    public String toText() {
        return TraceText.lines(tasks());
    }

    /**
     * Everything, for other programs: a line of JSON about the run, then one for each task. {@code teff
     * trace} makes Parsl's monitoring tables of it.
     *
     * <pre>{@code
     * {"teff": "flow", "version": 1, "run": "...", "begun_ms": ..., "now_ns": ..., "pid": ..., ...}
     * {"id": 0, "name": "sum", "app": "sum", "state": "EXEC_DONE", "tries": 1, "executor": "pool", ...}
     * }</pre>
     *
     * <p>Keys of a task are those of {@link Task} in snake case; {@code threads} in the first line is how
     * many threads have run bodies.
     *
     * @throws IOException if it cannot be written
     */
    public void writeJsonLines(Appendable out) throws IOException {
        TraceLines.write(this, tasks(), out);
    }

    /**
     * The same into a file, in the place of any that is there.
     *
     * @throws IOException if it cannot be written
     */
    public void writeJsonLines(Path file) throws IOException {
        try (Writer out = Files.newBufferedWriter(file)) {
            writeJsonLines(out);
        }
    }

    @Override
    public String toString() {
        return "trace of " + ids.get() + " tasks";
    }
}
