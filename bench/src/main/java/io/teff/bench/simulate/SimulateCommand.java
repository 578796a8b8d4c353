// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.simulate;

import static io.teff.bench.measure.Table.number;

import io.teff.bench.measure.Printed;
import io.teff.bench.measure.Report;
import io.teff.bench.measure.Row;
import io.teff.bench.measure.Surroundings;
import io.teff.bench.measure.Table;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * {@code teff simulate}: the scheduler between nodes on clusters that are not here. The same options and
 * seed give the same figures.
 *
 * <p>Exit codes: 0 done, 1 a validation was not near enough or failed, 2 bad input.
 */
@Command(
        name = "simulate",
        description = {
            "A discrete-event simulation of the ranks of a cluster, with costs that were measured: a root"
                    + " that deals independent tasks (deal), the same tasks halved and stolen (steal), and an"
                    + " unbalanced tree (tree). Prints tasks a second, efficiency, the task duration at which"
                    + " half of the machine does useful work (METG), and what limits it.",
            "--validate runs real ranks on this machine and compares."
        },
        footer = {
            "",
            "Published, on a Cray (Babuji et al., Parsl, 2019): workers / nodes / tasks a second.",
            "  Parsl IPP 2048 / 64 / 330, HTEX 65536 / 2048 / 1181, EXEX 262144 / 8192 / 1176,",
            "  FireWorks 1024 / 32 / 4, Dask 8192 / 256 / 2617."
        },
        mixinStandardHelpOptions = true,
        sortOptions = false)
public final class SimulateCommand implements Callable<Integer> {
    private static final String DEAL = "deal";
    private static final String STEAL = "steal";
    private static final String TREE = "tree";
    private static final int MOST_NODES = 1 << 20;
    private static final int MOST_WORKERS = 1 << 27;
    private static final int STEPS = 24; // of a bisection

    @Spec private CommandSpec spec;

    @Option(
            names = "--workloads",
            split = ",",
            paramLabel = "NAME",
            defaultValue = "deal,steal",
            description = "Of deal, steal, tree. Default: ${DEFAULT-VALUE}.")
    private List<String> workloads;

    @Option(
            names = "--nodes",
            split = ",",
            paramLabel = "N",
            defaultValue = "1,4,16,64,256,2048,8192",
            description = "Numbers of nodes, of one rank each. Default: ${DEFAULT-VALUE}.")
    private List<Integer> nodes;

    @Option(
            names = "--workers",
            paramLabel = "N",
            defaultValue = "128",
            description = "Workers of each node. Default: ${DEFAULT-VALUE}.")
    private int workers;

    @Option(
            names = "--tasks",
            paramLabel = "N",
            defaultValue = "10",
            description = "Tasks for each worker. Default: ${DEFAULT-VALUE}.")
    private int tasks;

    @Option(
            names = "--task-us",
            split = ",",
            paramLabel = "US",
            defaultValue = "0,1000,100000",
            description = "Durations of a task. Default: ${DEFAULT-VALUE}.")
    private List<Double> taskUs;

    @Option(
            names = "--depth",
            paramLabel = "N",
            defaultValue = "10",
            description = "Depth of the tree. Default: ${DEFAULT-VALUE}, about four million nodes.")
    private int depth;

    @Option(
            names = "--batch",
            paramLabel = "N",
            defaultValue = "256",
            description =
                    "Tasks that are dealt together; at most a quarter of those of a node. Default:"
                            + " ${DEFAULT-VALUE}.")
    private int batch;

    @Option(
            names = "--window",
            paramLabel = "N",
            defaultValue = "16384",
            description = "Tasks that a rank may have open. Default: ${DEFAULT-VALUE}.")
    private int window;

    @Option(
            names = "--costs",
            paramLabel = "FILE",
            defaultValue = "results/bench/mpi.json",
            description = "A record of teff bench mpi, for the costs. Default: ${DEFAULT-VALUE}.")
    private Path costsFile;

    @Option(
            names = "--latency-us",
            paramLabel = "US",
            defaultValue = "2",
            description =
                    "Of the network, one way. Default: ${DEFAULT-VALUE}; --validate takes the record's.")
    private double latencyUs;

    @Option(
            names = "--gbit",
            paramLabel = "GBIT",
            defaultValue = "100",
            description = "Of each node's link, a second. Default: ${DEFAULT-VALUE}.")
    private double gbit;

    @Option(
            names = "--scan-ns",
            paramLabel = "NS",
            defaultValue = "1",
            description =
                    "What the root spends on each rank when it seeks the least loaded one. Default:"
                            + " ${DEFAULT-VALUE}, an estimate.")
    private double scanNs;

