// SPDX-License-Identifier: Apache-2.0
package io.teff.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.IllegalFormatConversionException;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Bash apps, on each executor. */
@ParameterizedClass
@EnumSource(On.class)
class BashAppTest extends OnEachInFolder {
    BashAppTest(On on) {
        super(on);
    }

    @Override
    FlowBuilder builder() {
        return super.builder().maxProcesses(4);
    }

    // What a command is and gives

    @Test
    void resultIsExitCodeZero() throws Exception {
        Path file = folder.resolve("made");
        App0<Integer> make = flow.bashApp("make", () -> "echo made > " + file);
        assertThat(make.call().get()).isZero();
        assertThat(file).hasContent("made");
    }

    @Test
    void argumentsOfEachNumber() throws Exception {
        Path file = folder.resolve("out");
        Redirect out = Redirect.appendTo(file);
        App1<Integer, Integer> one = flow.bashApp("one", (Integer a) -> "echo " + a);
        App2<Integer, Integer, Integer> two =
                flow.bashApp("two", (Integer a, Integer b) -> "echo " + a + b);
        App3<Integer, Integer, Integer, Integer> three =
                flow.bashApp("three", (Integer a, Integer b, Integer c) -> "echo " + a + b + c);
        App4<Integer, Integer, Integer, Integer, Integer> four =
                flow.bashApp(
                        "four",
                        (Integer a, Integer b, Integer c, Integer d) -> "echo " + a + b + c + d);
        App5<Integer, Integer, Integer, Integer, Integer, Integer> five =
                flow.bashApp(
                        "five",
                        (Integer a, Integer b, Integer c, Integer d, Integer e) ->
                                "echo " + a + b + c + d + e);
        AppList<Integer, Integer> list =
                flow.bashListApp("list", (List<Integer> all) -> "echo " + all.size());
        assertThat(one.with(o -> o.stdout(out)).call(1).get()).isZero();
        assertThat(two.with(o -> o.stdout(out)).call(1, 2).get()).isZero();
        assertThat(three.with(o -> o.stdout(out)).call(1, 2, 3).get()).isZero();
        assertThat(four.with(o -> o.stdout(out)).call(1, 2, 3, 4).get()).isZero();
        assertThat(five.with(o -> o.stdout(out)).call(1, 2, 3, 4, 5).get()).isZero();
        assertThat(list.with(o -> o.stdout(out)).call(List.of(7, 8, 9)).get()).isZero();
        assertThat(Files.readAllLines(file))
                .containsExactly("1", "12", "123", "1234", "12345", "3");
    }

    @Test
    void futuresAreArgumentsAndExitCodesAreResults() throws Exception {
        App1<Integer, Integer> increment = flow.app("increment", (Integer x) -> x + 1);
        App1<Integer, Integer> check = flow.bashApp("check", (Integer x) -> "test " + x + " = 3");
        AppFuture<Integer> last =
                increment.call(check.call(increment.call(increment.call(flow.value(1)))));
        assertThat(last.get()).isEqualTo(1);
    }

    @Test
    void quoteGuardsAnyWord() throws Exception {
        String word = "it's $HOME; \"two\"  `words` \\ *\nand a line";
        Path file = folder.resolve("out");
        App1<String, Integer> print =
                flow.bashApp("print", (String s) -> "printf %s " + Flow.quote(s));
        print.with(o -> o.stdout(Redirect.to(file))).call(word).get();
        assertThat(file).hasContent(word);
    }

    @Test
    void aFailedCommandTellsCodeCommandAndEndOfStderr() {
        String line = "seq 100000 >&2; echo bad luck >&2; exit 7";
        BashExitFailure failure =
                failure(flow.bashApp("unlucky", () -> line).call(), BashExitFailure.class);
        assertThat(failure.exitCode()).isEqualTo(7);
        assertThat(failure.command()).isEqualTo(line);
        assertThat(failure.stderr()).hasSize(2048).endsWith("99999\n100000\nbad luck\n");
        assertThat(failure)
                .hasMessageStartingWith("unlucky failed with exit code 7: " + line + "\n");
    }

    @Test
    void aSignalIsAnExitCodeAbove128() {
        App0<Integer> killed = flow.bashApp("killed", () -> "kill -KILL $$");
        assertThat(failure(killed.call(), BashExitFailure.class).exitCode()).isEqualTo(137);
    }

    @Test
    void aDependentOfAFailedCommandNeverRuns() {
        App0<Integer> bad = flow.bashApp("bad", () -> "exit 3");
        App1<Integer, Integer> next = flow.bashApp("next", (Integer x) -> "echo " + x);
        assertThat(failure(next.call(bad.call()), DependencyError.class))
                .hasMessage("next <- bad: bad failed with exit code 3: exit 3");
    }

