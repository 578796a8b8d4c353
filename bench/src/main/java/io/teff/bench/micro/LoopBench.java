// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.micro;

import io.teff.bench.measure.Contender;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ForkJoinPool;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code teff bench loop}: loops over arrays, in nanoseconds per element.
 *
 * <p>Three bodies: {@code sum} adds up an array; {@code tiny} is {@code out[i] = 2 * in[i] + 1};
 * {@code skewed} adds up values whose cost grows with the index. A short loop is run many times in
 * one round. Before each round other bodies go through the same API, as in a program with more than
 * one loop, so that the body is a real call and not inlined for want of others. Parameter {@code
 * caller} says whether the loops are started from outside or by a worker.
 */
@Command(name = "loop", description = "Sums, tiny and skewed bodies, ns per element.")
final class LoopBench extends MicroCommand {
    /** All contenders, in the order of their rows. */
    static final List<String> CONTENDERS =
            list(
                    "plain",
                    "plain.wide",
                    "engine.range",
                    "streams.sum",
                    "streams.reduce",
                    "streams.foreach");

    private static final List<String> BODIES = List.of("sum", "tiny", "skewed");
    private static final int MAX_SIZE = 1_000_000_000;
    private static final int ELEMENTS_PER_ROUND = 8_000_000;
    private static final double TOLERANCE = 1e-9;

    @Option(
            names = "--size",
            paramLabel = "N",
            split = ",",
            description = "Elements; default 1000 to 10^8 for sums, less for the others.")
    List<Integer> sizes;

    @Option(
            names = "--body",
            paramLabel = "BODY",
            split = ",",
            description = "sum, tiny, skewed; default all.")
    List<String> bodies;

    @Option(
            names = "--single-body",
            description =
                    "Run no other bodies through the same API first; with one --body, the compiler"
                            + " then sees no other.")
    boolean singleBody;

    /** The numbers of a size and their sums, shared by all contenders. */
    private static final class Shared {
        final LoopData data;
        final double expected;

        Shared(String body, int n) {
            data = new LoopData(n, body.equals("tiny"));
            expected = body.equals("tiny") ? 0 : data.compensatedSum(body.equals("skewed"));
        }
    }

    private final LoopData pollution = new LoopData(512, true);
    private final Map<String, Shared> shared = new HashMap<>();

    private interface Opening {
        LoopRunner open();
    }

    @Override
    String bench() {
        return "loop";
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
        return List.of("n");
    }

    @Override
    int[] warmUp() {
        return quick ? new int[] {1, 1} : new int[] {3, 8};
    }

    @Override
    List<Contender> contenders() {
        List<String> chosenBodies = bodies != null ? bodies : BODIES;
        for (String body : chosenBodies) {
            check(BODIES.contains(body), "--body must be one of " + BODIES + ": " + body);
        }
        if (sizes != null) {
            checkEach(sizes, 1, MAX_SIZE, "--size");
        }
        List<Contender> contenders = new ArrayList<>();
        for (String body : chosenBodies) {
            for (int n : sizes != null ? sizes : defaultSizes(body)) {
                if (fits(body, n)) {
                    addAll(contenders, body, n);
                }
            }
        }
        return contenders;
    }

    private List<Integer> defaultSizes(String body) {
        if (quick) {
            return List.of(1_000, 10_000);
        }
        return switch (body) {
            case "sum" -> List.of(1_000, 10_000, 100_000, 100_000_000);
            case "tiny" -> List.of(1_000, 10_000, 100_000, 10_000_000);
            default -> List.of(1_000, 10_000, 100_000);
        };
    }

    /** A size that was asked for must fit; one of the defaults is left out, and said so. */
    private boolean fits(String body, int n) {
        long bytes = 8L * n * (body.equals("tiny") ? 2 : 1);
        boolean fits = bytes < Runtime.getRuntime().maxMemory() * 0.6;
        String message =
                String.format(
                        "%s of %,d doubles needs a heap of %,d MB, and this one has %,d MB: use"
                                + " -Xmx",
                        body, n, bytes / 600_000, Runtime.getRuntime().maxMemory() / 1_000_000);
        check(fits || sizes == null, "--size " + n + ": " + message);
        if (!fits) {
            spec.commandLine().getErr().println("left out: " + message);
        }
        return fits;
    }

