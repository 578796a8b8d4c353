// SPDX-License-Identifier: Apache-2.0
package io.teff.flow;

import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.PriorityBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** An executor of a flow, under its label. */
final class Slot {
    final String label;
    final Executor executor;
    final RemoteExecutor remote; // the same, if it is one

    /** Tasks that it has and that have not ended; kept only where the flow has to choose. */
    final AtomicInteger load = new AtomicInteger();

    private final AtomicLong arrivals = new AtomicLong();
    private final PriorityBlockingQueue<Urgent> urgent = new PriorityBlockingQueue<>();

    Slot(String label, Executor executor) {
        this.label = label;
        this.executor = executor;
        remote = executor instanceof RemoteExecutor r ? r : null;
    }

    private record Urgent(int priority, long arrival, Call<?> call) implements Comparable<Urgent> {
        @Override
        public int compareTo(Urgent other) {
            return priority != other.priority
                    ? Integer.compare(other.priority, priority) // higher first
                    : Long.compare(arrival, other.arrival);
        }
    }

    void execute(Call<?> call) {
        TaskRecord record = call.record();
        if (record == null) {
            executor.execute(call);
        } else if (remote != null) {
            executeHere(call, record);
        } else if (!record.options().resources().isEmpty()) {
            ((ResourceExecutor) executor).execute(call, record.options().resources());
        } else if (record.options().priority() != 0) {
            executeUrgent(call, record.options().priority());
        } else {
            executor.execute(call);
        }
    }

    /** What is sent takes no time here, and what is not does not go there. */
    private void executeHere(Call<?> call, TaskRecord record) {
        if (record.isToBeSent()) {
            call.run();
        } else {
            call.app.flow.local.execute(call);
        }
    }

    /**
     * Executors know no priorities, so what they get is a place in the row; whoever comes to it takes
     * the most urgent task that is waiting then.
     */
    private void executeUrgent(Call<?> call, int priority) {
        Urgent entry = new Urgent(priority, arrivals.getAndIncrement(), call);
        urgent.add(entry);
        try {
            executor.execute(() -> urgent.remove().call.run());
        } catch (Throwable t) {
            if (urgent.remove(entry)) {
                throw t;
            }
            // somebody runs it already, at another's place: so that one has lost its place
            urgent.remove().call.end(new Outcome.Failed(t));
        }
    }

    boolean isTerminated() {
        return executor instanceof ExecutorService service && service.isTerminated();
    }

    @Override
    public String toString() {
        return label;
    }
}
