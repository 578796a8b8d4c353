// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.mpi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.teff.bench.TeffCommand;
import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** Ranks of both MPIs, as users start them: their results, their losses, their ends. */
class MpiCommandTest {
    private static final String MPICH = "mpiexec.mpich";
    private static final String OPEN_MPI = "mpiexec.openmpi";
    private static final String NOTHING_LOST =
            "run 1 on 2 ranks: 285\n"; // the sum of the squares of 0 to 9

    @TempDir private Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @AfterEach
    void nothingIsLeft() {
        Awaitility.await()
                .atMost(Duration.ofSeconds(40))
                .untilAsserted(() -> assertThat(processes()).isEmpty());
    }

    /** Those that have the test's folder among their arguments. */
    private List<String> processes() {
        List<String> found = new ArrayList<>();
        try (Stream<ProcessHandle> all = ProcessHandle.allProcesses()) {
            for (ProcessHandle process : all.toList()) {
                String words = words(process);
                if (words.contains(folder.toString())) {
                    found.add(process.pid() + " " + words.replace('\0', ' '));
                }
            }
        }
        return found;
    }

    private static String words(ProcessHandle process) {
        try {
            return Files.readString(Path.of("/proc/" + process.pid() + "/cmdline"));
        } catch (IOException e) {
            return ""; // it has ended meanwhile
        }
    }

    private int run(CommandLine teff, String... args) {
        return teff.setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(args);
    }

    private int squares(String launcher, int restarts, String loss) {
        return run(
                SquaresMain.commandLine(),
                "mpi",
                "-n",
                "2",
                "--launcher",
                launcher,
                "--workers",
                "1",
                "--restarts",
                "" + restarts,
                "--start-limit",
                "10",
                "--",
                "squares",
                folder.toString(),
                loss);
    }

    private List<String> notes() throws Exception {
        return Files.readAllLines(folder.resolve("notes")).stream().sorted().toList();
    }

    private static List<String> notes(int from, int to, int run) {
        return IntStream.range(from, to).mapToObj(x -> x + " in run " + run).sorted().toList();
    }

    private int search(String... more) {
        List<String> words = new ArrayList<>();
        Collections.addAll(words, "mpi", "-n", "1", "--launcher", MPICH, "--workers", "2");
        Collections.addAll(words, "--", "uts", "--tree", "T1", "--rounds", "1", "--json");
        Collections.addAll(words, more);
        return run(TeffCommand.commandLine(), words.toArray(String[]::new));
    }

    /** Efficiency is for each of them. */
    @Test
    void searchCountsTheWorkersThatItsRanksWereStartedWith() throws Exception {
        assertThat(search()).as(err.toString()).isZero();
        JsonNode row = new ObjectMapper().readTree(out.toString()).get("rows").get(1);
        assertThat(row.get("contender").textValue()).isEqualTo("mpi");
        assertThat(row.get("workers").intValue()).isEqualTo(2);
    }

    @Test
    void otherWorkersThanThoseOfTheRanksAreRefused() {
        assertThat(search("--workers", "1")).isEqualTo(2);
        assertThat(err.toString())
                .contains(
                        "--workers is [1], but rank 0 was started with [2]: say it to teff mpi,"
                                + " before --");
    }

    @ParameterizedTest
    @ValueSource(strings = {MPICH, OPEN_MPI})
    void comparisonOnTwoRanksIsVerified(String launcher) throws Exception {
        int code =
                run(
                        TeffCommand.commandLine(),
                        "mpi",
                        "-n",
                        "2",
                        "--launcher",
                        launcher,
                        "--workers",
                        "1",
                        "--",
                        "compare",
                        "--json",
                        "--quick",
                        "--rounds",
                        "1",
                        "--only",
                        "double,fibonacci,increment",
                        "--executors",
                        "mpi,engine",
                        "--out",
                        folder.toString());
        assertThat(code).as(err.toString()).isZero();
        assertThat(out.toString()).as(err.toString()).isNotEmpty();
        JsonNode report = new ObjectMapper().readTree(out.toString());
        assertThat(out.toString().lines()).hasSize(1);
        List<String> rows = new ArrayList<>();
        for (JsonNode row : report.get("rows")) {
            String contender = row.get("contender").asText();
            assertThat(row.get("verified").asBoolean()).as(row.toString()).isTrue();
            rows.add(row.get("workload").asText() + " " + contender);
            if (contender.startsWith("mpi")) {
                assertThat(row.at("/params/ranks").asInt()).isEqualTo(2);
                assertThat(row.get("workers").asInt()).isEqualTo(2);
            }
        }
        assertThat(rows)
                .contains(
                        "double mpi",
                        "double mpi.lane",
                        "fibonacci mpi",
                        "fibonacci engine",
                        "increment mpi");
    }

