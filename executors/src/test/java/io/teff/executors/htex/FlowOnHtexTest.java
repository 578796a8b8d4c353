// SPDX-License-Identifier: Apache-2.0
package io.teff.executors.htex;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.teff.flow.App0;
import io.teff.flow.App1;
import io.teff.flow.App2;
import io.teff.flow.AppFuture;
import io.teff.flow.BashExitFailure;
import io.teff.flow.Flow;
import io.teff.flow.Redirect;
import io.teff.remote.NotTransferable;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Flows whose bodies run in worker processes. */
class FlowOnHtexTest {
    private static HtexExecutor htex;

    @BeforeAll
    static void start() {
        htex =
                new HtexExecutor(
                        HtexConfig.tuned()
                                .workersPerNode(2)
                                .jvmOptions("-Xmx64m", "-XX:TieredStopAtLevel=1")
                                .build());
    }

    @AfterAll
    static void stop() throws InterruptedException {
        htex.shutdown();
        assertThat(htex.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void resultsTravelFromTaskToTask() throws Exception {
        try (Flow flow = Flow.on(htex)) {
            App2<Long, Long, Long> add = flow.app("add", (Long a, Long b) -> a + b);
            List<AppFuture<Long>> row = new ArrayList<>();
            for (long i = 0; i < 256; i++) {
                row.add(add.call(i, i));
            }
            while (row.size() > 1) {
                List<AppFuture<Long>> half = new ArrayList<>();
                for (int i = 0; i < row.size(); i += 2) {
                    half.add(add.call(row.get(i), row.get(i + 1)));
                }
                row = half;
            }
            assertThat(row.get(0).get(60, TimeUnit.SECONDS)).isEqualTo(255L * 256);
        }
    }

    @Test
    void functionsOfAllNumbersOfArgumentsTravel() throws Exception {
        try (Flow flow = Flow.on(htex)) {
            String x = "x";
            List<AppFuture<String>> all =
                    List.of(
                            flow.app("f0", () -> "none").call(),
                            flow.app("f1", (String a) -> x + a).call("a"),
                            flow.app("f2", (String a, String b) -> x + a + b).call("a", "b"),
                            flow.app("f3", (String a, String b, Integer c) -> a + b + c)
                                    .call("a", "b", 3),
                            flow.app("f4", (String a, String b, Integer c, Long d) -> a + b + c + d)
                                    .call("a", "b", 3, 4L),
                            flow.app(
                                            "f5",
                                            (String a, String b, Integer c, Long d, int[] e) ->
                                                    a + b + c + d + e[0])
                                    .call("a", "b", 3, 4L, new int[] {5}));
            List<String> results = new ArrayList<>();
            for (AppFuture<String> one : all) {
                results.add(one.get(30, TimeUnit.SECONDS));
            }
            assertThat(results).containsExactly("none", "xa", "xab", "ab3", "ab34", "ab345");
        }
    }

    @Test
    void labelsChooseWhereABodyRuns() throws Exception {
        ForkJoinPool here = new ForkJoinPool(2);
        long self = ProcessHandle.current().pid();
        try (Flow flow = Flow.builder().executor("here", here).executor("there", htex).build()) {
            App0<Long> pid = flow.app("pid", () -> ProcessHandle.current().pid());
            assertThat(pid.with(o -> o.executors("here")).call().get()).isEqualTo(self);
            assertThat(pid.with(o -> o.executors("there")).call().get(60, TimeUnit.SECONDS))
                    .isNotEqualTo(self);
        }
        here.shutdown();
    }

    @Test
    void taskThatLostItsWorkerRunsAgain(@TempDir Path folder) throws Exception {
        String marker = folder.resolve("once").toString();
        try (Flow flow = Flow.on(htex)) {
            App1<String, Integer> dies = flow.app("dies", FlowOnHtexTest::dieOnce);
            assertThat(dies.with(o -> o.retries(1)).call(marker).get(60, TimeUnit.SECONDS))
                    .isEqualTo(1);
            assertThatThrownBy(() -> dies.call(marker + "2").get(60, TimeUnit.SECONDS))
                    .hasCauseInstanceOf(WorkerLost.class);
        }
    }

    private static Integer dieOnce(String marker) throws IOException {
        try {
            Files.createFile(Path.of(marker));
        } catch (FileAlreadyExistsException secondTime) {
            return 1;
        }
        Runtime.getRuntime().halt(9);
        throw new AssertionError();
    }

    @Test
    void commandsRunInTheWorkers(@TempDir Path folder) throws Exception {
        Path out = folder.resolve("out.txt");
        try (Flow flow = Flow.on(htex)) {
            App0<Integer> echo =
                    flow.bashApp("parent", () -> "ps -o ppid= -p $$ 2>/dev/null || echo 0")
                            .with(o -> o.stdout(Redirect.to(out)));
            assertThat(echo.call().get(60, TimeUnit.SECONDS)).isZero();
            long self = ProcessHandle.current().pid();
            assertThat(out).content().isNotBlank().isNotEqualToIgnoringWhitespace("" + self);
            assertThatThrownBy(
                            () ->
                                    flow.bashApp("fails", () -> "echo no >&2; exit 3")
                                            .call()
                                            .get(60, TimeUnit.SECONDS))
                    .cause()
                    .isInstanceOf(BashExitFailure.class)
                    .hasMessageContaining("no");
        }
    }

    @Test
    void whatCannotTravelIsNamed() {
        Object lock = new Object();
        try (Flow flow = Flow.on(htex)) {
            assertThatThrownBy(() -> flow.app("captures", () -> lock.hashCode()).call().get())
                    .hasCauseInstanceOf(NotTransferable.class)
                    .hasMessageContaining("java.lang.Object is not serializable");
        }
    }
}
