// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.taskbench;

import io.teff.bench.measure.Row;
import io.teff.bench.measure.Surroundings;
import io.teff.bench.mpi.OnRanks;
import io.teff.bench.mpi.Rank;
import io.teff.mpi.executor.MpiExecutor;
import io.teff.mpi.executor.MpiFunction;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * {@code teff taskbench}: runs graphs of a pattern on one system, twice, and reports the second run.
 *
 * <p>Exit code 0 if every task found the inputs that it should have found, 1 if not, 2 for bad input.
 */
@Command(
        name = "taskbench",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        subcommands = MetgCommand.class,
        subcommandsRepeatable = false,
        description = {
            "Task Bench: a graph of tasks by pattern and grain, on one system. Each task checks its"
                    + " inputs. The graph runs twice; the second run is reported. See 'teff taskbench"
                    + " metg --help' for the smallest grain that uses half of the machine.",
            "An independent implementation of the metric and patterns of Task Bench (Slaughter et"
                    + " al., SC 2020); its figures are not results obtained with Task Bench."
        },
        footerHeading = "%nOptions of the graph, with one dash, as in Task Bench:%n",
        footer = {
            "  -steps N (4)  -width N (4)  -type PATTERN (trivial)",
            "        trivial, no_comm, stencil_1d, stencil_1d_periodic, dom, tree, fft, all_to_all,",
            "        nearest, spread, random_nearest",
            "  -radix N (3)  of nearest, spread and random_nearest",
            "  -period N     of spread and random_nearest (3)",
            "  -fraction F   of random_nearest (0.25)",
            "  -kernel KERNEL (empty)",
            "        empty, busy_wait, compute_bound, compute_bound2, memory_bound, load_imbalance",
            "  -iter N (0)   how much of it       -imbalance F (0)  of load_imbalance, 0 to 2",
            "  -output BYTES (16) of each task    -scratch BYTES (0)  -sample N (16)  of memory_bound",
            "  -and          begins another graph, which runs at the same time",
            "  -nodes N      for the estimate of local and nonlocal dependencies",
            "  -skip-graph-validation    -v, -vv  all dependencies    -field N  without effect",
            "",
            "Example:",
            "  scripts/teff taskbench -type stencil_1d -steps 1000 -width 2 -kernel compute_bound"
                    + " -iter 64"
        })
public final class TaskBenchCommand implements Callable<Integer>, OnRanks {
    static final int MAX_WORKERS = 1024;

    @Spec private CommandSpec spec;

    @Option(
            names = {"--executor", "-executor"},
            paramLabel = "NAME",
            description =
                    "sequential, engine.graph, engine.flow, engine.loop, forkjoin,"
                            + " threads, mpi. Default: engine.graph, and mpi under teff mpi.")
    private String executor;

    @Option(
            names = {"--workers", "-workers"},
            paramLabel = "N",
            description = "Worker threads; default one for each processor.")
    private Integer workers;

    @Option(names = "--json", description = "Print one JSON object and nothing else.")
    private boolean json;

    @Parameters(hidden = true)
    private List<String> words = new ArrayList<>();

    /** Sets what annotations cannot. */
    @Spec
    void describe(CommandSpec command) {
        this.spec = command;
        command.parser().posixClusteredShortOptionsAllowed(false);
        command.parser().unmatchedOptionsArePositionalParams(true);
    }

    @Override
    public List<MpiFunction> functions() {
        return RanksRunner.functions();
    }

    @Override
    public Integer call() throws InterruptedException {
        try {
            return run();
        } catch (IllegalArgumentException | UnsatisfiedLinkError e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }

    private int run() throws InterruptedException {
        GraphLine line = new GraphLine(words);
        SystemKind system = system();
        int count = workers(system);
        PrintWriter err = spec.commandLine().getErr();
        for (String word : line.unknown()) {
            err.println("teff taskbench: warning: ignored '" + word + "', which is no option");
        }
        err.flush();
        PrintWriter out = spec.commandLine().getOut();
        if (!json) {
            out.print(Printout.header(line.graphs(), line.verbosity()));
            out.flush();
        }
        Totals totals = Totals.of(line.graphs(), line.nodes());
        try (Trial trial = new Trial(system, line.graphs(), count, line.validates())) {
            trial.run();
            Surroundings surroundings = json ? Surroundings.begin() : null;
            double seconds = trial.run();
            if (json) {
                Row row = row(line, system, count, totals, seconds);
                out.println(surroundings.report("taskbench", List.of(row)).toJson());
            } else {
                out.print(Printout.totals(totals, seconds));
            }
            out.flush();
            return 0;
        } catch (IllegalStateException e) {
            err.println("teff taskbench: " + system + " failed: " + e.getMessage());
            err.flush();
            return 1;
        }
    }

    private SystemKind system() {
        if (executor == null) {
            return Rank.joined().isPresent() ? SystemKind.MPI : SystemKind.ENGINE_GRAPH;
        }
        return SystemKind.named("--executor", executor);
    }

    private int workers(SystemKind system) throws InterruptedException {
        MpiExecutor mpi = system == SystemKind.MPI ? Rank.joined().orElse(null) : null;
        if (mpi != null) {
            return mpi.size();
        }
        if (system == SystemKind.SEQUENTIAL || system == SystemKind.MPI) {
            return 1;
        }
        int count = workers != null ? workers : Runtime.getRuntime().availableProcessors();
        if (count < 1 || count > MAX_WORKERS) {
            throw new IllegalArgumentException(
                    "--workers must be between 1 and " + MAX_WORKERS + ": " + count);
        }
        return count;
    }

    private static Row row(
            GraphLine line, SystemKind system, int workers, Totals totals, double seconds) {
        Map<String, Object> params = new LinkedHashMap<>();
        params.put("graph", String.join(" ", TaskGraph.words(line.graphs())));
        params.put("tasks", totals.tasks());
        params.put("dependencies", totals.dependencies());
        if (totals.local() >= 0) {
            params.put("local", totals.local());
            params.put("nonlocal", totals.nonlocal());
        }
        params.put("flops", totals.flops());
        params.put("bytes", totals.bytes());
        params.put("validated", line.validates());
        String workload = line.graphs().get(0).params.pattern().label();
        return Row.of(workload, system.label(), workers, params, "s", List.of(seconds), true);
    }
}
