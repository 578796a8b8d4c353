// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.micro;

import io.teff.bench.measure.Contender;
import io.teff.bench.micro.LatencyLoops.Recorded;
import io.teff.bench.micro.LatencyLoops.Wait;
import io.teff.engine.IdlePreset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.LinkedTransferQueue;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code teff bench latency}: how long one task takes from submission to start, and to its result.
 *
 * <p>Three modes. {@code closed}: one task after the other, workers awake. {@code open}: tasks due
 * at a fixed rate, timed from when they were due. {@code parked}: one task each millisecond, so
 * that both sides have gone to sleep before. With {@code closed} the client spins until it sees the
 * result; what has a {@link java.util.concurrent.Future} is also measured with {@code get()}, which
 * may park. Percentiles are rows of their own, the largest value is percentile 100. All engines run
 * the preset latency but in {@code parked}, where it would never sleep: there it is balanced.
 */
@Command(
        name = "latency",
        description = "Submission to start and to result: p50, p99, p99.9 and most, in us.")
final class LatencyBench extends MicroCommand {
    /** All contenders, in the order of their rows. */
    static final List<String> CONTENDERS =
            list(
                    "pingpong",
                    "engine.submit",
                    "engine.lane",
                    "forkjoin",
                    "forkjoin.async",
                    "threads",
                    "threads.transfer",
                    "virtual",
                    "disruptor.raw");

    static final List<Double> PERCENTILES = List.of(50.0, 99.0, 99.9, 100.0);

    private static final List<String> MODES = List.of("closed", "open", "parked");
    private static final long PARK_GAP_NS = 1_000_000;

    @Option(
            names = "--mode",
            paramLabel = "MODE",
            split = ",",
            description = "closed, open, parked; default all.")
    List<String> modes;

    @Option(
            names = "--rate",
            paramLabel = "N",
            description = "Tasks per second that are due in mode open; default 100,000.")
    double rate = 100_000;

    /** Makes a handoff whose tasks read the clock or do not. */
    private interface Opening {
        Handoff open(boolean clock);
    }

    /** How one contender is loaded. */
    private record Load(String mode, Wait waiting, int count) {}

    @Override
    String bench() {
        return "latency";
    }

    @Override
    List<String> names() {
        return CONTENDERS;
    }

    @Override
    String baseline() {
        return "pingpong";
    }

    @Override
    List<String> baselineKeys() {
        return List.of("mode", "measure", "percentile");
    }

    @Override
    List<Integer> defaultWorkers() {
        return List.of(1);
    }

    @Override
    int[] warmUp() {
        return quick ? new int[] {1, 1} : new int[] {2, 3};
    }

    @Override
    List<Contender> contenders() {
        check(rate >= 1 && rate <= 1e8, "--rate must be between 1 and 100,000,000: " + rate);
        List<String> chosenModes = modes != null ? modes : MODES;
        for (String mode : chosenModes) {
            check(MODES.contains(mode), "--mode must be one of " + MODES + ": " + mode);
        }
        List<Contender> contenders = new ArrayList<>();
        for (String mode : chosenModes) {
            boolean parked = mode.equals("parked");
            Wait spinOrPark = parked ? Wait.GET : Wait.SPIN;
            Load load = new Load(mode, spinOrPark, count(mode, spinOrPark));
            add(
                    contenders,
                    "pingpong",
                    1,
                    load,
                    clock -> parked ? new Handoff.ParkedBounce(clock) : new Handoff.Bounce(clock));
            for (int workers : workerCounts()) {
                addPools(contenders, workers, load);
                if (mode.equals("closed")) {
                    addFutures(
                            contenders, workers, new Load(mode, Wait.GET, count(mode, Wait.GET)));
                }
            }
        }
        return contenders;
    }

    /** Tasks per pass: fewer where each takes a wake-up or a gap. */
    private int count(String mode, Wait wait) {
        if (mode.equals("parked")) {
            return quick ? 20 : 500;
        } else if (mode.equals("open")) {
            return (int) Math.min(quick ? 500 : 20_000, Math.max(10, rate));
        }
        return wait == Wait.GET ? (quick ? 100 : 5_000) : (quick ? 500 : 20_000);
    }

