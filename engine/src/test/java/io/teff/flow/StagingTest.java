// SPDX-License-Identifier: Apache-2.0
package io.teff.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Files that come from elsewhere or go there, by whatever staging, on each executor. */
@ParameterizedClass
@EnumSource(On.class)
class StagingTest extends OnEachStaging {
    StagingTest(On on) {
        super(on);
    }

    @Test
    void unknownSchemesAreRefusedByName() {
        DataFile file = DataFile.of("gopher://hole/x");
        String known = "[file, ftp, globus, http, https, mem, rsync, zip]";
        assertThatThrownBy(() -> read.call(file))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(
                        "nothing can fetch gopher://hole/x: its scheme 'gopher' is not one of "
                                + known);
        assertThatThrownBy(() -> read.with(o -> o.inputs(file)))
                .hasMessageStartingWith("nothing can fetch gopher://hole/x: its scheme 'gopher'");
        assertThatThrownBy(() -> read.with(o -> o.outputs(file)))
                .hasMessageStartingWith("nothing can bring a file to gopher://hole/x: its scheme");
        assertThatThrownBy(() -> read.with(o -> o.outputs(DataFile.of("http://host/x"))))
                .hasMessage(
                        "nothing can bring a file to http://host/x; FlowBuilder.staging adds a"
                                + " Staging that can");
        assertThatThrownBy(() -> read.call(DataFile.of("file://elsewhere/x")))
                .hasMessageStartingWith("file://elsewhere/x is on host elsewhere");
        assertThat(flow.summary().tasks()).isZero();
    }

    @Test
    void missingProgramsAreNamedWithTheFix() {
        Tool globus = new Tool("globus", folder.toString());
        use(
                builder()
                        .staging(new GlobusStaging(globus, null))
                        .staging(new RsyncStaging(new Tool("rsync", folder.toString()))));
        assertThat(failure(read.call(DataFile.of("globus://there/x")), DependencyError.class))
                .hasMessageEndingWith(
                        "cannot fetch globus://there/x: there is no globus on the PATH; install the"
                                + " Globus command-line client by pipx install globus-cli, and log in"
                                + " by globus login");
        assertThat(failure(read.call(DataFile.of("rsync:/x")), DependencyError.class))
                .hasMessageEndingWith(
                        "there is no rsync on the PATH; install it, for example by apt-get install"
                                + " rsync");
        assertThatThrownBy(() -> read.call(DataFile.of("globus:/x")))
                .hasMessage("globus:/x names no endpoint: write globus://endpoint/path");
    }

    @Test
    void stagingsAreFoundAsServices() throws Exception {
        assertThat(read.call(DataFile.of("mem:/a/word")).get()).isEqualTo("word");
    }

    /** Files in a map, by the scheme {@code map}. */
    private static class MapStaging implements Staging {
        final Map<String, String> files = new ConcurrentHashMap<>();
        final AtomicInteger fetches = new AtomicInteger();
        volatile boolean fails;

        @Override
        public boolean canStageIn(DataFile file) {
            return file.scheme().equals("map");
        }

        @Override
        public boolean canStageOut(DataFile file) {
            return file.scheme().equals("map");
        }

        @Override
        public void stageIn(DataFile file, Path to) throws IOException {
            fetches.incrementAndGet();
            Files.writeString(to, "half");
            if (fails) {
                throw new IOException("the map is torn");
            }
            Files.writeString(to, files.get(file.uri().getPath()));
        }

        @Override
        public void stageOut(Path from, DataFile file) throws IOException {
            if (fails) {
                throw new IOException("the map is full");
            }
            files.put(file.uri().getPath(), Files.readString(from));
        }
    }

