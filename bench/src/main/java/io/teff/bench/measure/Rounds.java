// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.measure;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.LongSupplier;

/**
 * Runs contenders in turns and makes a {@link Report} of their points.
 *
 * <p>First everyone warms up in turns, each until its last three points lie within 5 % of each
 * other, or for at most {@link #warmUp(int, int)} rounds. Then come the measured rounds: in each,
 * every contender runs once, and each round begins with another one, so that no contender always
 * follows the same neighbour. The heap is collected between turns, so nobody pays for another's
 * garbage. {@link Surroundings} says when a report is clean.
 *
 * <p>For one thread, and for one use.
 */
public final class Rounds {
    private static final double STABLE_WITHIN = 0.05;

    private final String bench;
    private final Progress progress;
    private int minWarmUp = 3;
    private int maxWarmUp = 12;
    private int rounds = 9;
    private boolean collect = true;
    private LongSupplier othersCpuNs = () -> 0;
    private Path profiles; // null: none

    /** Rounds for the command {@code bench}, with progress on stderr if that is a terminal. */
    public Rounds(String bench) {
        this(bench, Progress.onTerminal());
    }

    Rounds(String bench, Progress progress) {
        this.bench = bench;
        this.progress = progress;
    }

    /** Warm-up rounds for each contender: at least {@code min}, at most {@code max}; default 3, 12. */
    public Rounds warmUp(int min, int max) {
        if (min < 0 || max < min) {
            throw new IllegalArgumentException(
                    "warm-up rounds must be 0 or more, and the most not below the least: "
                            + min
                            + ", "
                            + max);
        }
        minWarmUp = min;
        maxWarmUp = max;
        return this;
    }

    /** Measured rounds, default 9. Use at least 7 where figures are compared. */
    public Rounds rounds(int rounds) {
        if (rounds < 1) {
            throw new IllegalArgumentException("rounds must be 1 or more: " + rounds);
        }
        this.rounds = rounds;
        return this;
    }

    /** Whether the heap is collected before each turn, default true. */
    public Rounds collect(boolean collect) {
        this.collect = collect;
        return this;
    }

    /** CPU time so far of other processes that take part and are no children of this one. */
    public Rounds othersCpuNs(LongSupplier othersCpuNs) {
        this.othersCpuNs = othersCpuNs;
        return this;
    }

    /** Profiles the measured rounds, into files of this folder. */
    public Rounds profile(Path folder) {
        profiles = folder;
        return this;
    }

    /**
     * Runs them all. A contender that throws is dropped, with one row that is not verified and
     * carries the error; the others go on. An interrupt ends everything; but Ctrl-C gives a partial report of what was measured.
     */
    public Report run(List<Contender> contenders) throws InterruptedException {
        try (Stop stop = Stop.watch()) {
            return run(contenders, stop);
        }
    }

    /** The same, until it is stopped. */
    Report run(List<Contender> contenders, Stop stop) throws InterruptedException {
        List<Turns> all = contenders.stream().map(Turns::new).toList();
        boolean isWhole = go(stop, () -> warmUp(all));
        all.forEach(Turns::begin);
        Surroundings surroundings = Surroundings.begin(othersCpuNs);
        Profile profile = isWhole && profiles != null ? startProfile() : null;
        isWhole = isWhole && go(stop, () -> measure(all, stop));
        progress.clear();
        List<Row> rows = new ArrayList<>();
        for (Turns turns : all) {
            if (isWhole || !turns.series.isEmpty() || turns.error != null) {
                rows.addAll(turns.rows());
            }
        }
        List<String> written = profile == null ? List.of() : stopProfile(profile);
        Report report = surroundings.report(bench, rows);
        return new Report(
                bench,
                report.clean() && isWhole && written.isEmpty(),
                report.env(),
                report.ruler(),
                report.rows(),
                !isWhole,
                written);
    }

