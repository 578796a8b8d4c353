// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.taskbench;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * What each task computes.
 *
 * @param type which of the kernels
 * @param iterations how much of it
 * @param samples by how much the work of one task is less than its scratch memory
 * @param imbalance from 0 to 2: how far apart the iterations of tasks may lie, as a multiple of {@code
 *     iterations}
 * @param scratchBytes memory that a task may write to
 */
record Kernel(Type type, long iterations, int samples, double imbalance, long scratchBytes) {
    static final long MAX_ITERATIONS = 1L << 40;
    private static final int MAX_SAMPLES = 1 << 20;
    private static final long MAX_SCRATCH = 1L << 30;
    private static final double MAX_IMBALANCE = 2;

    /** The kernels there are. */
    enum Type {
        EMPTY,
        BUSY_WAIT,
        COMPUTE_BOUND,
        COMPUTE_BOUND2,
        MEMORY_BOUND,
        LOAD_IMBALANCE;

        String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    Kernel {
        check(iterations >= 0 && iterations <= MAX_ITERATIONS, "-iter", "0 to 2^40", iterations);
        check(samples >= 1 && samples <= MAX_SAMPLES, "-sample", "1 to 2^20", samples);
        check(imbalance >= 0 && imbalance <= MAX_IMBALANCE, "-imbalance", "0 to 2", imbalance);
        check(
                scratchBytes == 0 || (scratchBytes >= Long.BYTES && scratchBytes <= MAX_SCRATCH),
                "-scratch",
                "0, or 8 to 2^30",
                scratchBytes);
        if (type == Type.MEMORY_BOUND && scratchBytes < 2L * Long.BYTES * samples) {
            throw new IllegalArgumentException(
                    "-scratch is too small for memory_bound, which needs 16 bytes for each of "
                            + samples
                            + " samples (-sample): "
                            + scratchBytes);
        }
        if (imbalance > 0 && type != Type.LOAD_IMBALANCE) {
            throw new IllegalArgumentException(
                    "-imbalance is for -kernel load_imbalance, not for " + type.label());
        }
    }

    private static void check(boolean good, String option, String range, Object value) {
        if (!good) {
            throw new IllegalArgumentException(option + " must be " + range + ": " + value);
        }
    }

    /** The kernel of that name, with default parameters but for the iterations. */
    static Kernel of(Type type, long iterations) {
        return new Kernel(type, iterations, 16, 0, 0);
    }

    /**
     * The kernel of that name.
     *
     * @throws IllegalArgumentException if there is none, or none that can be run
     */
    static Type typeOf(String label) {
        switch (label) {
            case "io_bound" ->
                    throw new IllegalArgumentException(
                            "-kernel io_bound is declared by the definition, and defined nowhere");
            case "compute_dgemm", "memory_daxpy" ->
                    throw new IllegalArgumentException(
                            "-kernel "
                                    + label
                                    + " needs a BLAS, which is not part of Teff; use compute_bound or"
                                    + " memory_bound");
            default -> {}
        }
        return Arrays.stream(Type.values())
                .filter(type -> type.label().equals(label))
                .findFirst()
                .orElseThrow(
                        () ->
                                new IllegalArgumentException(
                                        "-kernel names none: "
                                                + label
                                                + "; there are "
                                                + String.join(", ", labels())));
    }

    static List<String> labels() {
        return Arrays.stream(Type.values()).map(Type::label).toList();
    }

    /** The iterations of one task. */
    long iterations(int graph, int t, int i) {
        if (type != Type.LOAD_IMBALANCE) {
            return iterations;
        }
        double factor = 1 + (SipHash.uniform(graph, t, i) - 0.5) * imbalance;
        return Math.round(factor * iterations); // not negative, so halves go up as in C
    }

    /** Operations on doubles that are counted for a task of so many iterations. */
    long flops(long ofTask) {
        return switch (type) {
            case COMPUTE_BOUND, LOAD_IMBALANCE -> 2L * Work.LANES * ofTask + Work.LANES;
            case COMPUTE_BOUND2 -> 2L * Work.LANES2 * ofTask;
            case EMPTY, BUSY_WAIT, MEMORY_BOUND -> 0;
        };
    }

    /** Bytes that are counted for each task. */
    long bytes() {
        return type == Type.MEMORY_BOUND ? scratchBytes * iterations / samples : 0;
    }

    /** With other iterations. */
    Kernel iterations(long other) {
        return new Kernel(type, other, samples, imbalance, scratchBytes);
    }

    /** Runs it for task {@code (t, i)} of that graph. */
    void run(Work work, int graph, int t, int i) {
        switch (type) {
            case EMPTY -> {}
            case BUSY_WAIT -> work.busyWait(iterations);
            case COMPUTE_BOUND -> work.computeBound(iterations);
            case COMPUTE_BOUND2 -> work.computeBound2(iterations);
            case MEMORY_BOUND -> work.memoryBound(iterations, scratchBytes, samples, t);
            case LOAD_IMBALANCE -> work.computeBound(iterations(graph, t, i));
        }
    }

    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%s, %d iterations", type.label(), iterations);
    }
}
