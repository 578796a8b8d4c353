// SPDX-License-Identifier: Apache-2.0
package io.teff.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Apps of every arity, lists, and join apps. */
@ParameterizedClass
@EnumSource(On.class)
class AppsTest extends OnEach {
    AppsTest(On on) {
        super(on);
    }

    private AppFuture<String> later(String text) {
        return flow.app("later", () -> text).call();
    }

    @Test
    void appsOfNoneToFiveArgumentsTakeValuesAndFutures() {
        assertThat(flow.app("none", () -> "none").call().join()).isEqualTo("none");

        App1<String, String> one = flow.app("one", (String a) -> a + ".");
        assertThat(one.call("a").join()).isEqualTo("a.");
        assertThat(one.call(later("a")).join()).isEqualTo("a.");

        App2<String, String, String> two = flow.app("two", (String a, String b) -> a + b);
        assertThat(two.call("a", "b").join()).isEqualTo("ab");
        assertThat(two.call(later("a"), "b").join()).isEqualTo("ab");
        assertThat(two.call("a", later("b")).join()).isEqualTo("ab");
        assertThat(two.call(later("a"), later("b")).join()).isEqualTo("ab");

        App3<String, String, String, String> three =
                flow.app("three", (String a, String b, String c) -> a + b + c);
        assertThat(three.call("a", "b", "c").join()).isEqualTo("abc");
        assertThat(three.call(later("a"), flow.value("b"), later("c")).join()).isEqualTo("abc");

        App4<String, String, String, String, String> four =
                flow.app("four", (String a, String b, String c, String d) -> a + b + c + d);
        assertThat(four.call("a", "b", "c", "d").join()).isEqualTo("abcd");
        assertThat(four.call(later("a"), later("b"), later("c"), later("d")).join())
                .isEqualTo("abcd");

        App5<String, String, String, String, String, String> five =
                flow.app(
                        "five",
                        (String a, String b, String c, String d, String e) -> a + b + c + d + e);
        assertThat(five.call("a", "b", "c", "d", "e").join()).isEqualTo("abcde");
        assertThat(five.call(later("a"), later("b"), later("c"), later("d"), later("e")).join())
                .isEqualTo("abcde");
    }

    @Test
    void joinAppsOfNoneToFiveArguments() {
        assertThat(flow.<String>joinApp("none", () -> later("x")).call().join()).isEqualTo("x");
        App1<String, String> one = flow.joinApp("one", (String a) -> later(a));
        assertThat(one.call(later("a")).join()).isEqualTo("a");
        App2<String, String, String> two =
                flow.joinApp("two", (String a, String b) -> later(a + b));
        assertThat(two.call("a", "b").join()).isEqualTo("ab");
        App3<String, String, String, String> three =
                flow.joinApp("three", (String a, String b, String c) -> later(a + b + c));
        assertThat(three.call("a", "b", "c").join()).isEqualTo("abc");
        App4<String, String, String, String, String> four =
                flow.joinApp(
                        "four", (String a, String b, String c, String d) -> later(a + b + c + d));
        assertThat(four.call("a", "b", "c", "d").join()).isEqualTo("abcd");
        App5<String, String, String, String, String, String> five =
                flow.joinApp(
                        "five",
                        (String a, String b, String c, String d, String e) ->
                                later(a + b + c + d + e));
        assertThat(five.call("a", "b", "c", "d", "e").join()).isEqualTo("abcde");
    }

    @Test
    void joinAllAppsGiveTheListOfResults() {
        assertThat(
                        flow.<String>joinAllApp("none", () -> List.of(later("x"), later("y")))
                                .call()
                                .join())
                .containsExactly("x", "y");
        App1<Integer, List<Integer>> upTo =
                flow.joinAllApp(
                        "upTo",
                        (Integer n) -> {
                            App1<Integer, Integer> square =
                                    flow.app("square", (Integer x) -> x * x);
                            List<AppFuture<Integer>> squares = new ArrayList<>();
                            for (int i = 0; i < n; i++) {
                                squares.add(square.call(i));
                            }
                            return squares;
                        });
        assertThat(upTo.call(0).join()).isEmpty();
        assertThat(upTo.call(1).join()).containsExactly(0);
        assertThat(upTo.call(5).join()).containsExactly(0, 1, 4, 9, 16);
        List<Integer> many = upTo.call(10_000).join();
        assertThat(many).hasSize(10_000);
        assertThat(many.get(9_999)).isEqualTo(9_999 * 9_999);
    }

