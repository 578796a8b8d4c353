// SPDX-License-Identifier: Apache-2.0
package io.teff.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What a flow that keeps a trace says of its tasks, and that others can read it. */
@ParameterizedClass
@EnumSource(On.class)
class TraceTest extends OnEach {
    private final Flow traced = flow(b -> b.trace().retries(2));

    TraceTest(On on) {
        super(on);
    }

    /** two <- one, three <- two and one, bad, lost <- bad; a join over two. */
    private void runSome() {
        AtomicInteger tries = new AtomicInteger();
        App0<Integer> one =
                traced.app(
                        "one",
                        () -> {
                            if (tries.incrementAndGet() < 3) {
                                throw new IOException("once more");
                            }
                            return 1;
                        });
        App1<Integer, Integer> two = traced.app("two", (Integer x) -> x * 2);
        App2<Integer, Integer, Integer> three =
                traced.app("three", (Integer a, Integer b) -> a + b);
        App0<Integer> bad =
                traced.app(
                        "bad \"quoted\"\\",
                        () -> {
                            throw new IllegalStateException("x");
                        });
        App0<List<Integer>> join =
                traced.joinAllApp("join", () -> List.of(two.call(5), two.call(6)));
        AppFuture<Integer> f1 = one.call();
        AppFuture<Integer> f2 = two.call(f1.map(x -> x + 0));
        AppFuture<Integer> f3 = three.with(o -> o.name("total")).call(f2, f1);
        AppFuture<Integer> f4 = bad.with(o -> o.retries(0)).call();
        AppFuture<Integer> f5 = two.call(f4);
        assertThat(f3.join()).isEqualTo(3);
        assertThatThrownBy(f5::join).isInstanceOf(CompletionException.class);
        assertThat(join.call().join()).containsExactly(10, 12);
        traced.close();
    }

    @Test
    void offByDefault() {
        AppFuture<Integer> future = flow.app("one", () -> 1).call();
        assertThat(future.join()).isEqualTo(1);
        assertThat(((Call<?>) future).record()).as("nothing kept").isNull();
        assertThatThrownBy(flow::trace)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("this flow keeps no trace: make it with Flow.builder().trace()");
    }

    @Test
    void keepsARecordOfEveryTask() {
        runSome();
        List<Trace.Task> tasks = traced.trace().tasks();
        assertThat(tasks)
                .extracting(Trace.Task::id)
                .containsExactly(0L, 1L, 2L, 3L, 4L, 5L, 6L, 7L);
        Trace.Task one = tasks.get(0);
        assertThat(one.app()).isEqualTo("one");
        assertThat(one.tries()).isEqualTo(3);
        assertThat(one.executor()).isEqualTo("here");
        assertThat(one.dependencies()).isEmpty();
        assertThat(one.state()).isEqualTo(TaskState.EXEC_DONE);
        assertThat(tasks.get(1).dependencies()).as("through map").containsExactly(0L);
        Trace.Task three = tasks.get(2);
        assertThat(three.name()).isEqualTo("total");
        assertThat(three.app()).isEqualTo("three");
        assertThat(three.dependencies()).containsExactly(0L, 1L);
        assertThat(tasks.get(3).state()).isEqualTo(TaskState.FAILED);
        Trace.Task lost = tasks.get(4);
        assertThat(lost.state()).isEqualTo(TaskState.DEP_FAIL);
        assertThat(lost.thread()).isNull();
        assertThat(lost.executor()).isNull();
        assertThat(lost.startedNs()).isEqualTo(-1);
        assertThat(tasks.get(5).joined()).containsExactly(6L, 7L);
        for (Trace.Task task : tasks) {
            assertThat(task.endedNs()).isGreaterThanOrEqualTo(task.submittedNs());
            if (task.thread() != null) {
                assertThat(task.launchedNs()).isGreaterThanOrEqualTo(task.submittedNs());
                assertThat(task.startedNs()).isGreaterThanOrEqualTo(task.launchedNs());
                assertThat(task.returnedNs()).isGreaterThanOrEqualTo(task.startedNs());
                assertThat(task.endedNs()).isGreaterThanOrEqualTo(task.returnedNs());
            }
            for (long id : task.dependencies()) {
                if (task.thread() != null) {
                    assertThat(tasks.get((int) id).endedNs()).isLessThanOrEqualTo(task.startedNs());
                }
            }
        }
        assertThat(traced.trace()).hasToString("trace of 8 tasks");
    }

