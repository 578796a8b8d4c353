// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.trace;

import io.teff.bench.measure.Json;
import io.teff.bench.measure.Progress;
import io.teff.bench.measure.Table;
import io.teff.monitor.BadMonitorFile;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code teff trace}: what engines did, as a page to explore or for Perfetto; flows for Parsl's dashboard. */
@Command(
        name = "trace",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Writes down what engines did, from the monitor files that they keep with a timeline"
                    + " (-Dteff.monitor=auto -Dteff.monitor.timeline=true): a page that explores one run or"
                    + " compares several, or a trace for ui.perfetto.dev. Live or after the run.",
            "Or what flows did, from the files of Flow.trace().writeJsonLines, as the tables of Parsl's"
                    + " monitoring."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:written", "2:no such file, or none that can be read or written"})
public final class TraceCommand implements Callable<Integer> {
    private static final long POLL_MS = 50;
    private static final double MOST_S = 86_400;

    @Spec private CommandSpec spec;

    @Parameters(
            arity = "1..*",
            paramLabel = "FILE",
            description =
                    "Monitor files, such as those of all ranks; or, with --sqlite, traces of flows.")
    private List<Path> files;

    @Option(names = "--html", description = "A page that needs nothing but a browser. The default.")
    private boolean html;

    @Option(
            names = "--chrome",
            description =
                    "JSON for ui.perfetto.dev, chrome://tracing and whatever reads that format.")
    private boolean chrome;

    @Option(
            names = "--sqlite",
            paramLabel = "DATABASE",
            description = "Adds the runs of flows to a database that Parsl's dashboard reads.")
    private Path sqlite;

    @Option(
            names = "--out",
            paramLabel = "PATH",
            description = "A file, or a folder that is there. Default: the present folder.")
    private Path out = Path.of("");

    @Option(
            names = "--follow",
            paramLabel = "SECONDS",
            description =
                    "Goes on reading so long, or until the engines end: more than they remember.")
    private Double follow;

    @Option(names = "--json", description = "Prints JSON of what was read and written.")
    private boolean json;

    /** A run that was read. */
    record RunRecord(
            String file,
            String engine,
            long pid,
            int rank,
            int workers,
            long events,
            long overwritten,
            long lostByEngine,
            double seconds) {}

    /** A flow's run that was read. */
    record FlowRecord(String file, String run, long tasks, long tries, long failed) {}

    /** A file that was written. */
    record OutputRecord(String format, String file, long bytes) {}

    /** All of it. */
    record TraceRecord(List<RunRecord> runs, List<FlowRecord> flows, List<OutputRecord> outputs) {}

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (follow != null && !(follow > 0 && follow <= MOST_S)) {
            throw bad("--follow must be more than 0 and at most 86400 seconds: " + follow);
        }
        if (sqlite != null && (html || chrome || follow != null)) {
            throw bad(
                    "--sqlite takes the traces of flows, and goes with none of --html, --chrome, --follow");
        }
        try {
            TraceRecord done = sqlite != null ? flows() : runs();
            print(done);
            return 0;
        } catch (NoSuchFileException e) {
            throw bad("no such file: " + e.getFile());
        } catch (AccessDeniedException e) {
            throw bad("may not be read or written: " + e.getFile());
        } catch (BadMonitorFile | IllegalArgumentException e) {
            throw bad(e.getMessage());
        } catch (SQLException e) {
            throw bad("--sqlite: " + sqlite + ": " + e.getMessage());
        }
    }

    private ParameterException bad(String message) {
        return new ParameterException(spec.commandLine(), message);
    }

    // Flows

    private TraceRecord flows() throws IOException, SQLException {
        List<FlowRecord> read = new ArrayList<>();
        for (Path file : files) { // all of them before the database is touched
            if (Files.isDirectory(file)) {
                throw new IllegalArgumentException(file + " is a folder: name the files in it");
            }
            new FlowRun(file).close();
        }
        try (ParslTables tables = new ParslTables(sqlite, ZoneId.systemDefault())) {
            for (Path file : files) {
                try (FlowRun run = new FlowRun(file)) {
                    ParslTables.Written w = tables.add(run);
                    read.add(
                            new FlowRecord(
                                    file.toString(), w.run(), w.tasks(), w.tries(), w.failed()));
                }
            }
        }
        OutputRecord output = new OutputRecord("sqlite", sqlite.toString(), Files.size(sqlite));
        return new TraceRecord(List.of(), read, List.of(output));
    }

    // Runs

    private TraceRecord runs() throws IOException, InterruptedException {
        List<RunReader> runs = new ArrayList<>();
        try {
            for (Path file : files) {
                if (!Files.isDirectory(file) && FlowRun.looksLikeOne(file)) {
                    throw new IllegalArgumentException(
                            file + " looks like the trace of a flow: it takes --sqlite DATABASE");
                }
                runs.add(new RunReader(runs.size(), file));
            }
            return write(runs);
        } finally {
            for (RunReader run : runs) {
                run.close();
            }
        }
    }

    private TraceRecord write(List<RunReader> runs) throws IOException, InterruptedException {
        List<Output> outputs = new ArrayList<>();
        try {
            if (html || !chrome) {
                Output output = Output.in(out, "html", name(runs) + ".html", !chrome);
                outputs.add(output);
                output.sink(new ExplorerPage(output.stream(), runs));
            }
            if (chrome) {
                Output output = Output.in(out, "chrome", name(runs) + ".json", !html);
                outputs.add(output);
                output.sink(new ChromeTrace(output.stream(), runs));
            }
            List<RunSink> sinks = outputs.stream().map(Output::sink).toList();
            read(runs, sinks);
            List<OutputRecord> written = new ArrayList<>();
            for (Output output : outputs) {
                output.finish(runs);
                written.add(
                        new OutputRecord(
                                output.format(),
                                output.path().toString(),
                                Files.size(output.path())));
            }
            return new TraceRecord(
                    runs.stream().map(TraceCommand::record).toList(), List.of(), written);
        } finally {
            for (Output output : outputs) {
                output.close();
            }
        }
    }

    private void read(List<RunReader> runs, List<RunSink> sinks)
            throws IOException, InterruptedException {
        long start = System.nanoTime();
        long lengthNs = follow == null ? 0 : (long) (follow * 1e9);
        Progress progress = Progress.onTerminal();
        for (; ; ) {
            boolean isOver = true;
            for (RunReader run : runs) {
                run.read(sinks);
                isOver &= run.isEnded();
            }
            long passed = System.nanoTime() - start;
            if (isOver || passed >= lengthNs) {
                break;
            }
            progress.show((int) (passed / 1e9), (int) Math.ceil(follow), "seconds recorded");
            Thread.sleep(Math.max(1, Math.min(POLL_MS, (lengthNs - passed) / 1_000_000)));
        }
        progress.clear();
    }

    /** Without an ending. */
    private static String name(List<RunReader> runs) {
        String engine = runs.get(0).info().engine().replaceAll("[^A-Za-z0-9._-]", "_");
        return "trace-" + engine + "-" + runs.get(0).info().pid();
    }

    private static RunRecord record(RunReader run) {
        return new RunRecord(
                run.path().toString(),
                run.info().engine(),
                run.info().pid(),
                run.info().rank(),
                run.info().workers(),
                run.events(),
                run.overwritten(),
                run.lostByEngine(),
                (run.endedNs() - run.beganNs()) / 1e9);
    }

    // What is said

    private void print(TraceRecord done) {
        PrintWriter to = spec.commandLine().getOut();
        if (json) {
            to.println(Json.write(done));
            to.flush();
            return;
        }
        if (!done.runs().isEmpty()) {
            Table table = new Table("engine", "pid", "workers", "events", "seconds", "file");
            for (RunRecord run : done.runs()) {
                table.add(
                        run.engine() + (run.rank() < 0 ? "" : " rank " + run.rank()),
                        Long.toString(run.pid()),
                        Integer.toString(run.workers()),
                        count(run.events()),
                        String.format(Locale.ROOT, "%.3f", run.seconds()),
                        run.file());
            }
            to.print(table);
        }
        for (RunRecord run : done.runs()) {
            if (run.overwritten() > 0) {
                to.println(
                        run.file()
                                + ": "
                                + count(run.overwritten())
                                + " earlier events were overwritten; --follow while the engine runs, or a"
                                + " longer timeline, keeps more");
            }
            if (run.lostByEngine() > 0) {
                to.println(
                        run.file()
                                + ": "
                                + count(run.lostByEngine())
                                + " events came too fast for the engine to keep");
            }
        }
        for (FlowRecord flow : done.flows()) {
            to.println(
                    flow.file()
                            + ": run "
                            + flow.run()
                            + ", "
                            + count(flow.tasks())
                            + " tasks in "
                            + count(flow.tries())
                            + " tries, "
                            + count(flow.failed())
                            + " failed");
        }
        for (OutputRecord output : done.outputs()) {
            to.println(output.file() + ": " + count(output.bytes()) + " bytes, " + hint(output));
        }
        to.flush();
    }

    private static String hint(OutputRecord output) {
        return switch (output.format()) {
            case "html" -> "open it in a browser";
            case "chrome" -> "open it in ui.perfetto.dev";
            default -> "parsl-visualize sqlite:///" + Path.of(output.file()).toAbsolutePath();
        };
    }

    private static String count(long n) {
        return String.format(Locale.ROOT, "%,d", n);
    }
}
