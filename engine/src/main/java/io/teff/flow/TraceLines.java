// SPDX-License-Identifier: Apache-2.0
package io.teff.flow;

import static io.teff.flow.TraceText.quoted;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

/** Writes a {@link Trace} for other programs: JSON, a line for the run and one for each task. */
final class TraceLines {
    private static final int VERSION = 1;

    private TraceLines() {}

    static void write(Trace trace, List<Trace.Task> tasks, Appendable out) throws IOException {
        new Line()
                .put("teff", quoted("flow"))
                .put("version", VERSION)
                .put("run", quoted(trace.run))
                .put("begun_ms", trace.begunMs)
                .put("now_ns", trace.nowNs())
                .put("pid", ProcessHandle.current().pid())
                .put("host", quoted(host()))
                .put("user", quoted(System.getProperty("user.name", "")))
                .put("folder", quoted(System.getProperty("user.dir", "")))
                .put("program", quoted(System.getProperty("sun.java.command", "")))
                .put("jvm", quoted(System.getProperty("java.vm.name") + " " + Runtime.version()))
                .put("cpus", Runtime.getRuntime().availableProcessors())
                .put("heap_bytes", Runtime.getRuntime().maxMemory())
                .put("tasks", tasks.size())
                .put("threads", threads(tasks))
                .end(out);
        for (Trace.Task task : tasks) {
            new Line()
                    .put("id", task.id())
                    .put("name", quoted(task.name()))
                    .put("app", quoted(task.app()))
                    .put("state", quoted(task.state().name()))
                    .put("dependencies", task.dependencies())
                    .put("joined", task.joined())
                    .put("memoized", task.memoized())
                    .put("submitted_ns", task.submittedNs())
                    .put("ended_ns", task.endedNs())
                    .put("tries", task.tries())
                    .put("executor", orNull(task.executor()))
                    .put("thread", orNull(task.thread()))
                    .put("thread_id", task.threadId())
                    .put("launched_ns", task.launchedNs())
                    .put("started_ns", task.startedNs())
                    .put("returned_ns", task.returnedNs())
                    .put("earlier", earlier(task.earlier()))
                    .end(out);
        }
    }

    private static long threads(List<Trace.Task> tasks) {
        return tasks.stream().map(Trace.Task::thread).filter(Objects::nonNull).distinct().count();
    }

    private static String earlier(List<Trace.Try> tries) {
        return tries.stream()
                .map(
                        t ->
                                new Line()
                                        .put("number", t.number())
                                        .put("executor", orNull(t.executor()))
                                        .put("thread", orNull(t.thread()))
                                        .put("launched_ns", t.launchedNs())
                                        .put("started_ns", t.startedNs())
                                        .put("returned_ns", t.returnedNs())
                                        .toString())
                .collect(Collectors.joining(", ", "[", "]"));
    }

    private static String orNull(String text) {
        return text == null ? "null" : quoted(text);
    }

    private static String host() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "localhost";
        }
    }

    /** One object. */
    private static final class Line {
        private final StringBuilder text = new StringBuilder("{");

        /** With a value that is JSON as it stands. */
        Line put(String key, Object json) {
            text.append(text.length() == 1 ? "\"" : ", \"").append(key).append("\": ").append(json);
            return this;
        }

        void end(Appendable out) throws IOException {
            out.append(toString()).append('\n');
        }

        @Override
        public String toString() {
            return text + "}";
        }
    }
}
