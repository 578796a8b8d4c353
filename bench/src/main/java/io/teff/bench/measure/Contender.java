// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.measure;

import static java.util.Objects.requireNonNull;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One thing to time: its name, its parameters, and a {@link Round} that runs it once.
 *
 * @param workload what is computed, such as {@code fib}
 * @param name who computes it, such as {@code engine.longtask}
 * @param workers worker threads it may use
 * @param params what else tells its rows apart, in the order they are written
 * @param metric unit of its points, one of {@link Row#METRICS}
 * @param round one timed round
 * @param mostRounds in how many rounds it takes part, spread over all of them, and in none of the
 *     warm-up, since each is dear; or {@link #ALL_ROUNDS}
 */
public record Contender(
        String workload,
        String name,
        int workers,
        Map<String, Object> params,
        String metric,
        Round round,
        int mostRounds) {

    /** For {@link #mostRounds}: as many rounds as there are. */
    public static final int ALL_ROUNDS = 0;

    public Contender {
        requireNonNull(workload, "workload");
        requireNonNull(name, "name");
        requireNonNull(round, "round");
        Row.checkMetric(metric);
        params = Collections.unmodifiableMap(new LinkedHashMap<>(params));
        if (mostRounds < 0) {
            throw new IllegalArgumentException("mostRounds must be 0 or more: " + mostRounds);
        }
    }

    /** A contender that takes part in all rounds. */
    public Contender(
            String workload,
            String name,
            int workers,
            Map<String, Object> params,
            String metric,
            Round round) {
        this(workload, name, workers, params, metric, round, ALL_ROUNDS);
    }

    /** Whether it takes part in this of so many rounds. */
    boolean runsIn(int round, int rounds) {
        return mostRounds == ALL_ROUNDS
                || mostRounds >= rounds
                || (long) (round + 1) * mostRounds / rounds > (long) round * mostRounds / rounds;
    }

    /** The name with its workers and parameters, for progress lines and messages. */
    public String label() {
        return workload + " " + name + " w=" + workers + (params.isEmpty() ? "" : " " + params);
    }

    /**
     * One round: sets up, times the work itself, checks the answer and hands over its points.
     *
     * <p>A round owns its threads: it starts what it needs and stops it before it returns, so that
     * no idle pool spins through another contender's round.
     */
    @FunctionalInterface
    public interface Round {
        /** Runs once and adds at least one point. An exception fails the contender for good. */
        void run(Points points) throws Exception;
    }

    /** Takes the points of one round. */
    public interface Points {
        /** Adds a point in the contender's metric. */
        default void add(double value, boolean verified) {
            add(Map.of(), value, verified);
        }

        /** Adds a point to a row of its own, told apart by {@code extra}, such as a percentile. */
        void add(Map<String, ?> extra, double value, boolean verified);
    }
}
