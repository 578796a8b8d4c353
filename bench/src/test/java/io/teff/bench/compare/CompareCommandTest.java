// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.compare;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.teff.bench.TeffCommand;
import io.teff.bench.programs.Answer;
import io.teff.bench.programs.Parameter;
import io.teff.bench.programs.Params;
import io.teff.bench.programs.Pool;
import io.teff.bench.programs.Program;
import io.teff.bench.programs.Programs;
import io.teff.bench.programs.Workload;
import java.awt.image.BufferedImage;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import javax.imageio.ImageIO;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import picocli.CommandLine;

class CompareCommandTest {
    @TempDir private Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    @Timeout(value = 10, unit = TimeUnit.MINUTES) // it grows with the number of executors
    void allProgramsOnAllExecutorsAreVerified() throws Exception {
        int code =
                teff(
                        "compare",
                        "--quick",
                        "--rounds",
                        "1",
                        "--executors",
                        TestExecutors.option(),
                        "--out",
                        folder.toString());
        assertThat(err.toString()).isEmpty();
        assertThat(code).isZero();
        int rows = 0;
        for (Program program : Programs.all()) {
            for (String executor : TestExecutors.names()) {
                for (String contender : program.contenders(executor)) {
                    assertThat(out.toString())
                            .containsPattern(
                                    "(?m)^" + program.name() + " +" + contender + " .* yes$");
                    rows++;
                }
            }
        }
        assertThat(out.toString().lines().filter(l -> l.endsWith(" yes")).count()).isEqualTo(rows);
        assertThat(out.toString().lines()).noneMatch(l -> l.endsWith(" NO"));
        assertThat(out.toString()).contains("Tasks under 10 us: fibonacci,");
        assertThat(csv()).hasSize(rows + 1).first().isEqualTo(CsvTable.HEADINGS);
        assertThat(csv()).allSatisfy(line -> assertThat(line.split(",", -1)).hasSize(13));
        assertThat(csv()).last().asString().endsWith(",true");
        for (String name : List.of("compare.json", "compare.csv", "compare.png", "compare.svg")) {
            assertThat(out.toString()).contains("wrote " + folder.resolve(name));
        }
        pngIsAnImageThatShowsSomething();
        svgHasABarForEachRowInItsUsualWay();
    }

    @Test
    void jsonIsAllThatStdoutHolds() throws Exception {
        int code =
                teff(
                        "compare",
                        "--json",
                        "--quick",
                        "--rounds",
                        "2",
                        "--only",
                        "double,increment",
                        "--executors",
                        "sequential,threads,forkjoin",
                        "--workers",
                        "1,2",
                        "--out",
                        folder.toString());
        assertThat(code).isZero();
        assertThat(err.toString()).isEmpty();
        JsonNode report = new ObjectMapper().readTree(out.toString());
        assertThat(report.get("bench").asText()).isEqualTo("compare");
        assertThat(report.has("clean")).isTrue();
        assertThat(report.get("ruler").has("pingpong_rtt_ns")).isTrue();
        List<String> rows = new ArrayList<>();
        for (JsonNode row : report.get("rows")) {
            rows.add(
                    row.get("workload").asText()
                            + " "
                            + row.get("contender").asText()
                            + " "
                            + row.get("workers").asInt());
            assertThat(row.get("metric").asText()).isEqualTo("s");
            assertThat(row.get("median").asDouble()).isPositive();
            assertThat(row.get("raw")).hasSize(2);
            assertThat(row.get("verified").asBoolean()).isTrue();
            assertThat(row.get("params").get("tasks").asLong()).isPositive();
        }
        assertThat(rows)
                .containsExactly(
                        "double sequential 1",
                        "double threads 1",
                        "double threads 2",
                        "double forkjoin 1",
                        "double forkjoin 2",
                        "increment sequential 1",
                        "increment threads 1",
                        "increment threads 2",
                        "increment threads.blocking 1",
                        "increment threads.blocking 2",
                        "increment forkjoin 1",
                        "increment forkjoin 2");
        assertThat(Files.readString(folder.resolve("compare.json")).strip())
                .isEqualTo(out.toString().strip());
    }