    @Option(
            names = "--scheduling-ns",
            paramLabel = "NS",
            defaultValue = "17",
            description =
                    "What a worker adds to a task. Default: ${DEFAULT-VALUE}, what engine.execute takes"
                            + " in results/bench/submit.json.")
    private double schedulingNs;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "Of all random choices. Default: ${DEFAULT-VALUE}.")
    private long seed;

    @Option(names = "--json", description = "Print one JSON object and nothing else.")
    private boolean json;

    @Option(
            names = "--validate",
            description =
                    "Runs a tree search on real ranks, by teff mpi, and compares: within 15 % or exit"
                            + " code 1.")
    private boolean validate;

    @Option(
            names = "--ranks",
            split = ",",
            paramLabel = "N",
            defaultValue = "1,2,4",
            description = "Of --validate. Default: ${DEFAULT-VALUE}.")
    private List<Integer> ranks;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            defaultValue = "5",
            description = "Of --validate. Default: ${DEFAULT-VALUE}.")
    private int rounds;

    @Override
    public Integer call() throws InterruptedException {
        Costs costs;
        try {
            checkAll();
            Costs local = MeasuredCosts.read(costsFile, scanNs, gbit / 8, schedulingNs);
            costs =
                    new Costs(
                            local.dealNs(),
                            local.frameNs(),
                            scanNs,
                            validate ? local.latencyNs() : latencyUs * 1e3,
                            gbit / 8,
                            validate ? 0 : schedulingNs);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
        return validate ? validate(costs) : simulate(costs);
    }

    private void checkAll() {
        check(
                workers >= 1 && workers <= 1 << 16,
                "--workers must be between 1 and 65536: " + workers);
        for (int n : nodes) {
            check(n >= 1 && n <= MOST_NODES, "--nodes must be between 1 and 2^20: " + n);
            check(
                    (long) n * workers <= MOST_WORKERS,
                    "--nodes times --workers must be at most 2^27: " + n + " x " + workers);
        }
        for (String name : workloads) {
            check(
                    List.of(DEAL, STEAL, TREE).contains(name),
                    "--workloads names none of deal, steal, tree: " + name);
        }
        for (double us : taskUs) {
            check(us >= 0 && us <= 1e9, "--task-us must be between 0 and 10^9: " + us);
        }
        check(tasks >= 1 && tasks <= 1 << 20, "--tasks must be between 1 and 2^20: " + tasks);
        check(depth >= 1 && depth <= 16, "--depth must be between 1 and 16: " + depth);
        check(batch >= 1 && batch <= 1 << 16, "--batch must be between 1 and 65536: " + batch);
        check(
                window >= batch && window <= 1 << 20,
                "--window must be between --batch and 2^20: " + window);
        check(
                latencyUs >= 0 && latencyUs <= 1e6,
                "--latency-us must be between 0 and 10^6: " + latencyUs);
        check(gbit > 0 && gbit <= 1e6, "--gbit must be above 0 and at most 10^6: " + gbit);
        check(scanNs >= 0 && scanNs <= 1e6, "--scan-ns must be between 0 and 10^6: " + scanNs);
        check(
                schedulingNs >= 1 && schedulingNs <= 1e9,
                "--scheduling-ns must be between 1 and 10^9: " + schedulingNs);
        check(rounds >= 1 && rounds <= 1000, "--rounds must be between 1 and 1000: " + rounds);
        for (int n : ranks) {
            check(n >= 1 && n <= 64, "--ranks must be between 1 and 64: " + n);
        }
    }

    private static void check(boolean good, String message) {
        if (!good) {
            throw new IllegalArgumentException(message);
        }
    }

    private int simulate(Costs costs) {
        Surroundings surroundings = Surroundings.begin();
        List<Row> rows = new ArrayList<>();
        Table table =
                new Table(
                        "workload",
                        "nodes",
                        "workers",
                        "task us",
                        "tasks",
                        "tasks/s",
                        "efficiency %",
                        "METG us",
                        "messages",
                        "root busy %",
                        "limit");
        List<String> absent = new ArrayList<>();
        for (String workload : workloads) {
            for (int n : nodes) {
                try {
                    double metgUs = workload.equals(TREE) ? Double.NaN : metgUs(workload, n, costs);
                    if (Double.isFinite(metgUs)) {
                        rows.add(row("metg", workload, n, Map.of(), "us", metgUs));
                    }
                    for (double us : taskUs) {
                        Outcome outcome = run(workload, n, us * 1e3, costs);
                        add(table, workload, us, metgUs, outcome);
                        addRows(rows, workload, us, outcome);
                    }
                } catch (IllegalArgumentException e) {
                    absent.add(workload + " on " + n + " nodes: " + e.getMessage());
                }
            }
        }
        Report report = surroundings.report("simulate", rows);
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(report.toJson());
        } else {
            out.print(table);
            out.println();
            absent.forEach(out::println);
            out.printf(
                    Locale.ROOT,
                    "costs, ns: deal %s a task, frame %s, latency %s, scan %s a rank, scheduling %s;"
                            + " %s Gbit/s; %,d tasks for each worker; seed %d%n",
                    number(costs.dealNs()),
                    number(costs.frameNs()),
                    number(costs.latencyNs()),
                    number(costs.scanNs()),
                    number(costs.schedulingNs()),
                    number(gbit),
                    tasks,
                    seed);
        }
        out.flush();
        return Printed.isLost(out) ? ExitCode.SOFTWARE : ExitCode.OK;
    }

    private int batch() {
        return (int) Math.max(1, Math.min(batch, (long) tasks * workers / 4));
    }

    private Outcome run(String workload, int n, double taskNs, Costs costs) {
        long count = (long) n * workers * tasks;
        return switch (workload) {
            case DEAL ->
                    new Dealing(n, workers, batch(), window, costs).run(count, Math.round(taskNs));
            case STEAL ->
                    new Stealing(n, workers, n * workers, costs, seed)
                            .run(Work.range(count), taskNs);
            default ->
                    new Stealing(n, workers, n * workers, costs, seed)
                            .run(Work.tree(4, depth, seed), taskNs);
        };
    }

    /** The shortest task with which half of the machine does useful work; NaN if there is none to 1000 s. */
    private double metgUs(String workload, int n, Costs costs) {
        double low = 0;
        double high = 1e9;
        if (run(workload, n, high * 1e3, costs).efficiencyPercent() < 50) {
            return Double.NaN;
        }
        low = 1e-3;
        for (int step = 0; step < STEPS; step++) {
            double middle = Math.sqrt(low * high);
            if (run(workload, n, middle * 1e3, costs).efficiencyPercent() < 50) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return high;
    }

    private static void add(
            Table table, String workload, double us, double metgUs, Outcome outcome) {
        table.add(
                workload,
                String.format(Locale.ROOT, "%,d", outcome.ranks()),
                String.format(Locale.ROOT, "%,d", outcome.ranks() * outcome.workersPerRank()),
                number(us),
                String.format(Locale.ROOT, "%,d", outcome.tasks()),
                number(outcome.tasksPerS()),
                number(outcome.efficiencyPercent()),
                number(metgUs),
                String.format(Locale.ROOT, "%,d", outcome.messages()),
                workload.equals(DEAL) ? number(100 * outcome.rootShare()) : "-",
                limit(workload, outcome));
    }

    private static String limit(String workload, Outcome outcome) {
        if (workload.equals(DEAL) && outcome.linkShare() > 0.9) {
            return "root's link";
        } else if (workload.equals(DEAL) && outcome.rootShare() > 0.9) {
            return "root's thread";
        } else if (outcome.efficiencyPercent() > 80) {
            return "workers";
        }
        return workload.equals(DEAL) ? "latency" : "spreading";
    }

    private void addRows(List<Row> rows, String workload, double us, Outcome outcome) {
        Map<String, Object> params = new LinkedHashMap<>();
        params.put("task_us", us);
        rows.add(row("rate", workload, outcome.ranks(), params, "ops/s", outcome.tasksPerS()));
        double percent = outcome.efficiencyPercent();
        rows.add(row("efficiency", workload, outcome.ranks(), params, "percent", percent));
    }

    private Row row(
            String figure,
            String workload,
            int n,
            Map<String, ?> more,
            String metric,
            double value) {
        Map<String, Object> params = new LinkedHashMap<>();
        params.put("nodes", n);
        params.putAll(more);
        return Row.of(figure, workload, n * workers, params, metric, List.of(value), true);
    }

    private int validate(Costs costs) throws InterruptedException {
        String script = System.getenv("TEFF_SCRIPT");
        if (script == null) {
            throw new ParameterException(
                    spec.commandLine(), "--validate runs teff again: start it by scripts/teff");
        }
        Surroundings surroundings = Surroundings.begin();
        Table table =
                new Table(
                        "ranks", "cores", "measured nodes/s", "simulated", "difference %", "near");
        List<Row> rows = new ArrayList<>();
        boolean near = true;
        try {
            for (int n : ranks) {
                Validation.Pair pair = new Validation(script, costs, rounds).pair(n);
                near &= pair.isNear();
                table.add(
                        Integer.toString(n),
                        Integer.toString(pair.cores()),
                        number(pair.measured()),
                        number(pair.simulated()),
                        String.format(Locale.ROOT, "%.1f", pair.differencePercent()),
                        pair.isNear() ? "yes" : "NO");
                for (boolean simulated : List.of(false, true)) {
                    rows.add(
                            Row.of(
                                    "validation",
                                    simulated ? "simulated" : "measured",
                                    n,
                                    Map.of("ranks", n, "tree", "T1"),
                                    "ops/s",
                                    List.of(simulated ? pair.simulated() : pair.measured()),
                                    pair.isNear()));
                }
            }
        } catch (IOException | IllegalStateException e) {
            spec.commandLine().getErr().println("teff simulate: no validation: " + e.getMessage());
            return ExitCode.SOFTWARE;
        }
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(surroundings.report("simulate", rows).toJson());
        } else {
            out.print(table);
            out.printf("tree search T1, one worker a rank; %d rounds%n", rounds);
        }
        out.flush();
        return near && !Printed.isLost(out) ? ExitCode.OK : ExitCode.SOFTWARE;
    }
}
