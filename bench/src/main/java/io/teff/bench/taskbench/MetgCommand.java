// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.taskbench;

import io.teff.bench.measure.Progress;
import io.teff.bench.measure.Report;
import io.teff.bench.measure.ResultFolder;
import io.teff.bench.measure.Surroundings;
import io.teff.bench.mpi.Rank;
import io.teff.mpi.executor.MpiExecutor;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code teff taskbench metg}: efficiency against grain, and the smallest grain that is any good. */
@Command(
        name = "metg",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "The minimum effective task granularity, METG(50%%): the smallest tasks with which a"
                    + " system still reaches half of the rate of this machine. Tasks of"
                    + " compute_bound, 1000 timesteps, one column for each worker, radix 5; each task"
                    + " checks its inputs. The peak rate is that of the same kernel, at one very large"
                    + " task for each worker, just before and after each run.",
            "An independent implementation of the metric and patterns of Task Bench (Slaughter et"
                    + " al., SC 2020); its figures are not results obtained with Task Bench."
        })
final class MetgCommand implements Callable<Integer> {
    private static final int TOP = 18;
    private static final int QUICK_TOP = 13;
    private static final double LOW = 0.05;
    private static final double QUICK_LOW = 0.3;
    private static final List<Pattern> QUICK_PATTERNS =
            List.of(
                    Pattern.TRIVIAL,
                    Pattern.STENCIL_1D,
                    Pattern.NEAREST,
                    Pattern.FFT,
                    Pattern.SPREAD);

    @Spec private CommandSpec spec;

    @Option(
            names = "--executors",
            paramLabel = "NAME",
            split = ",",
            description =
                    "Systems, as 'teff taskbench --executor' has them. Default: all but sequential,"
                            + " and mpi only under teff mpi.")
    private List<String> executors;

    @Option(
            names = "--types",
            paramLabel = "PATTERN",
            split = ",",
            description =
                    "Patterns whose rows are full: not dom, not tree. Default: all of them, with"
                            + " --quick trivial, stencil_1d, nearest, fft and spread.")
    private List<String> types;

    @Option(
            names = "--workers",
            paramLabel = "N",
            description = "Worker threads; default one for each processor, or the ranks.")
    private Integer workers;

    @Option(names = "--steps", paramLabel = "N", description = "Timesteps; default 1000.")
    private int steps = 1000;

    @Option(
            names = "--width",
            paramLabel = "N",
            description = "Columns; default one for each worker.")
    private Integer width;

    @Option(
            names = "--radix",
            paramLabel = "N",
            description = "Dependencies of nearest and spread; default 5.")
    private int radix = 5;

    @Option(
            names = "--quick",
            description = "Five patterns, and only the sizes around half of the peak rate.")
    private boolean quick;

    @Option(names = "--json", description = "Print one JSON object and nothing else.")
    private boolean json;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description = "Writes metg.json, and charts as PNG and SVG, into this folder.")
    private String out;

    @Override
    public Integer call() throws InterruptedException, IOException {
        try {
            return run();
        } catch (IllegalArgumentException | UnsatisfiedLinkError e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }

    private int run() throws InterruptedException, IOException {
        List<SystemKind> systems = systems();
        int count = workerCount();
        List<TaskGraph.Params> graphs = new ArrayList<>();
        for (Pattern pattern : patterns()) {
            graphs.add(graph(pattern, width != null ? width : count));
        }
        ResultFolder folder = out == null ? null : ResultFolder.open(out);
        Progress progress = Progress.onTerminal();
        Surroundings surroundings = Surroundings.begin();
        List<Sweep> sweeps = new ArrayList<>();
        List<Double> peaks;
        try (Peak peak = new Peak(count, Kernel.Type.COMPUTE_BOUND)) {
            for (TaskGraph.Params params : graphs) {
                Sweep sweep =
                        new Sweep(
                                params,
                                systems,
                                count,
                                quick ? QUICK_TOP : TOP,
                                quick ? QUICK_LOW : LOW,
                                peak,
                                progress);
                sweeps.add(sweep);
                sweep.run();
            }
            peaks = peak.rates();
        }
        progress.clear();
        MetgReport text = new MetgReport(sweeps, systems, count, peaks);
        Report report = surroundings.report("taskbench", text.rows());
        PrintWriter print = spec.commandLine().getOut();
        if (json) {
            print.println(report.toJson());
        } else {
            print.print(text.text(report));
        }
        print.flush();
        if (folder != null) {
            folder.write("metg.json", report.toJson() + "\n");
            text.draw(folder);
        }
        return report.verified() ? 0 : 1;
    }

    private TaskGraph.Params graph(Pattern pattern, int columns) {
        int period = 0;
        if (pattern == Pattern.SPREAD && radix > 0) {
            period = Math.max(1, Math.min(3, (columns + radix - 1) / radix));
        }
        TaskGraph.Params params =
                new TaskGraph.Params(
                        0,
                        steps,
                        columns,
                        pattern,
                        radix,
                        period,
                        0.25,
                        Kernel.of(Kernel.Type.COMPUTE_BOUND, 1),
                        16);
        return new TaskGraph(params).params; // refuses what cannot be
    }

    private List<SystemKind> systems() {
        boolean ranks = Rank.joined().isPresent();
        if (executors == null) {
            return Arrays.stream(SystemKind.values())
                    .filter(system -> system != SystemKind.SEQUENTIAL)
                    .filter(system -> system != SystemKind.MPI || ranks)
                    .toList();
        }
        List<SystemKind> systems = new ArrayList<>();
        for (String name : executors) {
            SystemKind system = SystemKind.named("--executors", name);
            if (!systems.contains(system)) {
                systems.add(system);
            }
        }
        return systems;
    }

    private List<Pattern> patterns() {
        if (types == null) {
            return quick
                    ? QUICK_PATTERNS
                    : Arrays.stream(Pattern.values()).filter(Pattern::isFull).toList();
        }
        List<Pattern> patterns = new ArrayList<>();
        for (String name : types) {
            Pattern pattern =
                    Pattern.named(name)
                            .filter(Pattern::isFull)
                            .orElseThrow(
                                    () ->
                                            new IllegalArgumentException(
                                                    "--types names no pattern whose rows are full,"
                                                            + " as METG needs: "
                                                            + name));
            if (!patterns.contains(pattern)) {
                patterns.add(pattern);
            }
        }
        return patterns;
    }

    private int workerCount() throws InterruptedException {
        MpiExecutor mpi = Rank.joined().orElse(null);
        int count =
                workers != null
                        ? workers
                        : mpi != null ? mpi.size() : Runtime.getRuntime().availableProcessors();
        if (count < 1 || count > TaskBenchCommand.MAX_WORKERS) {
            throw new IllegalArgumentException(
                    "--workers must be between 1 and "
                            + TaskBenchCommand.MAX_WORKERS
                            + ": "
                            + count);
        }
        return count;
    }
}