    @Test
    void nullAndBlankAreNoCommandLines() {
        assertThat(failure(flow.bashApp("a", () -> null).call(), BashAppNoReturn.class))
                .hasMessage("a returned null: the body of a bash app returns a command line");
        assertThat(failure(flow.bashApp("b", () -> " ").call(), BashAppNoReturn.class))
                .hasMessageStartingWith("b returned ' ': ");
    }

    @Test
    void badFormatsAreAppBadFormatting() {
        App2<String, String, Integer> app =
                flow.bashApp("format", (String format, String s) -> String.format(format, s));
        assertThat(failure(app.call("head -n %d", "ten"), AppBadFormatting.class))
                .hasMessageStartingWith("format could not format its command line: ")
                .hasCauseInstanceOf(IllegalFormatConversionException.class);
    }

    @Test
    void otherFailuresOfTheBodyAreItsOwn() {
        App0<Integer> app =
                flow.bashApp(
                        "thrower",
                        () -> {
                            throw new IOException("no line today");
                        });
        assertThat(failure(app.call(), IOException.class)).hasMessage("no line today");
    }

    // Surroundings

    @Test
    void stdoutAndStderrGoWhereToldAnewOrAtTheEnd() throws Exception {
        Path out = folder.resolve("new/folder/out");
        Path err = folder.resolve("err");
        App1<Integer, Integer> speak =
                flow.bashApp("speak", (Integer i) -> "echo o" + i + "; echo e" + i + " >&2");
        App1<Integer, Integer> anew =
                speak.with(o -> o.stdout(Redirect.to(out)).stderr(Redirect.appendTo(err)));
        AppFuture<Integer> first = anew.call(1);
        first.get();
        anew.call(2).get();
        assertThat(out).hasContent("o2");
        assertThat(err).hasContent("e1\ne2");
        assertThat(first.stdout()).isEqualTo(out);
        assertThat(first.stderr()).isEqualTo(err);
        assertThat(speak.call(3).stdout()).isNull();
    }

    @Test
    void bothStreamsMayShareAFile() throws Exception {
        Path both = folder.resolve("both");
        App0<Integer> speak = flow.bashApp("speak", () -> "echo o; echo e >&2; echo p; exit 9");
        AppFuture<Integer> call =
                speak.with(o -> o.stdout(Redirect.to(both)).stderr(Redirect.to(both))).call();
        assertThat(failure(call, BashExitFailure.class).stderr()).isEqualTo("o\ne\np\n");
        assertThat(both).hasContent("o\ne\np");
    }

    @Test
    void automaticFilesDifferFromTaskToTask() throws Exception {
        App1<Integer, Integer> speak =
                flow.bashApp("speak/up", (Integer i) -> "echo o" + i + "; echo e" + i + " >&2")
                        .with(o -> o.stdout(Redirect.AUTO).stderr(Redirect.AUTO));
        AppFuture<Integer> a = speak.call(1);
        AppFuture<Integer> b = speak.call(2);
        a.get();
        b.get();
        assertThat(a.stdout()).hasContent("o1");
        assertThat(a.stderr()).hasContent("e1");
        assertThat(b.stdout()).hasContent("o2");
        assertThat(b.stdout().getParent())
                .isEqualTo(flow.runDirectory().resolve("task_logs"))
                .isEqualTo(folder.resolve("runs/000/task_logs"));
        assertThat(b.stdout().getFileName()).hasToString("task_0001_speak_up.stdout");
    }

    @Test
    void onlyTheStderrOfTheLastTryIsTold() throws Exception {
        Path err = folder.resolve("err");
        Path tries = folder.resolve("tries");
        App0<Integer> app =
                flow.bashApp(
                                "app",
                                () ->
                                        "echo x >> %1$s; echo try $(wc -l < %1$s) >&2; exit 1"
                                                .formatted(tries))
                        .with(o -> o.stderr(Redirect.appendTo(err)).retries(1));
        assertThat(failure(app.call(), BashExitFailure.class).stderr()).isEqualTo("try 2\n");
        assertThat(err).hasContent("try 1\ntry 2");
    }

    @Test
    void filesThatCannotBeOpenedAreBadStdStreamFiles() throws Exception {
        Path plain = Files.createFile(folder.resolve("plain"));
        Path ran = folder.resolve("ran");
        App0<Integer> touch = flow.bashApp("touch", () -> "touch " + ran);
        assertThat(
                        failure(
                                touch.with(o -> o.stdout(Redirect.to(plain.resolve("x")))).call(),
                                BadStdStreamFile.class))
                .hasMessageStartingWith("touch cannot write its stdout to " + plain + "/x: ");
        assertThat(
                        failure(
                                touch.with(o -> o.stderr(Redirect.appendTo(folder))).call(),
                                BadStdStreamFile.class))
                .hasMessageStartingWith("touch cannot write its stderr to " + folder + ": ");
        assertThat(ran).doesNotExist();
    }

