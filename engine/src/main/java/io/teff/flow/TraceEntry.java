// SPDX-License-Identifier: Apache-2.0
package io.teff.flow;

import java.util.ArrayList;
import java.util.List;

/** What a {@link Trace} keeps of one task. Written by whoever owns the task just then. */
final class TraceEntry {
    final long id;
    private final Trace trace;
    private final String name;
    private final String app;
    private final List<Long> dependencies;
    private final long submittedNs;
    private final boolean memoized;

    // Guarded by this.
    private List<Long> joined = List.of();
    private String executor;
    private String thread;
    private long threadId = Trace.NONE;
    private long launchedNs = Trace.NONE;
    private long startedNs = Trace.NONE;
    private long returnedNs = Trace.NONE;
    private long endedNs = Trace.NONE;
    private TaskState state; // null while it has not ended
    private int tries;
    private List<Trace.Try> earlier = List.of();

    TraceEntry(
            Trace trace,
            long id,
            String name,
            String app,
            List<Long> dependencies,
            boolean memoized) {
        this.trace = trace;
        this.id = id;
        this.name = name;
        this.app = app;
        this.dependencies = dependencies;
        this.memoized = memoized;
        submittedNs = trace.nowNs();
    }

    synchronized void launched(String executor) {
        keepTry();
        launchedNs = trace.nowNs();
        this.executor = executor;
    }

    /** What is known of the try before, if there was one. */
    private void keepTry() {
        if (tries > earlier.size()) {
            List<Trace.Try> more = new ArrayList<>(earlier);
            more.add(new Trace.Try(tries, executor, thread, launchedNs, startedNs, returnedNs));
            earlier = List.copyOf(more);
        }
    }

    /** In the thread that runs the body. */
    synchronized void started(int tries) {
        if (startedNs >= launchedNs) {
            keepTry(); // it was not launched again
        }
        startedNs = trace.nowNs();
        returnedNs = Trace.NONE;
        Thread current = Thread.currentThread();
        thread = current.getName();
        threadId = current.getId();
        this.tries = tries;
    }

    synchronized void returned() {
        returnedNs = trace.nowNs();
    }

    synchronized void joins(List<AppFuture<?>> inner) {
        List<Long> ids = new ArrayList<>();
        for (AppFuture<?> future : inner) {
            if (future.traceId() != Trace.NONE) {
                ids.add(future.traceId());
            }
        }
        joined = List.copyOf(ids);
    }

    synchronized void ended(TaskState state) {
        endedNs = trace.nowNs();
        this.state = state;
    }

    synchronized Trace.Task task() {
        return new Trace.Task(
                id,
                name,
                app,
                dependencies,
                joined,
                executor,
                thread,
                threadId,
                submittedNs,
                launchedNs,
                startedNs,
                returnedNs,
                endedNs,
                state == null ? stateSoFar() : state,
                tries,
                earlier,
                memoized);
    }

    private TaskState stateSoFar() {
        if (launchedNs == Trace.NONE) {
            return TaskState.PENDING;
        }
        if (startedNs < launchedNs) {
            return tries > 0 ? TaskState.FAIL_RETRYABLE : TaskState.LAUNCHED;
        }
        if (returnedNs == Trace.NONE) {
            return TaskState.RUNNING;
        }
        return joined.isEmpty() ? TaskState.FAIL_RETRYABLE : TaskState.JOINING;
    }
}
