// SPDX-License-Identifier: Apache-2.0
package io.teff.executors.htex;

import io.teff.executors.htex.Message.Task;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;

/**
 * Tasks that wait for a manager, by priority and then by number. Those with equal requests are one
 * {@link Line}, of which only the first can be next. One that is cancelled stays in its line as a
 * number without a task, until its turn comes. The interchange's thread only.
 */
final class PendingTasks {
    private static final Comparator<Task> ORDER =
            Comparator.comparingInt(Task::priority).thenComparingLong(Task::id);

    /** Tasks with equal requests. */
    static final class Line {
        static final long NOT_BLOCKED = Long.MIN_VALUE;

        final Demand demand;
        long blockedSinceNs = NOT_BLOCKED; // since when its first has found no room
        private final PriorityQueue<Task> order = new PriorityQueue<>(ORDER);

        private Line(Demand demand) {
            this.demand = demand;
        }
    }

    private final Map<Long, Task> tasks = new HashMap<>();
    private final Map<Demand, Line> lines = new HashMap<>();
    private final Line plain = new Line(Demand.PLAIN);
    private int requests;

    PendingTasks() {
        lines.put(Demand.PLAIN, plain);
    }

    void add(Task task) {
        tasks.put(task.id(), task);
        if (task.demand().isPlain()) {
            plain.order.add(task);
        } else {
            requests++;
            lines.computeIfAbsent(task.demand(), Line::new).order.add(task);
        }
    }

    int size() {
        return tasks.size();
    }

    /** Whether there are tasks with requests. */
    boolean haveRequests() {
        return requests > 0;
    }

    /** The next one without a request; null: there is none. */
    Task poll() {
        return poll(plain);
    }

    /** The next one of this line; null: there is none. */
    Task poll(Line line) {
        Task task = peek(line);
        if (task != null) {
            line.order.poll();
            remove(task.id());
        }
        return task;
    }

    /** The same, and it stays. */
    Task peek(Line line) {
        Task task;
        while ((task = line.order.peek()) != null && !task.equals(tasks.get(task.id()))) {
            line.order.poll();
        }
        return task;
    }

    /** The lines that are not empty, the one with the first task first. */
    List<Line> lines() {
        lines.values().removeIf(line -> line != plain && peek(line) == null);
        return lines.values().stream()
                .filter(line -> peek(line) != null)
                .sorted(Comparator.comparing(this::peek, ORDER))
                .toList();
    }

    /** Whether it waited here, and does not any more. */
    boolean remove(long id) {
        Task task = tasks.remove(id);
        if (task != null && !task.demand().isPlain()) {
            requests--;
        }
        return task != null;
    }
}