    @Test
    void environmentAndDirectory() throws Exception {
        Path out = folder.resolve("out");
        App0<Integer> show = flow.bashApp("show", () -> "echo $COLOUR $PWD; cat");
        show.with(
                        o ->
                                o.environment("COLOUR", "light green")
                                        .directory(folder)
                                        .stdout(Redirect.to(out)))
                .call()
                .get();
        assertThat(out).hasContent("light green " + folder.toRealPath());
        Path nowhere = folder.resolve("nowhere");
        assertThat(
                        failure(
                                show.with(o -> o.directory(nowhere)).call(),
                                IllegalArgumentException.class))
                .hasMessage("show cannot run in " + nowhere + ": there is no such directory");
    }

    // Tries

    @Test
    void commandsAreTriedAgain() throws Exception {
        AtomicInteger bodies = new AtomicInteger();
        App0<Integer> app =
                flow.bashApp("app", () -> "exit " + Math.max(0, 3 - bodies.incrementAndGet()));
        assertThat(failure(app.with(o -> o.retries(1)).call(), BashExitFailure.class).exitCode())
                .isEqualTo(1);
        bodies.set(0);
        assertThat(app.with(o -> o.retries(2)).call().get()).isZero();
        assertThat(bodies).hasValue(3);
        flow.close();
        assertThat(flow.summary())
                .hasToString("all: 1 EXEC_DONE, 1 FAILED\napp: 1 EXEC_DONE, 1 FAILED");
        assertThat(flow.summary().retries()).isEqualTo(3);
    }

    // Resources