    private void addAll(List<Contender> contenders, String body, int n) {
        add(contenders, "plain", body, n, 1, "outside", () -> new LoopRunner.Plain(false));
        if (body.equals("sum")) {
            add(contenders, "plain.wide", body, n, 1, "outside", () -> new LoopRunner.Plain(true));
        }
        for (int w : workerCounts()) {
            add(
                    contenders,
                    "engine.range",
                    body,
                    n,
                    w,
                    "outside",
                    () -> new LoopRunner.EngineRange(w, false));
            add(
                    contenders,
                    "engine.range",
                    body,
                    n,
                    w,
                    "worker",
                    () -> new LoopRunner.EngineRange(w, true));
            if (body.equals("tiny")) {
                addStreams(contenders, "streams.foreach", body, n, w, false);
            } else {
                addStreams(contenders, "streams.sum", body, n, w, false);
                addStreams(contenders, "streams.reduce", body, n, w, true);
            }
        }
    }

    private void addStreams(
            List<Contender> contenders, String name, String body, int n, int w, boolean reduce) {
        add(contenders, name, body, n, w, "worker", () -> new LoopRunner.Streams(w, reduce));
        if (ForkJoinPool.getCommonPoolParallelism() + 1 == w) { // the caller works too
            add(contenders, name, body, n, w, "outside", () -> new LoopRunner.Streams(0, reduce));
        }
    }

    private void add(
            List<Contender> contenders,
            String name,
            String body,
            int n,
            int workers,
            String caller,
            Opening opening) {
        if (!chosen(name)) {
            return;
        }
        Map<String, Object> params = new LinkedHashMap<>();
        params.put("n", n);
        params.put("caller", caller);
        params.put("bodies_seen", singleBody ? "single" : "many");
        contenders.add(
                new Contender(
                        body,
                        name,
                        workers,
                        params,
                        "ns/op",
                        points -> round(points, body, n, opening)));
    }

    private void round(Contender.Points points, String body, int n, Opening opening)
            throws Exception {
        Shared shared = this.shared.computeIfAbsent(body + n, key -> new Shared(body, n));
        LoopData data = shared.data;
        data.clear();
        int elements = body.equals("skewed") ? ELEMENTS_PER_ROUND / 32 : ELEMENTS_PER_ROUND;
        int loops = Math.max(1, (quick ? 20_000 : elements) / n);
        try (LoopRunner runner = opening.open()) {
            Callable<Double> series = series(runner, body, data, loops);
            Callable<Double> timed =
                    () -> {
                        for (int i = 0; i < 200 && !singleBody; i++) {
                            runner.pollute(pollution.in, pollution.out);
                        }
                        series(runner, body, data, Math.max(1, loops / 32)).call();
                        long start = System.nanoTime();
                        double result = series.call();
                        points.add(
                                (double) (System.nanoTime() - start) / loops / n,
                                right(shared, body, result));
                        return result;
                    };
            runner.run(timed);
        }
    }

    /** Several loops; gives the last sum, or 0. */
    private static Callable<Double> series(
            LoopRunner runner, String body, LoopData data, int loops) {
        double[] in = data.in;
        double[] out = data.out;
        return switch (body) {
            case "sum" ->
                    () -> {
                        double last = 0;
                        for (int i = 0; i < loops; i++) {
                            last = runner.sum(in);
                        }
                        return last;
                    };
            case "skewed" ->
                    () -> {
                        double last = 0;
                        for (int i = 0; i < loops; i++) {
                            last = runner.skewed(in);
                        }
                        return last;
                    };
            default ->
                    () -> {
                        for (int i = 0; i < loops; i++) {
                            runner.tiny(in, out);
                        }
                        return 0.0;
                    };
        };
    }

    private static boolean right(Shared shared, String body, double result) {
        if (body.equals("tiny")) {
            return shared.data.outRight();
        }
        return Math.abs(result - shared.expected) <= TOLERANCE * Math.abs(shared.expected);
    }
}