    @Test
    void joinAppsOfListsOfNulls() {
        App0<List<String>> nulls =
                flow.joinAllApp("nulls", () -> List.of(later(null), later("x"), later(null)));
        assertThat(nulls.call().join()).containsExactly(null, "x", null);
    }

    @Test
    void joinAppHoldsNoThread() throws Exception {
        ExecutorService one = Executors.newSingleThreadExecutor();
        CompletableFuture<String> outside = new CompletableFuture<>();
        try (Flow narrow = Flow.on(one)) {
            App0<String> waits = narrow.joinApp("waits", () -> outside);
            List<AppFuture<String>> many = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                many.add(waits.call());
            }
            AppFuture<String> other = narrow.app("other", () -> "ran").call();
            assertThat(other.get(20, TimeUnit.SECONDS)).isEqualTo("ran");
            assertThat(many).noneMatch(AppFuture::isDone);
            assertThat(many).allMatch(f -> f.state() == TaskState.JOINING);
            assertThat(narrow.summary().count("waits", TaskState.JOINING)).isEqualTo(100);
            outside.complete("there");
            assertThat(many).allMatch(f -> f.join().equals("there"));
            assertThat(narrow.summary().count("waits", TaskState.JOINING)).isZero();
        } finally {
            On.close(one);
        }
    }

    @Test
    void joinAppsMayNestDeeply() {
        AtomicReference<App1<Integer, Integer>> self = new AtomicReference<>();
        self.set(
                flow.joinApp(
                        "down", (Integer n) -> n == 0 ? flow.value(42) : self.get().call(n - 1)));
        assertThat(self.get().call(100_000).join()).isEqualTo(42);
    }

    @Test
    void joinAppThatReturnsNoFutureFails() {
        App0<Object> none = flow.joinApp("none", () -> null);
        assertThatThrownBy(none.call()::join)
                .hasCauseInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("join app none returned null: return a future");
        @SuppressWarnings({"unchecked", "rawtypes"})
        App0<List<Object>> mixed =
                flow.joinAllApp("mixed", () -> (List) List.of(later("x"), "no future"));
        assertThatThrownBy(mixed.call()::join)
                .hasCauseInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("a list with a java.lang.String");
    }

    @Test
    void joinAppThatReturnsItselfFails() {
        if (!isAsynchronous()) {
            return; // its body would run before there is anything to return
        }
        Gate gate = new Gate();
        AtomicReference<AppFuture<Integer>> self = new AtomicReference<>();
        App0<Integer> loop =
                flow.joinApp(
                        "loop",
                        () -> {
                            gate.pass();
                            return self.get();
                        });
        self.set(loop.call());
        gate.open.countDown();
        assertThatThrownBy(self.get()::join)
                .isInstanceOf(CompletionException.class)
                .hasCauseInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("returned the future of its own call");
    }

    @Test
    void joinAppsTakeForeignStages() {
        CompletableFuture<String> first = new CompletableFuture<>();
        App0<List<String>> both =
                flow.joinAllApp(
                        "both", () -> List.of(first, CompletableFuture.completedFuture("b")));
        AppFuture<List<String>> result = both.call();
        first.complete("a");
        assertThat(result.join()).containsExactly("a", "b");
    }

    @Test
    void resultThatIsAFutureIsPassedOnAsItIs() {
        AppFuture<String> inner = later("inner");
        App0<AppFuture<String>> app = flow.app("gives", () -> inner);
        assertThat((Object) app.call().join()).isSameAs(inner);
        assertThat(app.call().map(f -> f.join()).join()).isEqualTo("inner");
    }

    @Test
    void nullsAreResultsAndArguments() {
        App1<String, String> same = flow.app("same", (String s) -> s);
        assertThat(same.call((String) null).join()).isNull();
        assertThat(same.call(same.call((String) null)).join()).isNull();
        assertThat(same.call(flow.value(null)).join()).isNull();
        AppList<String, Integer> count = flow.listApp("count", (List<String> l) -> l.size());
        ArrayList<String> nulls = new ArrayList<>();
        nulls.add(null);
        nulls.add(null);
        assertThat(count.call(nulls).join()).isEqualTo(2);
    }

    @Test
    void listAppsTakeValuesAndFuturesMixed() {
        AppList<Object, List<Object>> same =
                flow.listApp("same", (List<Object> items) -> new ArrayList<>(items));
        for (int i = 0; i < 2_000; i++) {
            // the last future may end while its caller still looks at what comes after it
            List<Object> items = new ArrayList<>();
            items.add(later("a"));
            items.add(later("b"));
            for (int j = 0; j < 50; j++) {
                items.add(j);
            }
            List<Object> result = same.call(items).join();
            assertThat(result).hasSize(52).startsWith("a", "b", 0).endsWith(49);
        }
        assertThat(same.call(List.of()).join()).isEmpty();
    }

    @Test
    void manyDependents() throws Exception {
        int n = 100_000;
        CompletableFuture<Integer> start = new CompletableFuture<>();
        AppFuture<Integer> hub = flow.app("hub", (Integer x) -> x).call(start);
        App2<Integer, Integer, Integer> add = flow.app("add", (Integer a, Integer b) -> a + b);
        List<AppFuture<Integer>> spokes = new ArrayList<>();
        for (int i = 0; i < n; i++) {
            spokes.add(add.call(hub, i));
        }
        AppList<Integer, Long> sum =
                flow.listApp(
                        "sum",
                        (List<Integer> xs) -> xs.stream().mapToLong(Integer::longValue).sum());
        AppFuture<Long> total = sum.callAll(spokes);
        start.complete(1);
        assertThat(total.join()).isEqualTo(n + n * (n - 1L) / 2);
        flow.await(Duration.ofMinutes(1)); // who sees a task's end may be ahead of its count
        assertThat(flow.summary().count("add", TaskState.EXEC_DONE)).isEqualTo(n);
    }

    @Test
    void namesAndBodiesAreChecked() {
        assertThatThrownBy(() -> flow.app(" ", () -> 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("an app needs a name, not ' '");
        assertThatThrownBy(() -> flow.app("empty", (Fn.F1<Integer, Integer>) null))
                .isInstanceOf(NullPointerException.class)
                .hasMessageContaining("empty");
    }

    @Test
    void errorsOfBodiesStayInFutures() {
        StackOverflowError error = new StackOverflowError("deep");
        App0<Integer> overflows =
                flow.app(
                        "overflows",
                        () -> {
                            throw error;
                        });
        AppFuture<Integer> future = overflows.call();
        assertThatThrownBy(future::join).hasCause(error);
        assertThat(future.failure()).isSameAs(error);
        assertThat(future.state()).isEqualTo(TaskState.FAILED);
        assertThat(later("still works").join()).isEqualTo("still works");
    }

    /** A value, null, and a future that is a value, in every place and in every order of arrival. */
    @Test
    void argumentsMayArriveInAnyOrder() {
        App1<Object, Object> same = flow.app("same", (Object x) -> x);
        App3<Object, Object, Object, List<Object>> all =
                flow.app("all", (Object a, Object b, Object c) -> Arrays.asList(a, b, c));
        AppFuture<Integer> asValue = flow.value(7);
        List<Object> values = Arrays.asList("x", null, asValue);
        int[][] orders = {{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};
        for (int[] place : orders) {
            for (int[] order : orders) {
                List<CompletableFuture<Object>> sources = new ArrayList<>();
                List<AppFuture<Object>> futures = new ArrayList<>();
                List<Object> expected = new ArrayList<>();
                for (int i = 0; i < 3; i++) {
                    sources.add(new CompletableFuture<>());
                    futures.add(same.call(sources.get(i)));
                    expected.add(values.get(place[i]));
                }
                AppFuture<List<Object>> result =
                        all.call(futures.get(0), futures.get(1), futures.get(2));
                for (int i : order) {
                    sources.get(i).complete(expected.get(i));
                }
                List<Object> got = result.join();
                for (int i = 0; i < 3; i++) {
                    assertThat(got.get(i)).isSameAs(expected.get(i));
                }
            }
        }
    }
}
