// SPDX-License-Identifier: Apache-2.0
package io.teff.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What is said of tasks that failed, and of those that failed because of them. */
@ParameterizedClass
@EnumSource(On.class)
class ErrorsTest extends OnEach {
    private final App1<Integer, Integer> same = flow.app("same", (Integer x) -> x);

    ErrorsTest(On on) {
        super(on);
    }

    private AppFuture<Integer> failing(String message) {
        return flow.<Integer>app(
                        "failing",
                        () -> {
                            throw new IOException(message);
                        })
                .call();
    }

    @Test
    void dependencyErrorHasPathAndRoot() {
        App2<Integer, Integer, Integer> add = flow.app("add", (Integer a, Integer b) -> a + b);
        AppFuture<Integer> bad = failing("Connection refused");
        AppFuture<Integer> last = same.call(add.call(flow.value(1), bad));
        assertThatThrownBy(last::get).hasCauseInstanceOf(DependencyError.class);
        DependencyError error = (DependencyError) last.failure();
        assertThat(error.path()).containsExactly("same", "add", "failing");
        assertThat(error.rootCause()).isSameAs(bad.failure()).isSameAs(error.getCause());
        assertThat(error).hasMessage("same <- add <- failing: Connection refused");
        assertThat(last.state()).isEqualTo(TaskState.DEP_FAIL);
    }

    @Test
    void failureWithoutAMessageIsCalledByItsType() {
        AppFuture<Integer> bad =
                flow.<Integer>app(
                                "bad",
                                () -> {
                                    throw new ArithmeticException();
                                })
                        .call();
        assertThatThrownBy(same.call(bad)::join)
                .hasMessageContaining("same <- bad: ArithmeticException");
    }

    @Test
    void aMillionFailuresInAChain() {
        CompletableFuture<Integer> start = new CompletableFuture<>();
        AppFuture<Integer> x = same.call(start);
        for (int i = 1; i < 1_000_000; i++) {
            x = same.call(x);
        }
        start.completeExceptionally(new IOException("at the root"));
        DependencyError error = (DependencyError) x.failure();
        assertThat(error.path()).hasSize(1_000_001).startsWith("same").endsWith("same", "stage");
        assertThat(error.getMessage())
                .startsWith("same <- same <- ")
                .contains(" <- (999981 more) <- ")
                .endsWith("<- same <- stage: at the root")
                .hasSizeLessThan(300);
        assertThat(error.rootCause()).hasMessage("at the root");
        assertThat(flow.summary().count(TaskState.DEP_FAIL)).isEqualTo(1_000_000);
    }

    @Test
    void joinErrorListsWhatFailedInside() {
        App0<List<Integer>> outer =
                flow.joinAllApp(
                        "outer", () -> List.of(failing("one"), same.call(2), failing("three")));
        AppFuture<List<Integer>> future = outer.call();
        assertThatThrownBy(future::join).hasCauseInstanceOf(JoinError.class);
        JoinError error = (JoinError) future.failure();
        assertThat(error.errors())
                .extracting(Throwable::getMessage)
                .containsExactly("one", "three");
        assertThat(error).hasMessage("outer: 2 joined tasks failed: one; three");
        assertThat(error.getCause()).isSameAs(error.errors().get(0));
        assertThat(error.getSuppressed()).containsExactly(error.errors().get(1));
        assertThat(future.state()).isEqualTo(TaskState.FAILED);
    }

    @Test
    void joinErrorOfOneFuture() {
        App0<Integer> outer = flow.joinApp("outer", () -> same.call(failing("inside")));
        assertThatThrownBy(outer.call()::join)
                .hasCauseInstanceOf(JoinError.class)
                .hasMessageContaining("outer: same <- failing: inside")
                .hasRootCauseInstanceOf(IOException.class);
    }

    @Test
    void joinErrorOfACancelledTask() {
        CompletableFuture<Integer> never = new CompletableFuture<>();
        AppFuture<Integer> inner = same.call(never);
        AppFuture<Integer> outer = flow.<Integer>joinApp("outer", () -> inner).call();
        inner.cancel(true);
        assertThatThrownBy(outer::join)
                .hasCauseInstanceOf(JoinError.class)
                .hasMessageContaining("same was cancelled");
        assertThat(outer.isCancelled()).isFalse();
    }

    @Test
    void theSameFailureByManyPaths() {
        AppFuture<Integer> bad = failing("once");
        App0<List<Integer>> outer = flow.joinAllApp("outer", () -> List.of(bad, bad, bad));
        AppFuture<List<Integer>> future = outer.call();
        assertThatThrownBy(future::join).hasMessageContaining("3 joined tasks failed: once; once");
        assertThat(future.failure().getSuppressed()).isEmpty();
    }

    @Test
    void failuresDoNotStopOthers() {
        App1<Integer, Integer> picky =
                flow.app(
                        "picky",
                        (Integer x) -> {
                            if (x % 2 == 0) {
                                throw new IOException("even");
                            }
                            return x;
                        });
        long good = 0;
        for (int i = 0; i < 1_000; i++) {
            AppFuture<Integer> future = same.call(picky.call(i));
            try {
                good += future.join();
            } catch (java.util.concurrent.CompletionException e) {
                assertThat(e).hasRootCauseMessage("even");
            }
        }
        assertThat(good).isEqualTo(250_000);
        flow.close();
        assertThat(flow.summary().toString().lines())
                .containsExactly(
                        "all: 1000 EXEC_DONE, 500 FAILED, 500 DEP_FAIL",
                        "same: 500 EXEC_DONE, 500 DEP_FAIL",
                        "picky: 500 EXEC_DONE, 500 FAILED");
    }
}
