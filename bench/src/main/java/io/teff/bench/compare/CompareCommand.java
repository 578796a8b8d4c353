// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.compare;

import io.teff.bench.chart.Bars;
import io.teff.bench.chart.PngBars;
import io.teff.bench.chart.SvgBars;
import io.teff.bench.measure.Printed;
import io.teff.bench.measure.Report;
import io.teff.bench.measure.ResultFolder;
import io.teff.bench.measure.Rounds;
import io.teff.bench.measure.Row;
import io.teff.bench.monitor.LivePage;
import io.teff.bench.mpi.OnRanks;
import io.teff.bench.programs.Program;
import io.teff.bench.programs.Programs;
import io.teff.mpi.executor.MpiFunction;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * {@code teff compare}: runs the programs on the executors, checks every answer, prints and writes
 * who is faster.
 *
 * <p>Exit codes: 0 all rows verified, 1 a wrong answer, a contender that threw, or files that
 * could not be written, 2 bad input, 130 interrupted.
 */
@Command(
        name = "compare",
        description = {
            "Runs small programs on Teff, on the JDK's pools and on other executors, checks every"
                    + " answer, and shows who is faster.",
            "Writes a table to stdout, and JSON, CSV and a chart (PNG and SVG) into a folder."
        },
        mixinStandardHelpOptions = true,
        sortOptions = false)
public final class CompareCommand implements Callable<Integer>, OnRanks {
    private static final String DEFAULT_FOLDER = "results/compare";
    private static final int HELP_WIDTH = 100;
    private static final int MAX_ROUNDS = 1000;
    private static final long BUDGET_NS = 100_000_000;
    private static final long QUICK_BUDGET_NS = 20_000_000;
    private static final Map<String, String> WATCHED =
            Map.of(
                    "teff.monitor",
                    "auto",
                    "teff.monitor.timeline",
                    "true",
                    "teff.monitor.sampling",
                    "1024");

    private final List<Program> programs;
    private final List<Peer> peers;

    @Spec private CommandSpec spec;

    @Option(
            names = "--workers",
            paramLabel = "N[,M]",
            description = "Workers of each pool, one or more numbers. Default: all processors.")
    private String workers;

    @Option(
            names = "--size",
            paramLabel = "SIZE",
            description =
                    "One size for all programs, or program=SIZE,program=SIZE. Forms and limits are"
                            + " listed below.")
    private String size;

    @Option(
            names = "--only",
            paramLabel = "PROGRAMS",
            description = "Programs to run, separated by commas. Default: all.")
    private String only;

    @Option(
            names = "--executors",
            paramLabel = "NAMES",
            description = "Executors to run them on, separated by commas. Default: all.")
    private String executors;

    @Option(
            names = "--rounds",
            paramLabel = "R",
            description =
                    "Measured rounds, 7 unless quick, of which those run 3 that start processes."
                            + " Figures are medians over them.")
    private Integer rounds;

    @Option(
            names = "--sleep",
            paramLabel = "MS",
            description = "Milliseconds that each task of slow-increment sleeps. Default: 100.")
    private String sleepMs;

    @Option(names = "--quick", description = "Small sizes and 3 rounds: under half a minute.")
    private boolean quick;

    @Option(names = "--json", description = "Prints one JSON object on stdout and nothing else.")
    private boolean json;

    @Option(
            names = "--monitor",
            paramLabel = "PATH",
            description =
                    "Engines keep a monitor file here, a file or a folder, with a timeline; watch it"
                            + " by teff stat.")
    private String monitor;