    /** In a JVM of its own, so that nothing printed past the command's own streams is missed. */
    @Test
    void aProcessPrintsJsonOnStdoutAndNothingOnStderr() throws Exception {
        Path stdout = folder.resolve("stdout");
        Path stderr = folder.resolve("stderr");
        ProcessBuilder java =
                new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        TeffCommand.class.getName(),
                        "compare",
                        "--json",
                        "--quick",
                        "--rounds",
                        "1",
                        "--only",
                        "montecarlo",
                        "--executors",
                        "threads,forkjoin",
                        "--out",
                        folder.toString());
        java.environment().remove("TEFF_TTY");
        java.redirectOutput(stdout.toFile()).redirectError(stderr.toFile());
        assertThat(java.start().waitFor()).isZero();
        assertThat(stderr).isEmptyFile();
        JsonNode report = new ObjectMapper().readTree(stdout.toFile());
        assertThat(report.get("rows")).hasSize(3);
    }

    @Test
    void aWrongAnswerIsMarkedAndExitsWith1() throws Exception {
        int code = run(new Odd((pool, answer) -> pool.contender().equals("threads") ? 41 : answer));
        assertThat(code).isEqualTo(1);
        assertThat(out.toString()).containsPattern("(?m)^odd +sequential .* yes$");
        assertThat(out.toString()).containsPattern("(?m)^odd +threads .* NO$");
        assertThat(err.toString())
                .isEqualToIgnoringNewLines(
                        "teff compare: wrong: odd on threads: the answer should be 42 and was 41");
        assertThat(csv())
                .anySatisfy(line -> assertThat(line).startsWith("odd,threads").endsWith("false"));
    }

    @Test
    void aContenderThatThrowsLosesOnlyItsOwnRow() throws Exception {
        int code =
                run(
                        new Odd(
                                (pool, answer) -> {
                                    if (pool.contender().equals("threads")) {
                                        throw new IllegalStateException("out of luck");
                                    }
                                    return answer;
                                }));
        assertThat(code).isEqualTo(1);
        assertThat(out.toString()).containsPattern("(?m)^odd +sequential .* yes$");
        assertThat(out.toString()).containsPattern("(?m)^odd +threads .* NO$");
        assertThat(err.toString())
                .contains("failed: odd on threads: java.lang.IllegalStateException: out of luck");
        assertThat(csv()).hasSize(3);
        pngIsAnImageThatShowsSomething();
    }

    @Test
    void badInputExitsWith2AndSaysWhy() throws Exception {
        Path file = Files.writeString(folder.resolve("file"), "");
        rejects("unknown program 'nope'; known programs: fibonacci,", "--only", "nope");
        rejects("unknown executor 'nope'; known executors: sequential,", "--executors", "nope");
        rejects("n must be between 1 and 32, not 0", "--size", "fibonacci=0");
        rejects("not '-3'", "--workers", "-3");
        rejects("--rounds: must be between 1 and 1000, not 0", "--rounds", "0");
        rejects("'some' is not an int", "--rounds", "some");
        rejects("sleepMs must be a whole number, not 'long'", "--sleep", "long");
        rejects("unknown option '--nope'", "--nope");
        rejects("unexpected argument 'nope'", "nope");
        rejects("makes 67108864 tasks", "--only", "blur", "--size", "8192:1");
        rejects("nothing to run", "--only", "blur", "--executors", "engine.lane");
        rejects("cannot write into '" + file + "'", "--out", file.toString());
        rejects("cannot write into '/proc/teff'", "--out", "/proc/teff");
    }

    @Test
    void unknownOrMissingCommandsExitWith2AndListTheKnown() {
        assertThat(teff("nope")).isEqualTo(2);
        assertThat(err.toString()).contains("unknown command 'nope'; known commands: compare");
        err.getBuffer().setLength(0);
        assertThat(teff()).isEqualTo(2);
        assertThat(err.toString()).contains("a command is missing; known commands: compare");
        err.getBuffer().setLength(0);
        assertThat(teff("--nope")).isEqualTo(2);
        assertThat(err.toString()).contains("unknown option '--nope'").contains("teff --help");
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void helpListsProgramsWithTheirSizesAndExecutors() {
        assertThat(teff("compare", "--help")).isZero();
        for (Program program : Programs.all()) {
            assertThat(out.toString()).contains(program.name() + "=" + program.sizeForm());
        }
        assertThat(out.toString()).contains("Executors: " + String.join(", ", Pools.names()));
        assertThat(teff("--version")).isZero();
        assertThat(teff("help", "compare")).isZero();
        assertThat(err.toString()).isEmpty();
    }

    private int teff(String... args) {
        return execute(TeffCommand.commandLine(), args);
    }

    @Test
    void aPeerHasRowsWithItsVersionAndItsOwnTime() throws Exception {
        Odd odd = new Odd((pool, answer) -> answer);
        int code = run(odd, List.of(new Abroad(Peer.Presence.here("1.2"), 42)), "threads,abroad");
        assertThat(err.toString()).isEmpty();
        assertThat(code).isZero();
        assertThat(out.toString())
                .containsPattern("(?m)^odd +abroad +2 .* 250,000 .* yes$")
                .contains("Outside this JVM, by its own clock: abroad 1.2.");
        assertThat(csv()).anySatisfy(line -> assertThat(line).startsWith("odd,abroad,2,"));
        JsonNode rows =
                new ObjectMapper().readTree(folder.resolve("compare.json").toFile()).get("rows");
        assertThat(rows).hasSize(2);
        assertThat(rows.get(1).get("contender").asText()).isEqualTo("abroad");
        assertThat(rows.get(1).get("params").get("version").asText()).isEqualTo("1.2");
        assertThat(rows.get(1).get("median").asDouble()).isEqualTo(0.25);
    }

    @Test
    void aPeersWrongAnswerCountsLikeAnybodys() {
        Odd odd = new Odd((pool, answer) -> answer);
        int code = run(odd, List.of(new Abroad(Peer.Presence.here("1.2"), 41)), "abroad");
        assertThat(code).isEqualTo(1);
        assertThat(out.toString()).containsPattern("(?m)^odd +abroad .* NO$");
        assertThat(err.toString())
                .contains("wrong: odd on abroad: the answer should be 42 and was 41");
    }

    @Test
    void aPeerThatIsAbsentIsLeftOutAndSaysWhy() throws Exception {
        Odd odd = new Odd((pool, answer) -> answer);
        List<Peer> peers = List.of(new Abroad(Peer.Presence.absent("no ferry today"), 42));
        assertThat(run(odd, peers, "threads,abroad")).isZero();
        assertThat(err.toString())
                .isEqualToIgnoringNewLines("teff compare: abroad is absent: no ferry today");
        assertThat(csv()).hasSize(2);

        err.getBuffer().setLength(0);
        assertThat(run(odd, peers, "abroad")).as("nothing is left").isEqualTo(2);
        assertThat(err.toString())
                .contains("nothing to run")
                .contains("; abroad is absent: no ferry today");

        err.getBuffer().setLength(0);
        assertThat(run(odd, peers, "overseas")).isEqualTo(2);
        assertThat(err.toString()).contains("unknown executor 'overseas'").contains(", abroad");
    }

    @Test
    void peersRunOnlyWhenNamed() {
        List<Peer> peers = List.of(new Abroad(Peer.Presence.here("1.2"), 42));
        assertThat(plan(peers, null).peers()).isEmpty();
        assertThat(plan(peers, "threads").peers()).isEmpty();
        assertThat(plan(peers, "threads,abroad").peers()).isEqualTo(peers);
    }

    private static Plan plan(List<Peer> peers, String executors) {
        return Plan.of(
                Programs.all(), peers, new Plan.Options(null, null, null, executors, null, true));
    }

    /** A peer that says it took a quarter of a second. */
    private record Abroad(Presence presence, long answer) implements Peer {
        @Override
        public String name() {
            return "abroad";
        }

        @Override
        public boolean runs(Program program) {
            return program.name().equals("odd");
        }

        @Override
        public Timing run(Program program, Params size, int workers) {
            return new Timing(0.25, Answer.of("the answer", 42, answer));
        }
    }

    @Test
    void runsThatWarmProcessesUpAreLeftOut() {
        Map<String, Integer> runs = new HashMap<>();
        Program counting =
                new Odd(
                        (pool, right) -> {
                            runs.merge(pool.contender(), 1, Integer::sum);
                            long end = System.nanoTime() + 30_000_000; // more than a point needs
                            while (System.nanoTime() < end) {
                                Thread.onSpinWait();
                            }
                            return right;
                        });
        assertThat(run(counting, List.of(), "threads,htex")).isZero();
        // Two rounds of warm-up and one that counts; no task is submitted, so no process starts.
        assertThat(runs).containsEntry("threads", 3);
        // One round, in which it is run for 30 times 20 ms before the run that counts.
        for (String htex : List.of("htex", "htex.parsl-defaults")) {
            assertThat(runs.get(htex)).as(htex).isBetween(2, 21);
        }
    }

    private int run(Program program) {
        return run(program, List.of(), "sequential,threads");
    }

    private int run(Program program, List<Peer> peers, String executors) {
        CommandLine compare = new CommandLine(new CompareCommand(List.of(program), peers));
        return execute(
                TeffCommand.configure(compare),
                "--quick",
                "--rounds",
                "1",
                "--workers",
                "2",
                "--executors",
                executors,
                "--out",
                folder.toString());
    }

    private int execute(CommandLine commandLine, String... args) {
        return commandLine
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(args);
    }

    private void rejects(String message, String... args) {
        err.getBuffer().setLength(0);
        List<String> all = new ArrayList<>(List.of("compare"));
        all.addAll(Arrays.asList(args));
        if (!all.contains("--out")) {
            all.addAll(List.of("--out", folder.toString()));
        }
        assertThat(teff(all.toArray(String[]::new))).as(message).isEqualTo(2);
        assertThat(err.toString())
                .startsWith("teff compare: ")
                .contains(message)
                .contains("Try 'teff compare --help'.");
        assertThat(out.toString()).isEmpty();
    }

    private List<String> csv() throws Exception {
        return Files.readAllLines(folder.resolve("compare.csv"), StandardCharsets.UTF_8);
    }

    private void pngIsAnImageThatShowsSomething() throws Exception {
        BufferedImage image = ImageIO.read(folder.resolve("compare.png").toFile());
        assertThat(image.getWidth()).isGreaterThan(400);
        assertThat(image.getHeight()).isEqualTo(600);
        int[] pixels = image.getRGB(0, 0, image.getWidth(), 600, null, 0, image.getWidth());
        assertThat(Arrays.stream(pixels).distinct().count()).isGreaterThan(10);
    }

    private void svgHasABarForEachRowInItsUsualWay() throws Exception {
        DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
        Document svg = factory.newDocumentBuilder().parse(folder.resolve("compare.svg").toFile());
        assertThat(svg.getDocumentElement().getTagName()).isEqualTo("svg");
        assertThat(svg.getElementsByTagName("title").getLength())
                .isEqualTo(Programs.all().size() * TestExecutors.names().size());
    }

    /** A program whose answer, 42, can be spoilt for a contender. */
    private record Odd(Spoiler spoiler) implements Program {
        /** Gives the answer or another. */
        interface Spoiler {
            long answer(Pool pool, long right);
        }

        @Override
        public String name() {
            return "odd";
        }

        @Override
        public String about() {
            return "a test";
        }

        @Override
        public List<Parameter> parameters() {
            return List.of();
        }

        @Override
        public boolean isSendable() {
            return true;
        }

        @Override
        public Workload prepare(Params params) {
            return new Workload() {
                @Override
                public long tasks(String contender) {
                    return 1;
                }

                @Override
                public Answer run(Pool pool) {
                    return Answer.of("the answer", 42, spoiler.answer(pool, 42));
                }
            };
        }
    }
}