    private void measure(List<Turns> all, Stop stop) throws InterruptedException {
        int n = all.size();
        for (int round = 0; round < rounds; round++) {
            for (int i = 0; i < n; i++) {
                Turns turns = all.get((round + i) % n);
                if (turns.contender.runsIn(round, rounds)) {
                    String what = turns.contender.workload() + " " + turns.contender.name();
                    progress.show(round * n + i, rounds * n, "round " + (round + 1) + ": " + what);
                    String before = turns.error;
                    turns.run(collect);
                    if (stop.isRequested()) {
                        turns.error =
                                before; // what a contender says that was interrupted counts not
                        throw new InterruptedException();
                    }
                }
            }
        }
    }

    /** Something that an interrupt ends. */
    private interface Interruptible {
        void run() throws InterruptedException;
    }

    /** Whether it came to its end. */
    private static boolean go(Stop stop, Interruptible part) throws InterruptedException {
        try {
            part.run();
            return !stop.isRequested();
        } catch (InterruptedException e) {
            if (!stop.isRequested()) {
                throw e;
            }
            return false;
        } finally {
            if (stop.isRequested()) {
                Thread.interrupted(); // what follows is to be done all the same
            }
        }
    }

    private Profile startProfile() {
        try {
            return Profile.start(profiles, bench);
        } catch (IOException e) {
            throw new UncheckedIOException("no profile can be made in '" + profiles + "'", e);
        }
    }

    private static List<String> stopProfile(Profile profile) {
        try {
            List<String> files = profile.stop();
            if (!profile.reason().isEmpty()) {
                System.err.println("no flame graph: " + profile.reason());
            }
            return files;
        } catch (IOException e) {
            System.err.println("no profile was written: " + e);
            return List.of();
        }
    }

    private void warmUp(List<Turns> all) throws InterruptedException {
        for (int round = 0; round < maxWarmUp; round++) {
            int unstable = 0;
            for (Turns turns : all) {
                if (turns.contender.mostRounds() != Contender.ALL_ROUNDS) {
                    continue;
                }
                if (round < minWarmUp || !turns.stable()) {
                    unstable++;
                    progress.show(round, maxWarmUp, "warm-up: " + turns.contender.label());
                    turns.run(collect);
                    if (Thread.currentThread().isInterrupted()) {
                        throw new InterruptedException();
                    }
                }
            }
            if (unstable == 0) {
                return;
            }
        }
    }

    /** A contender with the points it has so far. */
    private static final class Turns implements Contender.Points {
        private final Contender contender;
        private final Map<Map<String, Object>, Series> series = new LinkedHashMap<>();
        private String error;

        Turns(Contender contender) {
            this.contender = contender;
        }

        /** Forgets the warm-up. */
        void begin() {
            series.clear();
        }

        void run(boolean collect) throws InterruptedException {
            if (error != null) {
                return;
            }
            if (collect) {
                System.gc();
            }
            try {
                contender.round().run(this);
                if (series.isEmpty()) {
                    error = "the round gave no point";
                }
            } catch (InterruptedException e) {
                throw e;
            } catch (Exception | LinkageError | StackOverflowError | AssertionError e) {
                error = e.toString(); // reported in its row, which is not verified
            }
        }

        @Override
        public void add(Map<String, ?> extra, double value, boolean verified) {
            Map<String, Object> params = new LinkedHashMap<>(contender.params());
            params.putAll(extra);
            Series points = series.computeIfAbsent(params, p -> new Series());
            points.raw.add(value);
            points.verified &= verified;
        }

        /** True if the last three points of the first row lie close together. */
        boolean stable() {
            if (error != null) {
                return true;
            }
            List<Double> raw = series.values().iterator().next().raw;
            if (raw.size() < 3) {
                return false;
            }
            TreeSet<Double> last = new TreeSet<>(raw.subList(raw.size() - 3, raw.size()));
            return last.last() - last.first() <= STABLE_WITHIN * last.first();
        }

        List<Row> rows() {
            List<Row> rows = new ArrayList<>();
            if (error != null) {
                rows.add(Row.failed(contender, error));
            } else {
                series.forEach((p, s) -> rows.add(Row.of(contender, p, s.raw, s.verified)));
            }
            return rows;
        }

        private static final class Series {
            final List<Double> raw = new ArrayList<>();
            boolean verified = true;
        }
    }
}
