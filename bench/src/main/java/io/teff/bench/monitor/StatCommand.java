// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.monitor;

import io.teff.bench.measure.Json;
import io.teff.bench.measure.Table;
import io.teff.monitor.BadMonitorFile;
import io.teff.monitor.MonitorFiles;
import io.teff.monitor.MonitorFiles.Found;
import io.teff.monitor.MonitorFiles.Life;
import io.teff.monitor.MonitorReader;
import io.teff.monitor.MonitorSnapshot;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * {@code teff stat}: what an engine is doing, in this or any other process, or what it did when it ended
 * or was killed. Without a path, which engines there are.
 */
@Command(
        name = "stat",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Shows what an engine is doing, from outside, by the file that it keeps of itself.",
            "An engine keeps one if its configuration says so, or its JVM has -Dteff.monitor=auto."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:shown", "2:no such file, or none that can be read"})
public final class StatCommand implements Callable<Integer> {
    private static final String CLEAR = "\u001b[H\u001b[2J";
    private static final double LEAST_S = 0.02;
    private static final double MOST_S = 3600;

    @Spec private CommandSpec spec;

    @Parameters(
            arity = "0..1",
            paramLabel = "PATH",
            description = "A monitor file, or a folder of them. Default: those of this user.")
    private Path path;

    @Option(names = "--json", description = "Prints JSON, one line for each look.")
    private boolean json;

    @Option(
            names = "--watch",
            arity = "0..1",
            fallbackValue = "1",
            paramLabel = "SECONDS",
            description = "Looks again and again, until the engine ends. Default: every second.")
    private Double watch;

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (watch != null && !(watch >= LEAST_S && watch <= MOST_S)) {
            throw bad("--watch must be from " + LEAST_S + " to " + MOST_S + " seconds: " + watch);
        }
        if (path == null || Files.isDirectory(path)) {
            if (watch != null) {
                throw bad("--watch needs the file of one engine: see teff stat without a path");
            }
            list(path == null ? MonitorFiles.defaultFolder() : path);
            return 0;
        }
        try (MonitorReader reader = MonitorReader.open(path)) {
            if (watch == null) {
                show(reader, null);
            } else {
                follow(reader);
            }
            return 0;
        } catch (NoSuchFileException e) {
            throw bad("no such file: " + path + "; teff stat without a path lists engines");
        } catch (BadMonitorFile e) {
            throw bad(e.getMessage());
        }
    }

    private ParameterException bad(String message) {
        return new ParameterException(spec.commandLine(), message);
    }

    private void follow(MonitorReader reader) throws IOException, InterruptedException {
        boolean isTerminal = !json && "1".equals(System.getenv("TEFF_TTY"));
        MonitorSnapshot before = null;
        for (; ; ) {
            boolean live = reader.isLive(); // first: what is read next is then final
            if (isTerminal) {
                out().print(CLEAR);
            }
            try {
                before = show(reader, before);
            } catch (BadMonitorFile e) {
                if (e.reason() != BadMonitorFile.Reason.REPLACED) {
                    throw e;
                }
                return; // the engine that was watched is gone
            }
            if (!live) {
                return;
            }
            Thread.sleep(Math.round(1000 * watch));
        }
    }

    private MonitorSnapshot show(MonitorReader reader, MonitorSnapshot before) throws IOException {
        boolean alive = reader.info().isProcessAlive();
        MonitorSnapshot now = reader.snapshot();
        Life life = StatRecord.life(now, alive);
        out().print(
                        json
                                ? Json.write(StatRecord.of(path.toString(), now, life))
                                        + System.lineSeparator()
                                : StatText.of(now, life, before));
        out().flush();
        return now;
    }

    private void list(Path folder) throws IOException {
        List<Found> found = MonitorFiles.list(folder);
        if (json) {
            out().println(Json.write(found.stream().map(StatRecord.Listed::of).toList()));
        } else if (found.isEmpty()) {
            out().println(
                            "no engine has a file in "
                                    + folder
                                    + "; start one with -Dteff.monitor=auto");
        } else {
            Table table = new Table("engine", "pid", "life", "workers", "started", "file");
            for (Found file : found) {
                boolean known = file.info() != null;
                table.add(
                        known ? file.info().engine() : "-",
                        known ? Long.toString(file.info().pid()) : "-",
                        StatRecord.lower(file.life()),
                        known ? Integer.toString(file.info().workers()) : "-",
                        known ? started(file.info().startMs()) : file.problem(),
                        file.path().toString());
            }
            out().print(table);
        }
        out().flush();
    }

    private static String started(long ms) {
        return Instant.ofEpochMilli(ms).truncatedTo(ChronoUnit.SECONDS).toString();
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }
}
