// SPDX-License-Identifier: Apache-2.0
package io.teff.flow;

import io.teff.monitor.AppSource;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How many tasks of a flow are in which state, in all and by app. A snapshot: exact when nothing is
 * in flight; at any time, each task that was called counts once. A task counts as {@link
 * TaskState#PENDING} while its body does not run, launched or not.
 */
public final class Summary {
    private final Map<String, Map<TaskState, Long>> byApp;
    private final Map<TaskState, Long> all = new EnumMap<>(TaskState.class);
    private final long retries;

    private Summary(Map<String, Map<TaskState, Long>> byApp, long retries) {
        this.byApp = byApp;
        this.retries = retries;
        for (Map<TaskState, Long> counts : byApp.values()) {
            counts.forEach((state, n) -> all.merge(state, n, Long::sum));
        }
    }

    static Summary of(Flow flow) {
        Runners runners = flow.runners;
        Map<String, Map<TaskState, Long>> byApp = new LinkedHashMap<>();
        long retries = 0;
        for (Flow.Registered app : flow.apps()) {
            Map<TaskState, Long> counts =
                    byApp.computeIfAbsent(app.name(), key -> new EnumMap<>(TaskState.class));
            count(runners, app.id(), counts);
            retries += runners.sum(t -> t.get(app.id(), Tally.RETRIED));
        }
        return new Summary(byApp, retries);
    }

    /** What comes later in a task's life is read first, so that no difference is negative. */
    private static void count(Runners runners, int id, Map<TaskState, Long> counts) {
        long ended = 0;
        for (TaskState state : TaskState.values()) {
            if (state.isFinal()) {
                long n = runners.sum(t -> t.get(id, Tally.ending(state)));
                add(counts, state, n);
                ended += n;
            }
        }
        long joinEnded = runners.sum(t -> t.get(id, Tally.JOIN_ENDED));
        long joined = runners.sum(t -> t.get(id, Tally.JOINED));
        long finished = runners.sum(t -> t.get(id, Tally.FINISHED));
        long started = runners.sum(t -> t.get(id, Tally.STARTED));
        long plain = runners.bodies(app -> app == id);
        long submitted = runners.submitted(id);
        // the body of a task that was cancelled may still run: such a task has ended
        long inFlight = submitted - ended;
        long joining = Math.min(joined - joinEnded, inFlight);
        long running = Math.min(started - finished + plain, inFlight - joining);
        add(counts, TaskState.JOINING, joining);
        add(counts, TaskState.RUNNING, running);
        add(counts, TaskState.PENDING, inFlight - Math.max(0, joining) - Math.max(0, running));
    }

    /** Tells the counts of each app, as numbers in the order of the states. */
    static void tell(Flow flow, AppSource.Sink sink) {
        TaskState[] states = TaskState.values();
        for (Flow.Registered app : flow.apps()) {
            Map<TaskState, Long> counts = new EnumMap<>(TaskState.class);
            count(flow.runners, app.id(), counts);
            long[] numbers = new long[states.length];
            counts.forEach((state, n) -> numbers[state.code()] = n);
            sink.app(app.name(), numbers);
        }
    }

    private static void add(Map<TaskState, Long> counts, TaskState state, long n) {
        if (n > 0) {
            counts.merge(state, n, Long::sum);
        }
    }

    /** Tasks in a state. */
    public long count(TaskState state) {
        return all.getOrDefault(state, 0L);
    }

    /** Tasks of an app in a state. */
    public long count(String app, TaskState state) {
        Map<TaskState, Long> counts = byApp.get(app);
        if (counts == null) {
            throw new IllegalArgumentException(
                    "no app is called " + app + ": the flow has " + byApp.keySet());
        }
        return counts.getOrDefault(state, 0L);
    }

    /** Tasks in all. */
    public long tasks() {
        return all.values().stream().mapToLong(Long::longValue).sum();
    }

    /** Tasks that have not ended. */
    public long inFlight() {
        return all.entrySet().stream()
                .filter(e -> !e.getKey().isFinal())
                .mapToLong(Map.Entry::getValue)
                .sum();
    }

    /** Bodies that were run again after a failure. */
    public long retries() {
        return retries;
    }

    /** One line, and one for each app: {@code increment: 3 EXEC_DONE, 1 FAILED}. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        line(text, "all", all);
        byApp.forEach((name, counts) -> line(text.append('\n'), name, counts));
        return text.toString();
    }

    private static void line(StringBuilder text, String name, Map<TaskState, Long> counts) {
        text.append(name).append(": ");
        if (counts.isEmpty()) {
            text.append("no tasks");
        }
        String comma = "";
        for (Map.Entry<TaskState, Long> e : counts.entrySet()) {
            text.append(comma).append(e.getValue()).append(' ').append(e.getKey());
            comma = ", ";
        }
    }
}
