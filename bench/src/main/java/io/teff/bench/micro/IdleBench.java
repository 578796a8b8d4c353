// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.micro;

import io.teff.bench.measure.Contender;
import io.teff.engine.IdlePreset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code teff bench idle}: what a pool with nothing to do uses, in percent of one processor.
 *
 * <p>Each round measures the JVM without a pool, then starts the pool, gives it a burst of work,
 * and measures again once all has run; the figure is the difference, and may be a little below
 * nothing. {@code plain} is the JVM without a pool, not compared with anything.
 */
@Command(name = "idle", description = "CPU used by an idle engine, percent of one core.")
final class IdleBench extends MicroCommand {
    /** All contenders, in the order of their rows. */
    static final List<String> CONTENDERS = list("plain", "engine", "forkjoin", "threads");

    private static final int BURST = 10_000;

    @Option(
            names = "--seconds",
            paramLabel = "S",
            description = "Length of the idle span; default 2, with --quick 0.2.")
    Double seconds;

    private interface Opening {
        ExecutorService open();
    }

    @Override
    String bench() {
        return "idle";
    }

    @Override
    List<String> names() {
        return CONTENDERS;
    }

    @Override
    String baseline() {
        return "plain";
    }

    @Override
    List<String> baselineKeys() {
        return List.of("seconds");
    }

    @Override
    int[] warmUp() {
        return new int[] {1, 1};
    }

    @Override
    List<Integer> defaultWorkers() {
        return List.of(Runtime.getRuntime().availableProcessors());
    }

    @Override
    List<Contender> contenders() {
        double span = seconds != null ? seconds : quick ? 0.2 : 2;
        check(span >= 0.01 && span <= 3_600, "--seconds must be between 0.01 and 3600: " + span);
        List<Contender> contenders = new ArrayList<>();
        if (chosen("plain")) {
            contenders.add(
                    contender("plain", 1, span, null, points -> points.add(percent(span), true)));
        }
        for (int w : workerCounts()) {
            for (IdlePreset preset : IdlePreset.values()) {
                String name = preset.name().toLowerCase(Locale.ROOT);
                add(contenders, "engine", w, span, name, () -> Pools.engine(w, preset).pool());
            }
            add(contenders, "forkjoin", w, span, null, () -> Pools.forkJoin(w, false).pool());
            add(
                    contenders,
                    "threads",
                    w,
                    span,
                    null,
                    () -> Pools.threads(w, new LinkedBlockingQueue<>()).pool());
        }
        return contenders;
    }

    private void add(
            List<Contender> contenders,
            String name,
            int workers,
            double span,
            String preset,
            Opening opening) {
        if (chosen(name)) {
            contenders.add(
                    contender(name, workers, span, preset, points -> round(points, span, opening)));
        }
    }

    private static Contender contender(
            String name, int workers, double span, String preset, Contender.Round round) {
        Map<String, Object> params = new LinkedHashMap<>();
        params.put("seconds", span);
        if (preset != null) {
            params.put("idle", preset);
        }
        return new Contender("idle", name, workers, params, "percent", round);
    }

    private static void round(Contender.Points points, double span, Opening opening)
            throws Exception {
        double without = percent(span / 2);
        ExecutorService pool = opening.open();
        try {
            Tally tally = new Tally();
            for (int i = 0; i < BURST; i++) {
                pool.execute(tally::increment);
            }
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
            while (tally.total() < BURST) {
                if (System.nanoTime() > deadline) {
                    throw new TimeoutException(tally.total() + " of " + BURST + " tasks have run");
                }
                Thread.sleep(1);
            }
            Thread.sleep(50); // longer than any pool spins that means to park
            double with = percent(span);
            points.add(with - without, tally.total() == BURST);
        } finally {
            Pools.stop(pool);
        }
    }

    /** CPU used by this JVM while the caller sleeps, in percent of one processor. */
    private static double percent(double span) throws InterruptedException {
        long start = System.nanoTime();
        ThreadTimes before = ThreadTimes.now();
        Thread.sleep((long) (span * 1e3));
        long ns = ThreadTimes.now().since(before);
        return 100.0 * ns / (System.nanoTime() - start);
    }
}
