// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.micro;

import io.teff.bench.measure.Contender;
import io.teff.bench.measure.Report;
import io.teff.bench.measure.ResultFolder;
import io.teff.bench.measure.Rounds;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/**
 * {@code teff bench htex}: tasks in other processes, as Parsl's HighThroughputExecutor runs them, and
 * what each step away from it gives.
 *
 * <p>Without {@code --workers} each way is measured with 2 workers: no-ops a second, and the time of
 * a single call. The executors stay open from round to round, since JVMs that start anew would be
 * measured cold; an idle one sleeps but for a look each tenth of a second.
 *
 * <p>With {@code --workers} it is the time that N functions take, for each number of workers, as in
 * the plots of reports on Parsl. Each round starts the processes, runs everything once untimed, and
 * ends them. By default the workers are then threads in one manager, since a JVM for each of 192
 * workers is more than most machines hold; a way with worker processes runs when {@code --only}
 * names it.
 */
@Command(
        name = "htex",
        description = {
            "Tasks in other processes: no-ops per second and one-at-a-time latency, for Parsl's"
                    + " defaults, each tuning step alone, and all of them. Parsl and Dask"
                    + " themselves run when --only names them, see scripts/teff peers.",
            "With --workers: the time that N functions take, by number of workers. Workers are"
                    + " then threads in one manager, 2 further JVMs in all (pool is a"
                    + " ThreadPoolExecutor, for comparison); ways with a JVM for each worker run"
                    + " only when --only names them."
        })
final class HtexBench extends MicroCommand {
    /** A pool of threads in this JVM, beside the sweep over workers. */
    static final String POOL = "pool";

    /** All contenders, in the order of their rows. */
    static final List<String> CONTENDERS = contenderNames();

    private static final int[] QUICK_FUNCTIONS = {10, 100};
    private static final int[] FUNCTIONS = {10, 100, 1000, 2000, 4000, 6000};

    @Option(
            names = "--tasks",
            paramLabel = "N",
            description =
                    "No-ops per round; default 2000, ten times as many where all steps are taken,"
                            + " with --quick 200.")
    Integer tasks;

    @Option(
            names = "--calls",
            paramLabel = "N",
            description = "Calls one at a time per round; default 300, with --quick 50.")
    Integer calls;