    @Test
    void aFileIsFetchedOnceForManyTasks() throws Exception {
        MapStaging map = new MapStaging();
        map.files.put("/x", "text");
        use(builder().staging(map));
        List<AppFuture<String>> all = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            all.add(read.call(DataFile.of("map:/x")));
        }
        for (AppFuture<String> each : all) {
            assertThat(each.get()).isEqualTo("text");
        }
        assertThat(map.fetches).hasValue(1);
        assertThat(copies()).isEqualTo(1);
        flow.close();
        assertThat(flow.summary())
                .hasToString("all: 101 EXEC_DONE\nread: 100 EXEC_DONE\nstage-in: 1 EXEC_DONE");
    }

    @Test
    void aFailedFetchIsToldAndLeavesNothing() throws Exception {
        MapStaging map = new MapStaging();
        map.files.put("/x", "text");
        map.fails = true;
        use(builder().staging(map));
        DataFile file = DataFile.of("map:/x");
        DependencyError error = failure(read.call(file), DependencyError.class);
        assertThat(error)
                .hasMessage("read <- stage-in map:/x: cannot fetch map:/x: the map is torn")
                .hasCauseInstanceOf(StagingError.class)
                .hasRootCauseInstanceOf(IOException.class);
        assertThat(copies()).isZero();
        map.fails = false;
        assertThat(read.call(file).get()).as("another try").isEqualTo("text");
        assertThat(map.fetches).hasValue(2);
    }

    @Test
    void fetchesAreTriedAgainAsTheFlowSays() throws Exception {
        MapStaging map =
                new MapStaging() {
                    @Override
                    public void stageIn(DataFile file, Path to) throws IOException {
                        fails = fetches.get() < 2;
                        super.stageIn(file, to);
                    }
                };
        map.files.put("/x", "text");
        use(builder().staging(map).retries(2));
        assertThat(read.call(DataFile.of("map:/x")).get()).isEqualTo("text");
        assertThat(map.fetches).hasValue(3);
    }

    @Test
    void aFileIsPlacedWhereTheUserSays() throws Exception {
        MapStaging map = new MapStaging();
        map.files.put("/x", "text");
        use(builder().staging(map));
        DataFile file = DataFile.of("map:/x").at(folder.resolve("new/mine"));
        App0<String> look = flow.app("look", () -> Files.readString(file.path()));
        assertThat(look.with(o -> o.inputs(file)).call().get()).isEqualTo("text");
        assertThat(file.path()).hasContent("text");
        assertThat(copies()).isZero();
    }

    @Test
    void outputsAreBroughtWhereTheyBelong() throws Exception {
        MapStaging map = new MapStaging();
        use(builder().staging(map));
        DataFuture out = made(DataFile.of("map:/out"), "made");
        assertThat(out.get().path()).hasContent("made");
        assertThat(map.files).containsOnly(Map.entry("/out", "made"));
        assertThat(read.call(out).get()).isEqualTo("made");
        assertThat(read.call(out.get()).get()).isEqualTo("made");
        assertThat(map.fetches).as("it is here already").hasValue(0);
        flow.close();
        assertThat(flow.summary().count("stage-out", TaskState.EXEC_DONE)).isEqualTo(1);
    }

    @Test
    void whatWasFetchedIsForgottenWhenItIsMadeAnew() throws Exception {
        MapStaging map = new MapStaging();
        map.files.put("/x", "old");
        use(builder().staging(map));
        assertThat(read.call(DataFile.of("map:/x")).get()).isEqualTo("old");
        made(DataFile.of("map:/x"), "new").get();
        assertThat(read.call(DataFile.of("map:/x")).get()).isEqualTo("new");
    }

    @Test
    void aFailedStageOutFailsTheFileButNotTheTask() throws Exception {
        MapStaging map = new MapStaging();
        map.fails = true;
        use(builder().staging(map));
        DataFile out = DataFile.of("map:/out");
        AppFuture<Path> call = write().with(o -> o.outputs(out)).call(out, "made");
        assertThat(call.get()).hasContent("made");
        assertThat(failure(call.outputs().get(0), StagingError.class))
                .hasMessageEndingWith(" to map:/out: the map is full");
    }

    @Test
    void aFailedTaskBringsNothing() {
        MapStaging map = new MapStaging();
        use(builder().staging(map));
        AppFuture<Integer> call =
                flow.bashApp("bad", () -> "exit 2")
                        .with(o -> o.outputs(DataFile.of("map:/out")))
                        .call();
        assertThat(failure(call.outputs().get(0), DependencyError.class))
                .hasCauseInstanceOf(BashExitFailure.class);
        assertThat(map.files).isEmpty();
    }

    @Test
    void stagingMayBePartOfTheTask() throws Exception {
        MapStaging map = new MapStaging();
        map.files.put("/x", "text");
        use(builder().staging(Staging.inTask(map)));
        assertThat(read.call(DataFile.of("map:/x")).get()).isEqualTo("text");
        App2<DataFile, DataFile, Integer> copy =
                flow.bashApp("copy", (DataFile from, DataFile to) -> "cp " + from + " " + to);
        DataFile out = DataFile.of("map:/y");
        AppFuture<Integer> call = copy.with(o -> o.outputs(out)).call(DataFile.of("map:/x"), out);
        assertThat(call.get()).isZero();
        assertThat(map.files).containsEntry("/y", "text");
        assertThat(call.outputs().get(0).get().path()).hasContent("text");
        DataFile mine = DataFile.of("map:/x").at(folder.resolve("mine"));
        assertThat(
                        flow.bashApp("test", () -> "test -s " + mine)
                                .with(o -> o.inputs(mine))
                                .call()
                                .get())
                .isZero();
        map.fails = true;
        AppFuture<Path> bad = write().with(o -> o.outputs(out)).call(out, "made");
        assertThat(failure(bad, StagingError.class)).hasMessageEndingWith("the map is full");
        assertThat(failure(bad.outputs().get(0), StagingError.class)).isNotNull();
        AppFuture<Integer> worse = copy.with(o -> o.outputs(local("z"))).call(mine, local("z"));
        assertThat(failure(worse, StagingError.class)).hasMessageEndingWith("the map is torn");
        flow.close();
        assertThat(flow.summary().toString()).doesNotContain("stage-");
    }

    @Test
    void filesDeepInArgumentsAreFetched() throws Exception {
        MapStaging map = new MapStaging();
        map.files.put("/x", "x");
        use(builder().staging(map).resolver(Resolver.DEEP));
        App1<List<Object>, String> all =
                flow.app(
                        "all",
                        (List<Object> files) -> {
                            StringBuilder text = new StringBuilder();
                            for (Object file : files) {
                                text.append(Files.readString(((DataFile) file).path()));
                            }
                            return text.toString();
                        });
        DataFuture made = made(local("y"), "y");
        assertThat(all.call(List.of(DataFile.of("map:/x"), made)).get()).isEqualTo("xy");
        AppList<DataFile, Integer> count =
                flow.listApp("count", (List<DataFile> files) -> files.get(0).path().getNameCount());
        assertThat(count.call(List.of(DataFile.of("map:/x"))).get()).isPositive();
        assertThat(map.fetches).hasValue(1);
    }

    @Test
    void stagingTasksDoNotWaitForRoomInTheFlow() throws Exception {
        MapStaging map = new MapStaging();
        map.files.put("/x", "x");
        use(builder().staging(map).maxInFlight(1).rejectWhenFull());
        DataFile out = DataFile.of("map:/out");
        App1<DataFile, Integer> copy =
                flow.bashApp(
                        "copy",
                        (DataFile from) -> "cp " + from + " " + out.at(folder.resolve("o")));
        DataFile placed = out.at(folder.resolve("o"));
        AppFuture<Integer> call = copy.with(o -> o.outputs(placed)).call(DataFile.of("map:/x"));
        assertThat(call.outputs().get(0).get()).isEqualTo(placed);
        assertThat(map.files).containsEntry("/out", "x");
    }

    @Test
    void callsAfterCloseAreRefusedWithTheirFiles() {
        MapStaging map = new MapStaging();
        use(builder().staging(map));
        flow.close();
        assertThatThrownBy(() -> read.call(DataFile.of("map:/x")))
                .isInstanceOf(RejectedExecutionException.class);
        assertThat(flow.isIdle()).isTrue();
        assertThat(map.fetches).hasValue(0);
    }
}