    @Test
    void jsonLinesHaveEveryTaskAndTry() throws Exception {
        runSome();
        StringBuilder text = new StringBuilder();
        traced.trace().writeJsonLines(text);
        List<String> lines = text.toString().lines().toList();
        assertThat(lines).hasSize(1 + 8);
        Map<String, Object> head = object(new Json(lines.get(0)).read());
        assertThat(head.get("teff")).isEqualTo("flow");
        assertThat(((Number) head.get("tasks")).intValue()).isEqualTo(8);
        assertThat(((Number) head.get("pid")).longValue()).isEqualTo(ProcessHandle.current().pid());
        List<Trace.Task> tasks = traced.trace().tasks();
        for (Trace.Task task : tasks) {
            Map<String, Object> line = object(new Json(lines.get(1 + (int) task.id())).read());
            assertThat(line.get("name")).isEqualTo(task.name());
            assertThat(line.get("state")).isEqualTo(task.state().name());
            assertThat(line.get("executor")).isEqualTo(task.executor());
            assertThat(((Number) line.get("ended_ns")).longValue()).isEqualTo(task.endedNs());
            assertThat((List<?>) line.get("dependencies")).hasSameSizeAs(task.dependencies());
            assertThat((List<?>) line.get("earlier")).hasSameSizeAs(task.earlier());
        }
        List<Trace.Try> earlier = tasks.get(0).earlier();
        assertThat(earlier).extracting(Trace.Try::number).containsExactly(1, 2);
        long before = tasks.get(0).submittedNs();
        for (Trace.Try one : earlier) {
            assertThat(one.launchedNs()).isGreaterThanOrEqualTo(before);
            assertThat(one.startedNs()).isGreaterThanOrEqualTo(one.launchedNs());
            assertThat(one.returnedNs()).isGreaterThanOrEqualTo(one.startedNs());
            before = one.returnedNs();
        }
        assertThat(tasks.get(0).launchedNs()).isGreaterThanOrEqualTo(before);
    }

    @Test
    void dot() {
        runSome();
        Pattern node =
                Pattern.compile(
                        "  t(\\d+) \\[label=\"((?:[^\"\\\\]|\\\\.)*)\", fillcolor=\"\\w+\","
                                + " tooltip=\"(?:[^\"\\\\]|\\\\.)*\"\\];");
        Pattern edge = Pattern.compile("  t(\\d+) -> t(\\d+)( \\[style=dashed\\])?;");
        List<String> lines = traced.trace().toDot().lines().toList();
        assertThat(lines.get(0)).isEqualTo("digraph flow {");
        assertThat(lines.get(lines.size() - 1)).isEqualTo("}");
        List<String> labels = new ArrayList<>();
        TreeSet<String> edges = new TreeSet<>();
        for (String line : lines.subList(2, lines.size() - 1)) {
            Matcher isNode = node.matcher(line);
            Matcher isEdge = edge.matcher(line);
            if (isNode.matches()) {
                labels.add(isNode.group(2));
            } else {
                assertThat(isEdge.matches()).as(line).isTrue();
                edges.add(
                        isEdge.group(1) + (isEdge.group(3) == null ? ">" : "~") + isEdge.group(2));
            }
        }
        assertThat(labels).hasSize(8);
        assertThat(labels.get(0)).startsWith("one\\nEXEC_DONE ").endsWith(" ms");
        assertThat(labels.get(3)).startsWith("bad \\\"quoted\\\"\\\\\\nFAILED");
        assertThat(labels.get(4)).isEqualTo("two\\nDEP_FAIL");
        assertThat(edges).containsExactly("0>1", "0>2", "1>2", "3>4", "6~5", "7~5");
    }

    @SuppressWarnings("unchecked") // JSON's objects have strings for keys
    private static Map<String, Object> object(Object json) {
        return (Map<String, Object>) json;
    }

