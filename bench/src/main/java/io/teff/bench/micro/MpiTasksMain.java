// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.micro;

import io.teff.engine.EngineConfig;
import io.teff.mpi.executor.MpiExecutor;
import io.teff.mpi.executor.MpiFunction;
import io.teff.mpi.executor.MpiLane;
import io.teff.mpi.executor.Placement;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.stream.LongStream;

/** Tasks for the other rank, in the ways that {@code teff bench mpi} measures: see {@link MpiRawMain}. */
public final class MpiTasksMain {
    private static final MpiFunction.Longs NEXT = MpiFunction.longs("next", (a, b) -> a + b);
    private static final Placement OTHER = Placement.rank(1);
    private static final int BATCH = 512;

    private MpiTasksMain() {}

    /** Each of two ranks. */
    public static void main(String[] args)
            throws IOException, ExecutionException, InterruptedException {
        try (MpiExecutor mpi = MpiExecutor.start(EngineConfig.builder().workers(1).build(), NEXT)) {
            if (mpi.isRoot()) {
                serve(mpi);
            }
        }
    }

    private static void serve(MpiExecutor mpi)
            throws IOException, ExecutionException, InterruptedException {
        BufferedReader in =
                new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        String line;
        while ((line = in.readLine()) != null && !line.isBlank()) {
            String[] words = line.split(" ", 2);
            int n = Integer.parseInt(words[1]);
            long start = System.nanoTime();
            boolean isRight =
                    switch (words[0]) {
                        case "round-trip" -> roundTrips(mpi, n);
                        case "calls" -> calls(mpi, n);
                        case "lane" -> lane(mpi, n);
                        case "lambdas" -> lambdas(mpi, n);
                        default -> throw new IllegalArgumentException("no such order: " + line);
                    };
            System.out.println(isRight ? System.nanoTime() - start : "wrong");
        }
    }

    private static boolean roundTrips(MpiExecutor mpi, int n)
            throws ExecutionException, InterruptedException {
        boolean isRight = true;
        for (int i = 0; i < n; i++) {
            isRight &= mpi.call(OTHER, NEXT, i, 1).get() == i + 1;
        }
        return isRight;
    }

    private static boolean calls(MpiExecutor mpi, int n)
            throws ExecutionException, InterruptedException {
        List<CompletableFuture<Long>> futures = new ArrayList<>(n);
        for (int i = 0; i < n; i++) {
            futures.add(mpi.call(OTHER, NEXT, i, 1));
        }
        return isSum(futures, n);
    }

    private static boolean lambdas(MpiExecutor mpi, int n)
            throws ExecutionException, InterruptedException {
        List<CompletableFuture<Long>> futures = new ArrayList<>(n);
        for (int i = 0; i < n; i++) {
            long x = i;
            futures.add(mpi.submit(OTHER, () -> x + 1));
        }
        return isSum(futures, n);
    }

    private static boolean isSum(List<CompletableFuture<Long>> futures, long n)
            throws ExecutionException, InterruptedException {
        long sum = 0;
        for (CompletableFuture<Long> future : futures) {
            sum += future.get();
        }
        return sum == n * (n + 1) / 2;
    }

    private static boolean lane(MpiExecutor mpi, int n) {
        long[] values = new long[n];
        MpiLane lane = mpi.lane(OTHER, NEXT, BATCH, (tag, value) -> values[(int) tag] = value);
        for (int i = 0; i < n; i++) {
            lane.submit(i, i, 1);
        }
        lane.await();
        return LongStream.of(values).sum() == (long) n * (n + 1) / 2;
    }
}