    private void addPools(List<Contender> contenders, int workers, Load load) {
        IdlePreset idle = idle(load);
        add(
                contenders,
                "engine.lane",
                workers,
                load,
                clock -> new Handoff.EngineLane(workers, idle, clock));
        addFutures(contenders, workers, load);
        if (workers == 1) {
            boolean park = load.mode.equals("parked");
            add(contenders, "disruptor.raw", 1, load, clock -> new Handoff.Raw(park, clock));
        }
    }

    private void addFutures(List<Contender> contenders, int workers, Load load) {
        IdlePreset idle = idle(load);
        add(
                contenders,
                "engine.submit",
                workers,
                load,
                clock -> new Handoff.EngineSubmit(workers, idle, clock));
        add(
                contenders,
                "forkjoin",
                workers,
                load,
                clock -> new Handoff.ForkJoin(workers, false, clock));
        add(
                contenders,
                "forkjoin.async",
                workers,
                load,
                clock -> new Handoff.ForkJoin(workers, true, clock));
        add(
                contenders,
                "threads",
                workers,
                load,
                clock -> new Handoff.Threads(workers, new LinkedBlockingQueue<>(), clock));
        add(
                contenders,
                "threads.transfer",
                workers,
                load,
                clock -> new Handoff.Threads(workers, new LinkedTransferQueue<>(), clock));
        if (VirtualThreads.available() && workers == workerCounts().get(0)) {
            add(contenders, "virtual", VirtualThreads.workers(), load, Handoff.Virtual::new);
        }
    }

    private static IdlePreset idle(Load load) {
        return load.mode.equals("parked") ? IdlePreset.BALANCED : IdlePreset.LATENCY;
    }

    private void add(
            List<Contender> contenders, String name, int workers, Load load, Opening opening) {
        if (!chosen(name)) {
            return;
        }
        Map<String, Object> params = new LinkedHashMap<>();
        params.put("mode", load.mode);
        boolean spins =
                name.equals("engine.lane") || name.equals("disruptor.raw"); // nothing to get
        params.put("wait", load.waiting == Wait.GET && !spins ? "get" : "spin");
        if (load.mode.equals("open")) {
            params.put("rate", rate);
        }
        if (name.startsWith("engine.")) {
            params.put("idle", idle(load) == IdlePreset.LATENCY ? "latency" : "balanced");
        }
        params.put("tasks", load.count);
        contenders.add(
                new Contender(
                        "handoff",
                        name,
                        workers,
                        params,
                        "us",
                        points -> {
                            pass(points, load, opening, "result");
                            pass(points, load, opening, "start");
                        }));
    }

    private void pass(Contender.Points points, Load load, Opening opening, String measure)
            throws InterruptedException {
        boolean start = measure.equals("start");
        Recorded recorded;
        try (Handoff handoff = opening.open(start)) {
            boolean woken = run(handoff, load, Math.max(1, load.count / 10), start).right;
            recorded = run(handoff, load, load.count, start);
            recorded.right &= woken;
        }
        boolean verified = recorded.right && recorded.ns.getTotalCount() == load.count;
        for (double percentile : PERCENTILES) {
            Map<String, Object> extra = new LinkedHashMap<>();
            extra.put("measure", measure);
            extra.put("percentile", percentile);
            points.add(extra, recorded.ns.getValueAtPercentile(percentile) / 1e3, verified);
        }
    }

    private Recorded run(Handoff handoff, Load load, int count, boolean start)
            throws InterruptedException {
        if (load.mode.equals("open")) {
            return LatencyLoops.open(handoff, count, start, rate);
        }
        long gapNs = load.mode.equals("parked") ? PARK_GAP_NS : 0;
        return LatencyLoops.closed(handoff, count, start, load.waiting, gapNs);
    }
}
