// SPDX-License-Identifier: Apache-2.0
package io.teff.executors.htex;

import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.IntUnaryOperator;
import java.util.stream.Stream;

/**
 * When a task ran: half open, in System.nanoTime, which on Linux is one clock for all processes. How
 * many ran at a time follows from all spans, exactly, whatever the load of the machine was.
 */
record Span(long beginNs, long endNs) implements Serializable {
    private static final long serialVersionUID = 1L;
    private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(30);

    /**
     * What a task does that is to meet others: waits until so many tasks have begun that leave their
     * files in {@code folder}, this one among them, then sleeps {@code ms} longer.
     */
    static Span meet(String folder, int many, long ms) throws IOException, InterruptedException {
        return meet(folder, begun -> many, ms);
    }

    /** As {@link #meet(String, int, long)}, where how many depends on how many have begun now. */
    static Span meet(String folder, IntUnaryOperator many, long ms)
            throws IOException, InterruptedException {
        long beginNs = System.nanoTime();
        Files.createTempFile(Path.of(folder), "begun", "");
        int begun = count(folder);
        int wanted = many.applyAsInt(begun);
        while (begun < wanted) {
            if (System.nanoTime() - beginNs > PATIENCE_NS) {
                throw new IllegalStateException(begun + " have begun, waiting for " + wanted);
            }
            Thread.sleep(2);
            begun = count(folder);
        }
        Thread.sleep(ms);
        return new Span(beginNs, System.nanoTime());
    }

    private static int count(String folder) throws IOException {
        try (Stream<Path> files = Files.list(Path.of(folder))) {
            return (int) files.count();
        }
    }

    /** How many of them ran at a time, at most. */
    static int most(List<Span> all) {
        return all.stream().mapToInt(span -> span.mostAtItsTime(all)).max().orElse(0);
    }

    /** How many of {@code all}, this one included, ran at a time while this one did, at most. */
    int mostAtItsTime(List<Span> all) {
        return (int)
                all.stream()
                        .mapToLong(other -> Math.max(beginNs, other.beginNs)) // only there it grows
                        .filter(this::holds)
                        .map(ns -> all.stream().filter(other -> other.holds(ns)).count())
                        .max()
                        .orElse(0);
    }

    private boolean holds(long ns) {
        return beginNs <= ns && ns < endNs;
    }
}
