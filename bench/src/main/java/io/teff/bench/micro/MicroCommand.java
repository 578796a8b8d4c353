// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.micro;

import io.teff.bench.measure.Contender;
import io.teff.bench.measure.Printed;
import io.teff.bench.measure.Report;
import io.teff.bench.measure.ResultFolder;
import io.teff.bench.measure.Rounds;
import io.teff.bench.measure.Row;
import io.teff.bench.measure.Table;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * What the small benchmarks share: their common options, the run, and the output.
 *
 * <p>Exit code 0 if every row was verified, 1 if not, 2 for bad input, 130 if it was interrupted.
 */
@Command(mixinStandardHelpOptions = true, sortOptions = false)
abstract class MicroCommand implements Callable<Integer> {
    private static final int MAX_WORKERS = 1024;

    @Spec CommandSpec spec;

    boolean isLost; // something could not be written

    @Option(names = "--json", description = "Print one JSON object and nothing else.")
    boolean json;

    @Option(
            names = "--quick",
            description = "Small sizes and 3 rounds: shows that it runs, not how fast.")
    boolean quick;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            description = "Measured rounds per contender; default 9, with --quick 3.")
    Integer rounds;

    @Option(
            names = "--workers",
            paramLabel = "N",
            split = ",",
            description =
                    "Worker counts to measure; default 1, 2, 4, ... up to one for each processor"
                            + " (latency: 1; idle: one for each processor).")
    List<Integer> workers;

    @Option(
            names = "--only",
            paramLabel = "NAME",
            split = ",",
            description = "Run only these contenders.")
    List<String> only;

    @Option(
            names = "--profile",
            paramLabel = "DIR",
            arity = "0..1",
            fallbackValue = "results/profile",
            description =
                    "Profiles the measured rounds: a flame graph and a JFR file in this folder; default"
                            + " ${FALLBACK-VALUE}. The report then is not clean.")
    String profile;

    /** The name of the report. */
    abstract String bench();

    /** Every contender's name; what cannot run on this JVM is among them too. */
    abstract List<String> names();

    /** The contenders for the chosen options, whose names pass {@link #chosen}. */
    abstract List<Contender> contenders();

    /** The contender that the others are compared with in the table. */
    abstract String baseline();

    /** Parameters in which a row and its baseline must agree. */
    abstract List<String> baselineKeys();

    /** Least and most warm-up rounds. */
    int[] warmUp() {
        return quick ? new int[] {1, 1} : new int[] {3, 12};
    }

    @Override
    public Integer call() throws InterruptedException {
        int measured = rounds != null ? rounds : quick ? 3 : 9;
        check(measured >= 1, "--rounds must be 1 or more: " + measured);
        for (int w : workerCounts()) {
            check(
                    w >= 1 && w <= MAX_WORKERS,
                    "--workers must be between 1 and " + MAX_WORKERS + ": " + w);
        }
        for (String name : only == null ? List.<String>of() : only) {
            check(
                    names().contains(name),
                    "--only names no contender of "
                            + bench()
                            + ": "
                            + name
                            + "; there are "
                            + String.join(", ", names()));
        }
        List<Contender> contenders = contenders();
        check(!contenders.isEmpty(), "nothing to run with these options on this JVM");
        int[] warmUp = warmUp();
        Rounds planned =
                new Rounds(bench())
                        .warmUp(warmUp[0], warmUp[1])
                        .rounds(measured)
                        .collect(!quick); // which takes longer than many a small round
        if (profile != null) {
            try {
                ResultFolder.open(profile);
            } catch (IllegalArgumentException e) {
                check(false, e.getMessage().replaceFirst("^--out", "--profile"));
            }
            planned.profile(Path.of(profile));
        }
        return print(run(planned, contenders));
    }

    /** Runs them all; where more is to be made of the report than is printed, it is done here. */
    Report run(Rounds planned, List<Contender> contenders) throws InterruptedException {
        return planned.run(contenders);
    }

    /** Prints the report and gives the exit code. */
    final int print(Report report) {
        StringWriter text = new StringWriter();
        PrintWriter out = new PrintWriter(text);
        out.print(Table.of(report, "x " + baseline(), row -> baselineOf(report, row)));
        if (!json) {
            conclude(report, out);
        }
        out.flush();
        int exitCode = Printed.exitCode(spec, report, json, text.toString());
        return isLost && exitCode == 0 ? 1 : exitCode;
    }

    /** Prints what is to be said below the table. */
    void conclude(Report report, PrintWriter out) {}

    /** The baseline's row for this one: the same workers if there is one, else its first. */
    final Optional<Row> baselineOf(Report report, Row row) {
        List<Row> same =
                report.rows().stream()
                        .filter(b -> b.contender().equals(baseline()))
                        .filter(b -> b.workload().equals(row.workload()))
                        .filter(b -> b.metric().equals(row.metric()))
                        .filter(
                                b ->
                                        baselineKeys().stream()
                                                .allMatch(
                                                        k ->
                                                                Objects.equals(
                                                                        b.params().get(k),
                                                                        row.params().get(k))))
                        .toList();
        return same.stream()
                .filter(b -> b.workers() == row.workers())
                .findFirst()
                .or(() -> same.stream().findFirst());
    }

    /** True if this contender was asked for. */
    final boolean chosen(String name) {
        return only == null || only.contains(name);
    }

    /** The worker counts asked for, or the default. */
    final List<Integer> workerCounts() {
        return workers != null ? workers : defaultWorkers();
    }

    /** One worker, then twice as many until there is one for each processor. */
    List<Integer> defaultWorkers() {
        int cores = Runtime.getRuntime().availableProcessors();
        TreeSet<Integer> counts = new TreeSet<>();
        for (int w = 1; w < cores; w *= 2) {
            counts.add(w);
        }
        counts.add(cores);
        return List.copyOf(counts);
    }

    /** Ends the command with exit code 2 unless the input is good. */
    final void check(boolean good, String message) {
        if (!good) {
            throw new ParameterException(spec.commandLine(), message);
        }
    }

    /** Checks every element of a list option. */
    final void checkEach(List<Integer> values, int least, int most, String option) {
        for (int value : values) {
            check(
                    value >= least && value <= most,
                    option + " must be between " + least + " and " + most + ": " + value);
        }
    }

    static List<String> list(String... names) {
        return Arrays.asList(names);
    }
}
