// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.micro;

import io.teff.bench.measure.Contender;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.LinkedTransferQueue;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code teff bench submit}: tasks per second that get through when they do nothing but count.
 *
 * <p>What one task does, by contender: {@code engine.execute}, {@code threads}, {@code forkjoin},
 * {@code netty} and {@code virtual} run a shared {@link Runnable} that calls {@link
 * Tally#increment()}; {@code engine.lane} runs a shared typed task that does the same and gets one
 * long; {@code disruptor.raw} hands one long to a handler that does the same, with no task to call.
 * The in-flight window is the same for all, see {@link Submission}.
 */
@Command(name = "submit", description = "Flat submission of tasks that only count, tasks/s.")
final class SubmitBench extends MicroCommand {
    /** All contenders, in the order of their rows. */
    static final List<String> CONTENDERS =
            list(
                    "engine.execute",
                    "engine.execute.monitored",
                    "engine.execute.traced",
                    "engine.lane",
                    "threads",
                    "threads.transfer",
                    "forkjoin",
                    "forkjoin.async",
                    "netty",
                    "netty.lazy",
                    "netty.default",
                    "virtual",
                    "disruptor.raw");

    private static final List<Integer> BATCHES = List.of(1, 16, 64);

    @Option(
            names = "--producers",
            paramLabel = "N",
            split = ",",
            description = "Producer threads; default 1,2,4.")
    List<Integer> producers;

    @Option(
            names = "--tasks",
            paramLabel = "N",
            description = "Tasks per round; default 4,000,000, with --quick 40,000.")
    Long tasks;

    /** Makes a target once the works are known. */
    private interface Opening {
        SubmitTarget open(List<SubmitWork> works);
    }

    @Override
    String bench() {
        return "submit";
    }

    @Override
    List<String> names() {
        return CONTENDERS;
    }

    @Override
    String baseline() {
        return "threads";
    }

    @Override
    List<String> baselineKeys() {
        return List.of("producers");
    }

    @Override
    int[] warmUp() {
        return quick ? new int[] {1, 1} : new int[] {2, 6};
    }

    @Override
    List<Contender> contenders() {
        List<Integer> counts = producers != null ? producers : List.of(1, 2, 4);
        checkEach(counts, 1, 256, "--producers");
        long total = tasks != null ? tasks : quick ? 40_000 : 4_000_000;
        check(total >= 1 && total <= 1L << 40, "--tasks must be between 1 and 2^40: " + total);
        List<Contender> contenders = new ArrayList<>();
        for (int w : workerCounts()) {
            for (int p : counts) {
                addAll(contenders, w, p, Math.max(1, total / p));
            }
        }
        return contenders;
    }

    private void addAll(List<Contender> contenders, int w, int p, long each) {
        int window = Submission.WINDOW;
        for (Watching watching : Watching.values()) {
            add(
                    contenders,
                    "engine.execute" + watching.suffix,
                    w,
                    p,
                    0,
                    each,
                    x -> new SubmitTarget.EngineExecute(w, window, watching));
        }
        for (int b : BATCHES) {
            add(
                    contenders,
                    "engine.lane",
                    w,
                    p,
                    b,
                    each,
                    x -> new SubmitTarget.EngineLane(w, window, b));
        }
        add(
                contenders,
                "threads",
                w,
                p,
                0,
                each,
                x -> new SubmitTarget.Threads(w, new LinkedBlockingQueue<>()));
        add(
                contenders,
                "threads.transfer",
                w,
                p,
                0,
                each,
                x -> new SubmitTarget.Threads(w, new LinkedTransferQueue<>()));
        add(contenders, "forkjoin", w, p, 0, each, x -> new SubmitTarget.ForkJoin(w, false));
        add(contenders, "forkjoin.async", w, p, 0, each, x -> new SubmitTarget.ForkJoin(w, true));
        add(
                contenders,
                "netty",
                w,
                p,
                0,
                each,
                x -> new SubmitTarget.Netty(w, SubmitTarget.NettyForm.NIO));
        add(
                contenders,
                "netty.lazy",
                w,
                p,
                0,
                each,
                x -> new SubmitTarget.Netty(w, SubmitTarget.NettyForm.LAZY));
        add(
                contenders,
                "netty.default",
                w,
                p,
                0,
                each,
                x -> new SubmitTarget.Netty(w, SubmitTarget.NettyForm.DEFAULT));
        if (VirtualThreads.available() && VirtualThreads.workers() == w) {
            add(contenders, "virtual", w, p, 0, each, x -> new SubmitTarget.Virtual());
        }
        for (int b : BATCHES) {
            add(
                    contenders,
                    "disruptor.raw",
                    w,
                    p,
                    b,
                    each,
                    x -> new SubmitTarget.Raw(w, p, window, b, x));
        }
    }

    /** Adds a contender; a batch of 0 means that it has none. */
    private void add(
            List<Contender> contenders,
            String name,
            int workers,
            int producers,
            int batch,
            long each,
            Opening opening) {
        if (!chosen(name)) {
            return;
        }
        Map<String, Object> params = new LinkedHashMap<>();
        params.put("producers", producers);
        if (batch > 0) {
            params.put("batch", batch);
        }
        params.put("tasks", each * producers);
        params.put("in_flight", Submission.WINDOW);
        contenders.add(
                new Contender(
                        "submit",
                        name,
                        workers,
                        params,
                        "ops/s",
                        points -> round(points, producers, each, opening)));
    }

    private static void round(Contender.Points points, int producers, long each, Opening opening)
            throws Exception {
        List<SubmitWork> works = Submission.works(producers);
        long before = Math.max(1, each / 32);
        long ns;
        try (SubmitTarget target = opening.open(works);
                Submission submission = new Submission(target, works)) {
            for (int kind = SubmitWork.KINDS - 1; kind > SubmitWork.TIMED; kind--) {
                submission.run(kind, before);
            }
            ns = submission.run(SubmitWork.TIMED, each);
        }
        // Counted again once the workers have ended: a task that ran twice would show here.
        long expected = each + (SubmitWork.KINDS - 1) * before;
        boolean exact = works.stream().allMatch(work -> work.tally().total() == expected);
        points.add(1e9 * each * producers / ns, exact);
    }
}