    @Test
    void noThreadIsHeldWhileCommandsRun() throws Exception {
        var alone = Executors.newSingleThreadExecutor();
        try (Flow narrow = Flow.builder().executor("default", alone).maxProcesses(8).build()) {
            App1<Integer, Integer> meet =
                    narrow.bashApp(
                            "meet",
                            (Integer i) ->
                                    "cd %s; touch m%d; until [ $(ls m* | wc -l) = 8 ]; do sleep .01; done"
                                            .formatted(folder, i));
            List<AppFuture<Integer>> all = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                all.add(meet.call(i));
            }
            for (AppFuture<Integer> each : all) {
                assertThat(each.get()).isZero();
            }
        } finally {
            On.close(alone);
        }
    }

    @Test
    void noMoreRunAtOnceThanMay() throws Exception {
        Path log = folder.resolve("log");
        try (Flow two = builder().maxProcesses(2).build()) {
            App0<Integer> app =
                    two.bashApp(
                            "app",
                            () -> "echo + >> %1$s; sleep .05; echo - >> %1$s".formatted(log));
            for (int i = 0; i < 12; i++) {
                app.call();
            }
        }
        int now = 0;
        int most = 0;
        for (String line : Files.readAllLines(log)) {
            now += line.equals("+") ? 1 : -1;
            most = Math.max(most, now);
        }
        assertThat(most).isEqualTo(2);
        assertThat(now).isZero();
        assertThat(Files.readAllLines(log)).hasSize(24);
    }

    @Test
    void manyThatCannotStartInARow() {
        flow.close();
        flow = builder().maxProcesses(1).build();
        App0<Integer> app =
                flow.bashApp("app", () -> "true").with(o -> o.directory(folder.resolve("nowhere")));
        App0<Integer> first = flow.bashApp("first", () -> "sleep .3");
        first.call();
        List<AppFuture<Integer>> all = new ArrayList<>();
        for (int i = 0; i < 5_000; i++) {
            all.add(app.call());
        }
        all.forEach(future -> failure(future, IllegalArgumentException.class));
        flow.close();
        assertThat(flow.summary().count("app", TaskState.FAILED)).isEqualTo(5_000);
    }

    // Ends

    /** A command that writes the ids of four processes, one of them an orphan, and waits. */
    private String family(Path pids) {
        return "echo $$ > %1$s; sleep 100 & echo $! >> %1$s; (sleep 100 & echo $! >> %1$s);"
                        .formatted(pids)
                + " bash -mc 'sleep 100 & echo $! >> %1$s'; wait; sleep 100".formatted(pids);
    }

    private static List<Long> pids(Path file) {
        await().atMost(SOON)
                .until(() -> Files.exists(file) && Files.readAllLines(file).size() == 4);
        try {
            return Files.readAllLines(file).stream().map(Long::valueOf).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Orphans that have ended may wait long for a first process that collects them. */
    private static boolean isAlive(long pid) {
        try {
            String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
            return stat.charAt(stat.lastIndexOf(')') + 2) != 'Z';
        } catch (IOException e) {
            return false;
        }
    }

    /** With ever more time, until the whole family has been born within it. */
    @Test
    void walltimeKillsTheWholeTree() throws IOException {
        List<String> ids = List.of();
        for (int ms = 250; ids.size() < 4; ms *= 2) {
            Path pids = Files.createFile(folder.resolve("pids" + ms));
            Duration walltime = Duration.ofMillis(ms);
            AppFuture<Integer> late =
                    flow.bashApp("late", () -> family(pids)).with(o -> o.walltime(walltime)).call();
            assertThat(failure(late, AppTimeout.class))
                    .hasMessage("late ran longer than its walltime of " + walltime);
            ids = Files.readAllLines(pids);
            assertThat(ids).noneMatch(id -> isAlive(Long.parseLong(id)));
        }
    }

    @Test
    void walltimeIsForEachTry() throws Exception {
        Path tries = folder.resolve("tries");
        App0<Integer> app =
                flow.bashApp(
                                "app",
                                () ->
                                        "echo x >> %1$s; [ $(wc -l < %1$s) -ge 3 ] || sleep 100"
                                                .formatted(tries))
                        .with(o -> o.walltime(Duration.ofMillis(300)).retries(100));
        assertThat(app.call().get()).isZero();
        flow.close();
        assertThat(flow.summary().retries()) // more if a shell was slow to start
                .isGreaterThanOrEqualTo(2)
                .isGreaterThanOrEqualTo(Files.readAllLines(tries).size() - 1);
    }

    @Test
    void cancelKillsTheWholeTree() {
        Path pids = folder.resolve("pids");
        AppFuture<Integer> future = flow.bashApp("app", () -> family(pids)).call();
        List<Long> ids = pids(pids);
        assertThat(ids).allMatch(BashAppTest::isAlive);
        assertThat(future.cancel(true)).isTrue();
        assertThat(ids).noneMatch(BashAppTest::isAlive);
        assertThatThrownBy(future::get).isInstanceOf(CancellationException.class);
        flow.close();
        assertThat(flow.summary()).hasToString("all: 1 CANCELLED\napp: 1 CANCELLED");
    }

    @Test
    void closingKillsWhatRunsAndStartsNothingMore() {
        Path pids = folder.resolve("pids");
        Path ran = folder.resolve("ran");
        Flow one = builder().maxProcesses(1).build();
        AppFuture<Integer> running = one.bashApp("running", () -> family(pids)).call();
        List<Long> ids = pids(pids);
        AppFuture<Integer> waiting =
                one.bashApp("waiting", () -> "touch " + ran).with(o -> o.retries(3)).call();
        one.close(Exit.CANCEL);
        assertThat(ids).noneMatch(BashAppTest::isAlive);
        assertThat(running.isCancelled()).isTrue();
        assertThat(waiting.isCancelled()).isTrue();
        assertThat(ran).doesNotExist();
        assertThat(one.summary().count(TaskState.CANCELLED)).isEqualTo(2);
    }

    @Test
    void whatACommandLeavesBehindIsKilled() throws Exception {
        Path pid = folder.resolve("pid");
        App1<String, Integer> app =
                flow.bashApp(
                        "app",
                        (String before) ->
                                before + "; (sleep 100 & echo $! > %s); exit 0".formatted(pid));
        String longer = on == On.ENGINE ? "sleep 1.1" : "true"; // looked for in another way
        for (String before : List.of("true", longer, "true")) {
            assertThat(app.call(before).get()).isZero();
            assertThat(isAlive(Long.parseLong(Files.readString(pid).strip()))).isFalse();
        }
    }

    @Test
    void cancelsAtAnyMomentLeaveNothing() throws Exception {
        long seed = ThreadLocalRandom.current().nextLong();
        Random random = new Random(seed);
        Path log = folder.resolve("log");
        App0<Integer> app =
                flow.bashApp("app", () -> "echo $$ >> " + log + "; sleep .02; exit $((RANDOM % 2))")
                        .with(o -> o.retries(2));
        List<AppFuture<Integer>> all = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            all.add(app.call());
            if (random.nextBoolean()) {
                Thread.sleep(random.nextInt(8));
                all.get(random.nextInt(all.size())).cancel(true);
            }
        }
        flow.close();
        assertThat(all).as("seed %d", seed).allMatch(AppFuture::isDone);
        Summary summary = flow.summary();
        long sum = 0;
        for (TaskState state : TaskState.values()) {
            sum += state.isFinal() ? summary.count(state) : 0;
        }
        assertThat(sum).as("seed %d: %s", seed, summary).isEqualTo(60);
        assertThat(summary.inFlight()).as("seed %d: %s", seed, summary).isZero();
        for (String pid : Files.readAllLines(log)) {
            assertThat(isAlive(Long.parseLong(pid))).as("seed %d", seed).isFalse();
        }
    }
}
