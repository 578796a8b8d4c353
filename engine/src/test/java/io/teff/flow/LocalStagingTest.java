// SPDX-License-Identifier: Apache-2.0
package io.teff.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Files of this machine, as arguments, inputs and outputs, on each executor. */
@ParameterizedClass
@EnumSource(On.class)
class LocalStagingTest extends OnEachStaging {
    LocalStagingTest(On on) {
        super(on);
    }

    @Test
    void localFilesAreUsedWhereTheyLie() throws Exception {
        Path file = Files.writeString(folder.resolve("a"), "text");
        assertThat(read.call(DataFile.of(file)).get()).isEqualTo("text");
        flow.close();
        assertThat(flow.summary()).hasToString("all: 1 EXEC_DONE\nread: 1 EXEC_DONE");
        assertThat(folder.resolve("runs")).doesNotExist();
    }

    @Test
    void outputsAreFuturesForFurtherCalls() throws Exception {
        AppFuture<Path> call =
                write().with(o -> o.outputs(local("a"), local("b"))).call(local("a"), "x");
        assertThat(call.outputs()).hasSize(2);
        assertThat(call.outputs().get(0).file()).isEqualTo(local("a"));
        assertThat(failure(call, MissingOutputs.class).files()).containsExactly(local("b"));
        DataFuture a = made(local("a"), "y");
        assertThat(read.call(a).get()).isEqualTo("y");
        assertThat(a.get()).isEqualTo(local("a"));
    }

    @Test
    void missingOutputsFailTaskFileAndDependents() {
        App0<Integer> idle = flow.bashApp("idle", () -> "true");
        AppFuture<Integer> call = idle.with(o -> o.outputs(local("a"), local("b"))).call();
        assertThat(failure(call, MissingOutputs.class))
                .hasMessage(
                        "idle did not make %1$s/a, %1$s/b, which its outputs name"
                                .formatted(folder));
        DataFuture a = call.outputs().get(0);
        assertThat(failure(a, MissingOutputs.class).files()).hasSize(2);
        assertThat(failure(read.call(a), DependencyError.class))
                .hasCauseInstanceOf(MissingOutputs.class);
    }

    @Test
    void missingOutputsAreTriedAgain() throws Exception {
        AtomicInteger tries = new AtomicInteger();
        App0<Integer> late =
                flow.bashApp(
                        "late", () -> tries.incrementAndGet() < 3 ? "true" : "touch " + local("a"));
        assertThat(late.with(o -> o.retries(2).outputs(local("a"))).call().get()).isZero();
        assertThat(tries).hasValue(3);
    }

    @Test
    void inputsAreWaitedFor() throws Exception {
        App0<String> look = flow.app("look", () -> Files.readString(local("a").path()));
        CountDownLatch go = new CountDownLatch(1);
        App0<Path> slow =
                flow.app(
                        "slow",
                        () -> {
                            go.await();
                            return Files.writeString(local("a").path(), "there");
                        });
        if (on == On.DIRECT) {
            go.countDown(); // or nobody would
        }
        DataFuture a = slow.with(o -> o.outputs(local("a"))).call().outputs().get(0);
        AppFuture<String> found = look.with(o -> o.inputs(a)).call();
        go.countDown();
        assertThat(found.get()).isEqualTo("there");
    }

    @Test
    void cancelledTasksCancelTheirFiles() throws Exception {
        App0<Integer> sleep = flow.bashApp("sleep", () -> "sleep 100");
        AppFuture<Integer> call = sleep.with(o -> o.outputs(local("a"))).call();
        assertThat(call.cancel(true)).isTrue();
        await().atMost(SOON).until(call.outputs().get(0)::isCancelled);
    }
}