    @Test
    void timeline() {
        runSome();
        Map<String, Object> json = object(new Json(traced.trace().toTimeline()).read());
        assertThat(json.get("displayTimeUnit")).isEqualTo("ms");
        List<Map<String, Object>> events =
                ((List<?>) json.get("traceEvents"))
                        .stream().map(TraceTest::object).collect(Collectors.toList());
        List<Map<String, Object>> slices =
                events.stream().filter(e -> e.get("ph").equals("X")).toList();
        assertThat(slices)
                .extracting(e -> e.get("name"))
                .containsExactly("one", "two", "total", "bad \"quoted\"\\", "join", "two", "two");
        for (Map<String, Object> slice : slices) {
            assertThat(slice).containsKeys("ts", "dur", "pid", "tid", "cat", "args");
            assertThat((Double) slice.get("dur")).isNotNegative();
        }
        Map<String, Object> total = object(slices.get(2).get("args"));
        assertThat(total.get("dependencies")).isEqualTo(List.of(0.0, 1.0));
        assertThat(total.get("state")).isEqualTo("EXEC_DONE");
        assertThat(total.get("executor")).isEqualTo("here");

        List<Object> rows =
                events.stream()
                        .filter(e -> e.get("name").equals("thread_name"))
                        .map(e -> e.get("tid"))
                        .collect(Collectors.toList());
        assertThat(rows).doesNotHaveDuplicates();
        assertThat(slices).allMatch(e -> rows.contains(e.get("tid")));
        assertThat(events.stream().filter(e -> e.get("ph").equals("i")))
                .as("never ran")
                .extracting(e -> e.get("name"))
                .containsExactly("two");
        // each arrow leaves and arrives, and not backwards
        Map<Object, Map<String, Object>> leaving =
                events.stream()
                        .filter(e -> e.get("ph").equals("s"))
                        .collect(Collectors.toMap(e -> e.get("id"), e -> e));
        List<Map<String, Object>> arriving =
                events.stream().filter(e -> e.get("ph").equals("f")).toList();
        assertThat(arriving).hasSize(3);
        assertThat(leaving).hasSize(3);
        for (Map<String, Object> f : arriving) {
            assertThat((Double) f.get("ts"))
                    .isGreaterThanOrEqualTo((Double) leaving.get(f.get("id")).get("ts"));
        }
    }

    @Test
    void text() {
        runSome();
        List<String> lines = traced.trace().toText().lines().toList();
        String time = "\\+\\d+\\.\\d{3} ";
        assertThat(lines).hasSize(8);
        assertThat(lines.get(0)).matches("0 one EXEC_DONE here \\S+ .*" + time + "ms 3 tries");
        assertThat(lines.get(2))
                .matches("2 total EXEC_DONE here .*" + time.repeat(4) + "ms 1 try after 0,1");
        assertThat(lines.get(4))
                .matches("4 two DEP_FAIL - - " + time + "- - " + time + "ms 0 tries after 3");
        assertThat(lines.get(5)).endsWith(" joins 6,7");
    }

    @Test
    void whatIsInFlightShowsAsFarAsItIs() throws Exception {
        CompletableFuture<Integer> start = new CompletableFuture<>();
        AppFuture<Integer> pending = traced.app("later", (Integer x) -> x).call(start);
        AppFuture<Integer> joining = traced.<Integer>joinApp("join", () -> pending).call();
        while (joining.state() != TaskState.JOINING) {
            Thread.onSpinWait();
        }
        Trace trace = traced.trace();
        assertThat(trace.tasks().get(0).state()).isEqualTo(TaskState.PENDING);
        assertThat(trace.tasks().get(1).state()).isEqualTo(TaskState.JOINING);
        assertThat(trace.tasks().get(1).endedNs()).isEqualTo(-1);
        assertThat(new Json(trace.toTimeline()).read()).isInstanceOf(Map.class);
        assertThat(trace.toDot()).contains("t0 -> t1 [style=dashed];");
        pending.cancel(true);
        traced.close();
        assertThat(trace.tasks().get(0).state()).isEqualTo(TaskState.CANCELLED);
    }

    @Test
    void callsThatAreRejectedAreNoTasks() {
        Flow full = flow(b -> b.trace().maxInFlight(1).rejectWhenFull());
        App1<Integer, Integer> same = full.app("same", (Integer x) -> x);
        CompletableFuture<Integer> start = new CompletableFuture<>();
        same.call(start);
        assertThatThrownBy(() -> same.call(1)).isInstanceOf(RejectedExecutionException.class);
        start.complete(1);
        full.close();
        assertThat(full.trace().tasks()).hasSize(1);
        assertThat(full.summary().tasks()).isEqualTo(1);
    }

    @Test
    void manyTasks() {
        App1<Integer, Integer> next = traced.app("next", (Integer x) -> x + 1);
        AppFuture<Integer> x = next.call(0);
        for (int i = 1; i < 20_000; i++) {
            x = next.call(x);
        }
        assertThat(x.join()).isEqualTo(20_000);
        traced.close();
        List<Trace.Task> tasks = traced.trace().tasks();
        assertThat(tasks).hasSize(20_000);
        for (int i = 1; i < 20_000; i++) {
            assertThat(tasks.get(i).dependencies()).isEqualTo(List.of(i - 1L));
        }
    }
}