    @ParameterizedTest
    @ValueSource(strings = {MPICH, OPEN_MPI})
    void exitCodeIsThatOfTheCommand(String launcher) throws Exception {
        assertThat(squares(launcher, 0, "seven")).as(err.toString()).isEqualTo(7);
        assertThat(out.toString()).isEqualTo(NOTHING_LOST);
        assertThat(notes()).isEqualTo(notes(0, SquaresMain.COUNT, 1));
    }

    @ParameterizedTest
    @ValueSource(strings = {MPICH, OPEN_MPI})
    void lostRootIsStartedAgainAndFinishedWorkIsNot(String launcher) throws Exception {
        assertThat(squares(launcher, 1, "root")).as(err.toString()).isZero();
        assertThat(out.toString()).isEqualTo("run 2 on 2 ranks: 285\n");
        assertThat(err.toString()).contains("run 1 was lost", "starting it again: 1 of 1");
        int half = SquaresMain.COUNT / 2;
        assertThat(notes())
                .isEqualTo(
                        Stream.concat(
                                        notes(0, half, 1).stream(),
                                        notes(half, SquaresMain.COUNT, 2).stream())
                                .toList());
    }

    @Test
    void lostRunHasAnExitCodeOfItsOwn() {
        assertThat(squares(MPICH, 0, "root")).isEqualTo(75);
        assertThat(out.toString()).isEmpty(); // what the launcher says goes to stderr
        assertThat(err.toString()).contains("run 1 was lost", "--restarts N starts it again");
    }

    @ParameterizedTest
    @CsvSource({MPICH + ", 2", OPEN_MPI + ", 1"})
    void lossOfAnotherRankIsRestartedOrSurvived(String launcher, int lastRun) throws Exception {
        assertThat(squares(launcher, 1, "rank")).as(err.toString()).isZero();
        assertThat(out.toString()).isEqualTo("run " + lastRun + " on 2 ranks: 285\n");
    }

    /** Launchers let the others wait for it, until we end them. */
    @ParameterizedTest
    @CsvSource({
        MPICH + ", did not start",
        OPEN_MPI + ", 'rank 0: not all ranks have started after 10 s'"
    })
    void othersDoNotWaitForARankThatDiesBeforeAllHaveStarted(String launcher, String told) {
        assertThat(squares(launcher, 1, SquaresMain.EARLY)).as(err.toString()).isZero();
        assertThat(out.toString()).isEqualTo("run 2 on 2 ranks: 285\n");
        assertThat(err.toString())
                .contains(told, "run 1 did not start", "starting it again: 1 of 1");
    }

    @Test
    void runThatNeverStartsIsABadStart() {
        assertThat(squares(MPICH, 0, SquaresMain.EARLY)).isEqualTo(2);
        assertThat(err.toString()).contains("the ranks did not start");
    }

    /** Whichever rank runs this task calls {@code MPI_Abort}, so none is left in the end. */
    @ParameterizedTest
    @CsvSource({MPICH + ", 0", MPICH + ", 1", OPEN_MPI + ", 0", OPEN_MPI + ", 1"})
    void abortByTheRanksLosesTheRun(String launcher, int restarts) {
        int code = squares(launcher, restarts, "abort");
        assertThat(code).as(err.toString()).isEqualTo(restarts == 0 ? 75 : 0);
        assertThat(err.toString()).contains("run 1 was lost");
        assertThat(out.toString()).isEqualTo(restarts == 0 ? "" : "run 2 on 2 ranks: 285\n");
    }