    @Option(
            names = "--live",
            description =
                    "Shows the engines in the browser meanwhile: as --monitor auto, with teff monitor in a"
                            + " process of its own.")
    private boolean live;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            defaultValue = DEFAULT_FOLDER,
            description =
                    "Folder for compare.json, .csv, .png and .svg. Default: ${DEFAULT-VALUE}.")
    private String out;

    @Option(
            names = "--profile",
            description =
                    "Profiles the measured rounds: a flame graph and a JFR file in the same folder. The"
                            + " report then is not clean.")
    private boolean profile;

    /** The comparison of all programs. */
    public CompareCommand() {
        this(Programs.all(), PythonContender.all());
    }

    CompareCommand(List<Program> programs, List<Peer> peers) {
        this.programs = programs;
        this.peers = peers;
    }

    /** Adds the list of programs and executors to the help page. */
    @Spec
    void describe(CommandSpec command) {
        this.spec = command;
        StringBuilder footer = new StringBuilder("%nPrograms and their sizes:%n");
        for (Program program : programs) {
            footer.append(
                    String.format(
                            "  %-14s  %s%%n  %14s  %s%%n",
                            program.name(), program.about(), "", Plan.describe(program)));
        }
        footer.append("%nExecutors: ").append(String.join(", ", Pools.names())).append("%n");
        footer.append("In processes, only when named: ")
                .append(String.join(", ", Pools.remoteNames()))
                .append("; htex is tuned, and has a second row, ")
                .append(Pools.PARSL_DEFAULTS)
                .append(";%n  under teff mpi, mpi has more ranks than one%n");
        if (!peers.isEmpty()) {
            footer.append("Outside this JVM, only when named, see scripts/teff peers: ")
                    .append(String.join(", ", peers.stream().map(Peer::name).toList()))
                    .append("%n");
        }
        command.usageMessage().width(HELP_WIDTH).footer(footer.toString());
    }

    @Override
    public List<MpiFunction> functions() {
        return Programs.functions();
    }

    @Override
    public Integer call() throws InterruptedException {
        try (LivePage page = live ? LivePage.start(livePlaces()) : null) {
            if (page != null) {
                PrintWriter err = spec.commandLine().getErr();
                err.println("teff compare: live at " + page.url());
                err.flush();
            }
            watch();
            return compare();
        } catch (IOException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        } finally {
            WATCHED.keySet().forEach(System::clearProperty);
        }
    }

    private List<Path> livePlaces() {
        return monitor == null || monitor.equals("auto") ? List.of() : List.of(Path.of(monitor));
    }

    /** Of every engine that starts from now on. */
    private void watch() {
        if (live || monitor != null) {
            WATCHED.forEach(System::setProperty);
            System.setProperty("teff.monitor", monitor == null ? "auto" : monitor);
        }
    }

    private Integer compare() throws InterruptedException {
        Plan plan;
        ResultFolder folder;
        Contest contest;
        try {
            plan =
                    Plan.of(
                            programs,
                            peers,
                            new Plan.Options(workers, size, only, executors, sleepMs, quick));
            checkRounds();
            contest = Contest.prepare(plan, quick ? QUICK_BUDGET_NS : BUDGET_NS, peerRounds());
            folder = ResultFolder.open(out);
        } catch (IllegalArgumentException | UnsatisfiedLinkError e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
        Rounds measured = measuredRounds();
        if (profile) {
            measured.profile(Path.of(out));
        }
        Report report = contest.run(measured);
        Standings standings = new Standings(report, contest.missing());
        int exitCode = Printed.exitCode(spec, report, json, standings.table());
        try {
            write(report, standings, folder);
        } catch (IOException e) {
            spec.commandLine()
                    .getErr()
                    .println(
                            "teff compare: cannot write into '"
                                    + out
                                    + "' (is the disk full?): "
                                    + e
                                    + "; what was measured is printed above");
            exitCode = CommandLine.ExitCode.SOFTWARE;
        }
        if (!json) {
            PrintWriter stdout = spec.commandLine().getOut();
            stdout.println();
            folder.written().forEach(file -> stdout.println("wrote " + file));
            report.profiles().forEach(file -> stdout.println("wrote " + Path.of(out, file)));
            stdout.flush();
        }
        complain(contest, report);
        return exitCode;
    }

    private void checkRounds() {
        if (rounds != null && (rounds < 1 || rounds > MAX_ROUNDS)) {
            throw new IllegalArgumentException(
                    "--rounds: must be between 1 and " + MAX_ROUNDS + ", not " + rounds);
        }
    }

    /** Fewer than the others have, unless a number was typed. */
    private int peerRounds() {
        return rounds != null ? rounds : quick ? 1 : 3;
    }

    private Rounds measuredRounds() {
        Rounds measured = new Rounds("compare");
        int count = rounds != null ? rounds : quick ? 3 : 7;
        return quick ? measured.warmUp(1, 2).rounds(count) : measured.warmUp(2, 4).rounds(count);
    }

    private void write(Report report, Standings standings, ResultFolder folder) throws IOException {
        folder.write("compare.json", report.toJson() + "\n");
        folder.write("compare.csv", CsvTable.of(standings));
        Bars bars = StandingsChart.of(standings);
        folder.write("compare.svg", SvgBars.draw(bars));
        try {
            folder.write("compare.png", PngBars.draw(bars));
        } catch (IOException e) {
            spec.commandLine().getErr().println("teff compare: no PNG chart: " + e.getMessage());
        }
    }

    private void complain(Contest contest, Report report) {
        PrintWriter err = spec.commandLine().getErr();
        contest.remarks().forEach(remark -> err.println("teff compare: " + remark));
        contest.absences().forEach(absence -> err.println("teff compare: " + absence));
        contest.mistakes().forEach(mistake -> err.println("teff compare: wrong: " + mistake));
        for (Row row : report.rows()) {
            Object error = row.params().get("error");
            if (error != null) {
                err.println(
                        "teff compare: failed: "
                                + row.workload()
                                + " on "
                                + row.contender()
                                + ": "
                                + error);
            }
        }
        err.flush();
    }
}
