// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.report;

import io.teff.bench.measure.Table;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/** Sorts what records hold into chapters. What fits nowhere else is in one of its own. */
final class Chapters {
    private final List<ResultFile> files;
    private final List<Chapter> chapters = new ArrayList<>();
    private final Set<ResultFile> shown = new LinkedHashSet<>();

    private Chapters(List<ResultFile> files) {
        this.files = files;
    }

    static List<Chapter> of(List<ResultFile> files) {
        return new Chapters(files).all();
    }

    private List<Chapter> all() {
        standings();
        chapter(
                "programs",
                "Programs",
                "Small programs on every executor, each answer checked. Bars are medians, whiskers"
                        + " their 95 % bootstrap intervals.",
                "scripts/teff compare, scripts/teff bench suite --json",
                file -> isOf(file, "suite") || isOf(file, "compare") && !isPeers(file));
        chapter(
                "fork-join",
                "Fork-join, loops and graphs",
                "What one fork, one element of a loop or one node of a graph costs.",
                "scripts/results forkjoin loop graph",
                file -> isOf(file, "forkjoin", "loop", "graph", "jmh"));
        chapter(
                "submission",
                "Tasks a second",
                "Flat submission of tasks that only count, by producers.",
                "scripts/results submit",
                file -> isOf(file, "submit"));
        grains();
        chapter(
                "latency",
                "Latency",
                "Percentile curves: the further right, the rarer. A spinning waiter shows the hand-over"
                        + " alone, a parked one what the system adds.",
                "scripts/results latency",
                file -> isOf(file, "latency"));
        chapter(
                "uts",
                "Unbalanced tree search",
                "The standard irregular load: nodes of a tree that nobody can predict.",
                "scripts/teff uts --tree T1 --json",
                file -> isOf(file, "uts"));
        chapter(
                "peers",
                "Native peers",
                "The same programs in C++ and Rust, in the same run.",
                "scripts/teff peers --native --json",
                file -> isOf(file, "peers", "native"));
        chapter(
                "parsl",
                "The plots of the Parsl reports",
                "Execution time against the number of functions, 10 to 6000, with 24 to 192 workers; and"
                        + " the released Parsl and Dask beside Teff.",
                "scripts/results htex peers",
                file -> isOf(file, "htex") || isPeers(file));
        chapter(
                "ranks",
                "Ranks",
                "Tasks for another process over MPI.",
                "scripts/results mpi",
                file -> isOf(file, "mpi"));
        speedups();
        chapter(
                "simulation",
                "Simulated clusters",
                "The scheduler between nodes as a discrete-event simulation, with costs that were measured;"
                        + " no row of it was measured on such a machine.",
                "scripts/teff simulate --json",
                file -> isOf(file, "simulate"));
        chapter("others", "Everything else", "", "scripts/results", file -> !shown.contains(file));
        return chapters;
    }

    private static boolean isOf(ResultFile file, String... benches) {
        return List.of(benches).contains(file.bench());
    }

    private static boolean isPeers(ResultFile file) {
        return isOf(file, "compare")
                && file.rows().stream().anyMatch(row -> row.contender().startsWith("parsl-"));
    }

    private void chapter(
            String id, String title, String lead, String command, Predicate<ResultFile> belongs) {
        List<List<Figure>> groups = new ArrayList<>();
        for (ResultFile file : files) {
            if (belongs.test(file)) {
                shown.add(file);
                groups.addAll(groups(Plots.of(file)));
            }
        }
        chapters.add(
                new Chapter(id, title, lead, groups.isEmpty() ? command : "", groups, List.of()));
    }

    /** Figures of one kind and file together; bars of one file together, whatever they show. */
    private static List<List<Figure>> groups(List<Figure> figures) {
        Map<String, List<Figure>> groups = new LinkedHashMap<>();
        for (Figure figure : figures) {
            String kind =
                    figure.bars() ? figure.file() + " bars" : figure.file() + " " + figure.title();
            groups.computeIfAbsent(kind, k -> new ArrayList<>()).add(figure);
        }
        return List.copyOf(groups.values());
    }

    private void standings() {
        List<Chapter.Sheet> sheets = new ArrayList<>();
        for (ResultFile file : files) {
            if (isOf(file, "simulate")) {
                continue; // no contenders
            }
            List<List<String>> rows = new ArrayList<>();
            for (Ratios.Standing standing : Ratios.of(file)) {
                rows.add(
                        List.of(
                                standing.contender(),
                                ratio(standing.ratio()),
                                ratio(standing.worst()),
                                Integer.toString(standing.cases()),
                                Integer.toString(standing.best())));
            }
            if (!rows.isEmpty()) {
                sheets.add(
                        new Chapter.Sheet(
                                file.name() + (file.isClean() ? "" : " (not clean)"),
                                file.command(),
                                List.of("contender", "mean", "worst", "cases", "best in"),
                                rows));
            }
        }
        chapters.add(
                new Chapter(
                        "standings",
                        "Mean ratio to the best",
                        "How many times the time of the best each contender took: the geometric mean over"
                                + " the cases of one record in which it took part. 1 is the best everywhere."
                                + " References that schedule nothing are left out.",
                        sheets.isEmpty() ? "scripts/results" : "",
                        List.of(),
                        sheets));
    }

    /** Nonsense digits left out. */
    private static String ratio(double value) {
        return value >= 100
                ? Table.number(value).replaceAll("\\.\\d+$", "")
                : String.format(Locale.ROOT, "%.2f", value);
    }

    private void grains() {
        List<List<Figure>> groups = new ArrayList<>();
        List<Chapter.Sheet> tables = new ArrayList<>();
        for (ResultFile file : files) {
            if (isOf(file, "taskbench", "metg", "taskbench-metg", "taskbench metg")) {
                shown.add(file);
                List<Figure> lines = Grains.of(file);
                groups.addAll(groups(lines.isEmpty() ? Plots.of(file) : lines));
                Metg.table(file).ifPresent(tables::add);
            }
        }
        chapters.add(
                new Chapter(
                        "grain",
                        "Grain: Task Bench and METG",
                        "Which task is long enough? METG(50 %) is the smallest grain at which half of the"
                                + " machine does useful work (Slaughter et al., 2020). An independent"
                                + " implementation of the metric and its patterns.",
                        groups.isEmpty() && tables.isEmpty()
                                ? "scripts/teff taskbench metg --json"
                                : "",
                        groups,
                        tables));
    }

    private void speedups() {
        List<List<Figure>> groups = new ArrayList<>();
        for (ResultFile file : files) {
            List<Figure> figures = Speedups.of(file);
            if (!figures.isEmpty() && !isOf(file, "simulate")) {
                groups.add(figures);
            }
        }
        chapters.add(
                new Chapter(
                        "speed-up",
                        "Speed-up against workers",
                        "How many times as fast each contender is as itself with the fewest workers. Beyond"
                                + " the machine's processors no line can rise.",
                        groups.isEmpty() ? "scripts/results forkjoin" : "",
                        groups,
                        List.of()));
    }
}