    /** Open MPI ends only the rank that calls it, so that the others survive as other losses. */
    @ParameterizedTest
    @CsvSource({MPICH + ", 2", OPEN_MPI + ", 1"})
    void abortByOneRankIsRestartedOrSurvived(String launcher, int lastRun) {
        assertThat(squares(launcher, 1, "abort-once")).as(err.toString()).isZero();
        assertThat(out.toString()).isEqualTo("run " + lastRun + " on 2 ranks: 285\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {MPICH, OPEN_MPI})
    void rankThatExitsEarlyCostsNoResult(String launcher) throws Exception {
        assertThat(squares(launcher, 1, "exit")).as(err.toString()).isZero();
        assertThat(out.toString()).matches("run [12] on 2 ranks: 285\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {MPICH, OPEN_MPI})
    void ranksKilledAtAnyMomentCostNoResult(String launcher) throws Exception {
        killSome(launcher, 2);
    }

    @ParameterizedTest
    @ValueSource(strings = {MPICH, OPEN_MPI})
    @Tag("slow")
    @Timeout(900)
    void ranksKilledFiftyTimesCostNoResult(String launcher) throws Exception {
        killSome(launcher, 50);
    }

    /** One rank of each run, the root or another, at a moment between its start and its end. */
    private void killSome(String launcher, int runs) throws Exception {
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        SplittableRandom random = new SplittableRandom(seed);
        long usualMs = 3000;
        for (int i = 0; i < runs; i++) {
            out.getBuffer().setLength(0);
            err.getBuffer().setLength(0);
            for (String left : List.of("notes", "squares.ckpt")) {
                Files.deleteIfExists(folder.resolve(left));
            }
            long start = System.nanoTime();
            RankKiller killer = new RankKiller(folder, random.nextLong(usualMs), random.nextInt(2));
            assertThat(squares(launcher, 2, SquaresMain.SLOW))
                    .as("run %s of seed %s: %s", i, seed, err)
                    .isZero();
            assertThat(out.toString())
                    .as("run %s of seed %s: %s", i, seed, err)
                    .matches("run [123] on 2 ranks: 285\n");
            killer.end();
            usualMs = Math.max(1000, (usualMs + (System.nanoTime() - start) / 1_000_000) / 2);
        }
    }

    @ParameterizedTest
    @CsvSource({MPICH + ", true", OPEN_MPI + ", true", MPICH + ", false", OPEN_MPI + ", false"})
    void killedParentLeavesNoProcess(String launcher, boolean forcibly) throws Exception {
        File output = folder.resolve("output").toFile();
        List<String> command = new ArrayList<>(JavaCommand.of(SquaresMain.class.getName()));
        command.addAll(List.of("mpi", "-n", "2", "--launcher", launcher, "--restarts", "3"));
        command.addAll(List.of("squares", folder.toString(), "wait")); // without --
        Process parent =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(output)
                        .start();
        try {
            Awaitility.await()
                    .atMost(Duration.ofSeconds(60))
                    .until(() -> Files.exists(folder.resolve("waiting")));
            assertThat(processes()).hasSizeGreaterThan(4);
            if (!forcibly) {
                parent.destroy();
            }
        } finally {
            if (forcibly || !Files.exists(folder.resolve("waiting"))) {
                parent.destroyForcibly();
            }
        }
        assertThat(parent.waitFor()).isEqualTo(forcibly ? 137 : 143);
        assertThat(Files.readString(output.toPath())).doesNotContain("starting it again");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "-n 0|-n: must be between 1 and 10000, not 0",
                "-n -3|-n: must be between 1 and 10000, not -3",
                "-n 10001|-n: must be between 1 and 10000, not 10001",
                "-n many|'many' is not an int",
                "--workers 0|--workers: must be between 1 and 4096, not 0",
                "--start-limit 0|--start-limit: must be between 1 and 86400, not 0",
                "--restarts -1|--restarts: must be between 0 and 1000, not -1",
                "--launcher mpirun|'mpirun' is none of mpiexec.mpich, mpiexec.openmpi",
                "--hosts a,,b|--hosts: '' in 'a,,b' is no name of a host",
                "--hosts -x|--hosts",
                "-N 2|-N: 2 nodes are for --print-slurm",
                "--print-slurm -n 2|--print-slurm needs the size of the job, such as -N 2 -n 4",
                "--print-slurm -N 3 -n 2|-n: 2 ranks leave some of 3 nodes empty",
                "--print-slurm -N 1 -n 2 --launcher mpiexec.mpich|a batch job of Slurm has srun"
            })
    void badInputIsNamed(String options, String message) {
        List<String> args = new ArrayList<>(List.of("mpi"));
        args.addAll(Arrays.asList(options.split(" ", -1)));
        args.addAll(List.of("--", "compare"));
        assertThat(run(TeffCommand.commandLine(), args.toArray(String[]::new))).isEqualTo(2);
        assertThat(out.toString()).isEmpty();
        assertThat(err.toString()).contains(message, "Try 'teff mpi --help'.");
    }

    private CommandLine onMachineWith(int mebibytes) {
        HostMemory memory = new HostMemory((long) mebibytes << 20);
        CommandLine teff = new CommandLine(new SquaresMain.Teff());
        teff.addSubcommand("mpi", new MpiCommand(SquaresMain.class.getName(), () -> memory));
        teff.addSubcommand("squares", new SquaresMain.Squares());
        return TeffCommand.configure(teff);
    }

    @Test
    void ranksThatNeedMoreMemoryThanThereIsDoNotStart() {
        String[] words = {"mpi", "-n", "10000", "--", "squares", folder.toString(), "none"};
        assertThat(run(onMachineWith(24_000), words)).isEqualTo(2);
        assertThat(err.toString())
                .contains(
                        "teff mpi: -n: 10000 ranks need at least 480000 MiB of memory, 48 each, and"
                                + " this machine has 24000: start fewer, at most 500, or spread them"
                                + " by --hosts")
                .doesNotContain("the ranks did not start");
        assertThat(out.toString()).isEmpty();
        assertThat(processes()).isEmpty();
    }

    @Test
    void otherHostsHaveMemoryOfTheirOwn() throws Exception {
        String[] words = {
            "mpi",
            "-n",
            "2",
            "--launcher",
            MPICH,
            "--hosts",
            "localhost",
            "--workers",
            "1",
            "--",
            "squares",
            folder.toString(),
            "seven"
        };
        assertThat(run(onMachineWith(60), words)).as(err.toString()).isEqualTo(7);
        assertThat(out.toString()).isEqualTo(NOTHING_LOST);
        assertThat(HostMemory.isAllThereIs(Map.of("PATH", "/bin", "SLURM_JOB_ID", ""))).isTrue();
        assertThat(HostMemory.isAllThereIs(Map.of("SLURM_JOB_ID", "7"))).isFalse();
        assertThat(HostMemory.isAllThereIs(Map.of("PBS_NODEFILE", "nodes"))).isFalse();
    }

    @Test
    void memoryOfThisMachineIsKnown() throws Exception {
        String total =
                Files.readAllLines(Path.of("/proc/meminfo")).stream()
                        .filter(line -> line.startsWith("MemTotal:"))
                        .findFirst()
                        .orElseThrow()
                        .replaceAll("\\D", "");
        assertThat(HostMemory.read().bytes())
                .isBetween(Runtime.getRuntime().maxMemory(), Long.parseLong(total) << 10);
        HostMemory.read().check(1);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HostMemory.read().check(Integer.MAX_VALUE))
                .withMessageContaining(Integer.MAX_VALUE + " ranks need at least 103079215056 MiB");
    }

    @Test
    void onlyCommandsThatRunOnRanksDo() {
        assertThat(run(TeffCommand.commandLine(), "mpi", "-n", "2")).isEqualTo(2);
        assertThat(run(TeffCommand.commandLine(), "mpi", "--", "doctor")).isEqualTo(2);
        assertThat(err.toString())
                .contains(
                        "a command is missing, as in 'teff mpi -n 2 -- compare",
                        "'doctor' does not run on ranks; commands that run on ranks: compare");
    }

    @Test
    void badInputOfTheCommandIsItsOwn() {
        int code =
                run(TeffCommand.commandLine(), "mpi", "-n", "1", "--", "compare", "--rounds", "0");
        assertThat(code).isEqualTo(2);
        assertThat(err.toString())
                .contains("teff compare: --rounds: must be between 1 and 1000, not 0");
    }

    @Test
    void missingLauncherSaysWhatToInstall() {
        Map<String, String> nothing = Map.of("PATH", folder.toString());
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Launch.find(null, nothing))
                .withMessageContaining("there is no MPI launcher on the PATH")
                .withMessageContaining("apt-get install mpich");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Launch.find(OPEN_MPI, nothing))
                .withMessageContaining("there is no mpiexec.openmpi on the PATH")
                .withMessageContaining("openmpi-bin");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Launch.find("srun", nothing))
                .withMessageContaining("there is no srun on the PATH")
                .withMessageContaining("slurm-client");
    }

    @Test
    void helpNamesEveryOption() {
        assertThat(run(TeffCommand.commandLine(), "mpi", "--help")).isZero();
        assertThat(out.toString())
                .contains(
                        "--ranks",
                        "--launcher",
                        "--workers",
                        "--hosts",
                        "--restarts",
                        "--start-limit")
                .contains("--print-slurm", "--nodes", "Exit codes:", "TEFF_MPI_ATTEMPT");
    }

    @Test
    void ranksShareTheProcessorsOfTheirNode() {
        assertThat(Rank.share(Map.of(), 8)).isEqualTo(8);
        assertThat(Rank.share(Map.of("MPI_LOCALNRANKS", "3"), 8)).isEqualTo(2);
        assertThat(Rank.share(Map.of("OMPI_COMM_WORLD_LOCAL_SIZE", "16"), 8)).isEqualTo(1);
        assertThat(Rank.share(Map.of("SLURM_STEP_TASKS_PER_NODE", "2(x3),4"), 8)).isEqualTo(2);
        assertThat(Rank.share(Map.of("SLURM_CPUS_PER_TASK", "3"), 8)).isEqualTo(3);
    }
}
