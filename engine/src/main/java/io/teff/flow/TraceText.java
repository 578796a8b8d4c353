// SPDX-License-Identifier: Apache-2.0
package io.teff.flow;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** Writes the tasks of a {@link Trace} in the formats of others. */
final class TraceText {
    private static final int NOWHERE = 0; // row of tasks whose body never ran

    private TraceText() {}

    // Graphviz

    static String dot(List<Trace.Task> tasks) {
        StringBuilder text = new StringBuilder("digraph flow {\n");
        text.append("  node [shape=box, style=\"rounded,filled\", fontname=\"sans-serif\"];\n");
        for (Trace.Task task : tasks) {
            text.append("  t").append(task.id()).append(" [label=").append(quoted(label(task)));
            text.append(", fillcolor=\"").append(colour(task.state()));
            text.append("\", tooltip=").append(quoted(line(task))).append("];\n");
        }
        for (Trace.Task task : tasks) {
            for (long from : task.dependencies()) {
                text.append("  t").append(from).append(" -> t").append(task.id()).append(";\n");
            }
            for (long from : task.joined()) {
                text.append("  t").append(from).append(" -> t").append(task.id());
                text.append(" [style=dashed];\n");
            }
        }
        return text.append("}\n").toString();
    }

    private static String label(Trace.Task task) {
        String time =
                task.startedNs() < 0 || task.returnedNs() < 0
                        ? ""
                        : ms(task.returnedNs() - task.startedNs()) + " ms";
        return task.name() + "\n" + task.state() + (time.isEmpty() ? "" : " " + time);
    }

    private static String colour(TaskState state) {
        return switch (state) {
            case EXEC_DONE -> "palegreen";
            case MEMO_DONE -> "lightcyan";
            case FAILED -> "salmon";
            case DEP_FAIL -> "mistyrose";
            case CANCELLED -> "lightgrey";
            case RUNNING, JOINING -> "khaki";
            default -> "white";
        };
    }

    // Chrome

    static String chrome(List<Trace.Task> tasks, long nowNs) {
        Events events = new Events();
        events.add("M", "process_name", 0).put("pid", "1").put("args", "{\"name\": \"flow\"}");
        Map<Long, Integer> rows = new LinkedHashMap<>();
        for (Trace.Task task : tasks) {
            if (task.thread() != null && !rows.containsKey(task.threadId())) {
                rows.put(task.threadId(), rows.size() + 1);
                events.thread(rows.get(task.threadId()), task.thread());
            }
        }
        events.thread(NOWHERE, "never ran");
        Map<Long, Trace.Task> byId = new HashMap<>();
        tasks.forEach(task -> byId.put(task.id(), task));
        for (Trace.Task task : tasks) {
            int row = task.thread() == null ? NOWHERE : rows.get(task.threadId());
            if (task.thread() == null) {
                if (task.endedNs() >= 0) {
                    events.add("i", task.name(), task.endedNs())
                            .at(row)
                            .put("s", "\"t\"")
                            .put("args", arguments(task));
                }
                continue;
            }
            long endNs = task.returnedNs() < 0 ? nowNs : task.returnedNs();
            events.add("X", task.name(), task.startedNs())
                    .at(row)
                    .put("dur", us(Math.max(0, endNs - task.startedNs())))
                    .put("cat", quoted(task.app()))
                    .put("args", arguments(task));
            for (long id : task.dependencies()) {
                Trace.Task from = byId.get(id);
                if (from != null && from.thread() != null && from.returnedNs() >= 0) {
                    events.arrow(from, rows.get(from.threadId()), task, row);
                }
            }
        }
        return events.toString();
    }

    /** Trace events, one a line. */
    private static final class Events {
        private final StringBuilder text =
                new StringBuilder("{\"displayTimeUnit\": \"ms\", \"traceEvents\": [");
        private String comma = "\n";
        private int arrows;

        Events add(String phase, String name, long ns) {
            text.append(comma).append("{\"ph\": \"").append(phase).append("\", \"name\": ");
            text.append(quoted(name)).append(", \"ts\": ").append(us(ns)).append('}');
            comma = ",\n";
            return this;
        }

        /** Adds a field to the event before. */
        Events put(String key, String json) {
            text.setLength(text.length() - 1);
            text.append(", \"").append(key).append("\": ").append(json).append('}');
            return this;
        }

        Events at(int row) {
            return put("pid", "1").put("tid", Integer.toString(row));
        }

        void thread(int row, String name) {
            add("M", "thread_name", 0).at(row).put("args", "{\"name\": " + quoted(name) + "}");
        }

        void arrow(Trace.Task from, int fromRow, Trace.Task to, int toRow) {
            String id = Integer.toString(++arrows);
            long leavesNs = Math.min(from.returnedNs(), to.startedNs()); // inside the slice
            add("s", "result", leavesNs).at(fromRow).put("cat", "\"result\"").put("id", id);
            add("f", "result", to.startedNs())
                    .at(toRow)
                    .put("cat", "\"result\"")
                    .put("bp", "\"e\"")
                    .put("id", id);
        }

        @Override
        public String toString() {
            return text + "\n]}\n";
        }
    }

    private static String arguments(Trace.Task task) {
        return "{\"id\": "
                + task.id()
                + ", \"state\": \""
                + task.state()
                + "\", \"executor\": "
                + (task.executor() == null ? "null" : quoted(task.executor()))
                + ", \"tries\": "
                + task.tries()
                + ", \"dependencies\": "
                + task.dependencies()
                + ", \"joined\": "
                + task.joined()
                + ", \"submitted\": "
                + us(task.submittedNs())
                + ", \"launched\": "
                + us(task.launchedNs())
                + ", \"ended\": "
                + us(task.endedNs())
                + "}";
    }

    // Text

    static String lines(List<Trace.Task> tasks) {
        return tasks.stream().map(task -> line(task) + "\n").collect(Collectors.joining());
    }

    private static String line(Trace.Task task) {
        String after = task.dependencies().isEmpty() ? "" : " after " + commas(task.dependencies());
        String joins = task.joined().isEmpty() ? "" : " joins " + commas(task.joined());
        return String.join(
                        " ",
                        Long.toString(task.id()),
                        task.name(),
                        task.state().toString(),
                        orDash(task.executor()),
                        orDash(task.thread()),
                        moment(task.submittedNs()),
                        moment(task.launchedNs()),
                        moment(task.startedNs()),
                        moment(task.endedNs()),
                        "ms",
                        Integer.toString(task.tries()),
                        task.tries() == 1 ? "try" : "tries")
                + after
                + joins;
    }

    private static String commas(List<Long> ids) {
        return ids.stream().map(String::valueOf).collect(Collectors.joining(","));
    }

    private static String orDash(String text) {
        return text == null ? "-" : text;
    }

    private static String moment(long ns) {
        return ns < 0 ? "-" : "+" + ms(ns);
    }

    private static String ms(long ns) {
        return String.format(Locale.ROOT, "%.3f", ns / 1e6);
    }

    /** Microseconds; -1 for a time that has not come. */
    private static String us(long ns) {
        return ns < 0 ? "-1" : String.format(Locale.ROOT, "%d.%03d", ns / 1000, ns % 1000);
    }

    /** In quotes, with escapes that both JSON and Graphviz understand. */
    static String quoted(String text) {
        StringBuilder out = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                case '\n' -> out.append("\\n");
                default -> {
                    if (c < ' ') {
                        out.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
                    } else {
                        out.append(c);
                    }
                }
            }
        }
        return out.append('"').toString();
    }
}