    @Option(
            names = "--functions",
            paramLabel = "N",
            split = ",",
            description =
                    "With --workers: how many functions; default 10, 100, 1000, 2000, 4000, 6000,"
                            + " with --quick 10, 100.")
    List<Integer> functions;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description = "With --workers: a folder for htex.json, .png and .svg.")
    Path out;

    private final Map<String, HtexSession> open = new LinkedHashMap<>();

    private static List<String> contenderNames() {
        List<String> names = new ArrayList<>(HtexStep.names());
        names.add(POOL);
        names.addAll(HtexPeers.names());
        return List.copyOf(names);
    }

    @Override
    String bench() {
        return "htex";
    }

    @Override
    List<String> names() {
        return CONTENDERS;
    }

    @Override
    String baseline() {
        return workers == null ? HtexStep.PARSL_DEFAULTS.name : HtexStep.THREADS.name;
    }

    @Override
    List<String> baselineKeys() {
        return List.of("percentile", "functions");
    }

    @Override
    List<Integer> defaultWorkers() {
        return List.of(2);
    }

    @Override
    int[] warmUp() {
        return quick || workers != null ? new int[] {1, 1} : new int[] {3, 6};
    }

    @Override
    public Integer call() throws InterruptedException {
        check(workers != null || out == null, "--out needs --workers");
        check(workers != null || functions == null, "--functions needs --workers");
        if (out != null) { // before a long run, not after it
            try {
                Files.createDirectories(out);
                check(Files.isWritable(out), "--out: cannot write into " + out);
            } catch (IOException e) {
                throw new ParameterException(
                        spec.commandLine(), "--out: cannot write into " + out + " (" + e + ")", e);
            }
        }
        try {
            return super.call();
        } finally {
            open.values().forEach(HtexSession::close);
        }
    }

    @Override
    Report run(Rounds planned, List<Contender> contenders) throws InterruptedException {
        if (out == null) {
            return super.run(planned, contenders);
        }
        ResultFolder folder = null;
        try {
            folder = ResultFolder.open(out.toString());
        } catch (IllegalArgumentException e) {
            check(false, e.getMessage());
        }
        Report report = super.run(planned, contenders);
        try {
            HtexChart.write(folder, report, spec.commandLine().getErr());
        } catch (IOException e) {
            isLost = true;
            spec.commandLine()
                    .getErr()
                    .println(
                            "teff bench htex: cannot write into '"
                                    + out
                                    + "' (is the disk full?): "
                                    + e
                                    + "; what was measured is printed");
        }
        return report;
    }

    @Override
    List<Contender> contenders() {
        List<Contender> contenders = new ArrayList<>();
        if (workers == null) {
            for (HtexStep step : HtexStep.values()) {
                if (chosen(step.name)) {
                    addSteps(contenders, step);
                }
            }
            if (only != null) {
                addPeers(contenders);
            }
            return contenders;
        }
        for (String name : only == null ? List.<String>of() : only) {
            check(
                    !HtexPeers.names().contains(name),
                    "--only: " + name + " has no --workers here, but in teff compare");
        }
        for (int count : functionCounts()) {
            check(count >= 1 && count <= 1_000_000, "--functions must be 1 to 1000000: " + count);
        }
        for (int w : workerCounts()) {
            if (chosen(POOL)) {
                contenders.add(
                        sweep(POOL, w, "threads of this JVM", 0, points -> poolRound(points, w)));
            }
            for (HtexStep step : HtexStep.values()) {
                boolean runs = only == null ? step.threads : chosen(step.name);
                if (runs) {
                    contenders.add(
                            sweep(
                                    step.name,
                                    w,
                                    step.threads ? "threads of one manager" : "processes",
                                    step.jvms(w),
                                    points -> sweepRound(points, step, w)));
                }
            }
        }
        return contenders;
    }

    // Steps

    private void addSteps(List<Contender> contenders, HtexStep step) {
        int count = tasks(step.tuned);
        int single = calls();
        int w = defaultWorkers().get(0);
        Map<String, Object> params = new LinkedHashMap<>();
        params.put("jvms", step.jvms(w));
        params.put("tasks", count);
        contenders.add(
                new Contender(
                        "no-ops",
                        step.name,
                        w,
                        params,
                        "ops/s",
                        points -> {
                            HtexSession session = session(step, w);
                            long start = System.nanoTime();
                            long sum = session.sumOfDoubles(count);
                            long ns = System.nanoTime() - start;
                            points.add(count * 1e9 / ns, sum == sumOfDoubles(count));
                        }));
        params.remove("tasks");
        params.put("calls", single);
        contenders.add(
                new Contender(
                        "latency",
                        step.name,
                        w,
                        params,
                        "us",
                        points -> {
                            long[] ns = session(step, w).latencies(single);
                            for (int percentile : new int[] {50, 99}) {
                                int at = (int) ((long) (single - 1) * percentile / 100);
                                points.add(
                                        Map.of("percentile", percentile),
                                        ns == null ? Double.NaN : ns[at] / 1e3,
                                        ns != null);
                            }
                        }));
    }

    private int tasks(boolean isFast) {
        int count = tasks != null ? tasks : quick ? 200 : isFast ? 20_000 : 2_000;
        check(count >= 1 && count <= 10_000_000, "--tasks must be 1 to 10000000: " + count);
        return count;
    }

    private int calls() {
        int count = calls != null ? calls : quick ? 50 : 300;
        check(count >= 1 && count <= 1_000_000, "--calls must be 1 to 1000000: " + count);
        return count;
    }

    private void addPeers(List<Contender> contenders) {
        int peerRounds = rounds != null ? rounds : quick ? 1 : 3;
        HtexPeers peers = new HtexPeers(defaultWorkers().get(0), tasks(false), calls(), peerRounds);
        try {
            peers.addTo(contenders, only);
        } catch (IOException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ParameterException(spec.commandLine(), "interrupted", e);
        }
    }

    private HtexSession session(HtexStep step, int w) throws Exception {
        HtexSession session = open.get(step.name);
        if (session == null) {
            session = new HtexSession(step, w);
            open.put(step.name, session);
        }
        return session;
    }

    private static long sumOfDoubles(long n) {
        return n * (n - 1);
    }

    // Numbers of workers

    private Set<Integer> functionCounts() {
        Set<Integer> counts = new LinkedHashSet<>();
        if (functions != null) {
            counts.addAll(functions);
        } else {
            for (int n : quick ? QUICK_FUNCTIONS : FUNCTIONS) {
                counts.add(n);
            }
        }
        return counts;
    }

    private static Contender sweep(
            String name, int workers, String mode, int jvms, Contender.Round round) {
        Map<String, Object> params = new LinkedHashMap<>();
        params.put("mode", mode);
        params.put("jvms", jvms);
        return new Contender("double", name, workers, params, "us", round);
    }

    /** What a sweep times: n functions, and the sum of their values. */
    @FunctionalInterface
    private interface Doubles {
        long sum(int n) throws Exception;
    }

    private void sweepRound(Contender.Points points, HtexStep step, int w) throws Exception {
        try (HtexSession session = new HtexSession(step, w)) {
            time(points, session::sumOfDoubles);
        }
    }

    private void poolRound(Contender.Points points, int w) throws Exception {
        ThreadPoolExecutor pool = Pools.threads(w, new LinkedBlockingQueue<>()).pool();
        try {
            time(
                    points,
                    n -> {
                        List<Future<Long>> futures = new ArrayList<>(n);
                        for (long i = 0; i < n; i++) {
                            long x = i;
                            futures.add(pool.submit(() -> 2 * x));
                        }
                        long sum = 0;
                        for (Future<Long> future : futures) {
                            sum += future.get();
                        }
                        return sum;
                    });
        } finally {
            Pools.stop(pool);
        }
    }

    private void time(Contender.Points points, Doubles doubles) throws Exception {
        boolean isRight = true;
        for (int n : functionCounts()) {
            isRight &= doubles.sum(n) == sumOfDoubles(n); // all are awake then, and compiled
        }
        for (int n : functionCounts()) {
            long start = System.nanoTime();
            long sum = doubles.sum(n);
            long ns = System.nanoTime() - start;
            points.add(Map.of("functions", n), ns / 1e3, isRight && sum == sumOfDoubles(n));
        }
    }
}
