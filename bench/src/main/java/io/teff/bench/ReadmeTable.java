// SPDX-License-Identifier: Apache-2.0
package io.teff.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Puts a result of {@code teff compare} into the README, between its compare markers: one line per
 * program, the median of each executor, and how much faster the engine is than the best other pool.
 *
 * <p>Executors appear in their usual way and with the most workers; the result file has the rest.
 * A result with an answer that was not verified is refused. Run by scripts/readme-table.
 */
final class ReadmeTable {
    private static final String BEGIN = "<!-- compare:begin -->\n";
    private static final String END = "<!-- compare:end -->";

    private ReadmeTable() {}

    public static void main(String[] args) {
        System.exit(run(args, System.err));
    }

    static int run(String[] args, PrintStream err) {
        if (args.length != 2) {
            err.println("usage: ReadmeTable README.md RESULT.json");
            return 2;
        }
        Path readme = Path.of(args[0]);
        Path file = Path.of(args[1]);
        try {
            JsonNode result = new ObjectMapper().readTree(file.toFile());
            String page = Files.readString(readme);
            int begin = page.indexOf(BEGIN);
            int end = page.indexOf(END);
            if (begin < 0 || end < begin) {
                err.printf("%s: no line %s before a line %s%n", readme, BEGIN.strip(), END);
                return 2;
            }
            String table = table(result);
            Files.writeString(
                    readme,
                    page.substring(0, begin + BEGIN.length()) + table + page.substring(end));
            return 0;
        } catch (IllegalArgumentException e) {
            err.printf("%s: %s%n", file, e.getMessage());
            return 1;
        } catch (IOException e) {
            err.printf("cannot read or write: %s%n", e);
            return 2;
        }
    }

    /** The table in Markdown; IllegalArgumentException if the result cannot make an honest one. */
    static String table(JsonNode result) {
        Map<String, Map<String, JsonNode>> programs = new LinkedHashMap<>();
        Set<String> executors = new LinkedHashSet<>();
        int workers = 0;
        int rounds = Integer.MAX_VALUE;
        for (JsonNode row : result.path("rows")) {
            String program = row.path("workload").asText();
            String executor = row.path("contender").asText();
            if (!row.path("verified").asBoolean(false)) {
                throw new IllegalArgumentException(
                        "not verified, so not for the README: " + program + " on " + executor);
            }
            if (!row.path("metric").asText().equals("s") || !row.path("median").isNumber()) {
                throw new IllegalArgumentException("no seconds: " + program + " on " + executor);
            }
            if (row.path("params").path("own_size").asBoolean(false)) {
                continue; // its time is that of another size
            }
            rounds = Math.min(rounds, row.path("rounds").asInt());
            if (executor.contains(".")) {
                continue; // a further way of using an executor
            }
            executors.add(executor);
            workers = Math.max(workers, row.path("workers").asInt());
            programs.computeIfAbsent(program, name -> new LinkedHashMap<>())
                    .merge(executor, row, ReadmeTable::moreWorkers);
        }
        if (programs.isEmpty()) {
            throw new IllegalArgumentException("it has no rows");
        }

        StringBuilder table = new StringBuilder("| program, ms a run |");
        executors.forEach(executor -> table.append(' ').append(executor).append(" |"));
        table.append(" engine is faster by |\n|---|");
        table.append("---:|".repeat(executors.size() + 1)).append('\n');
        programs.forEach(
                (program, rows) -> {
                    table.append("| ").append(program).append(" |");
                    for (String executor : executors) {
                        table.append(' ').append(ms(rows.get(executor))).append(" |");
                    }
                    table.append(' ').append(advantage(rows)).append(" |\n");
                });
        return table + caption(result, workers, rounds);
    }

    private static JsonNode moreWorkers(JsonNode a, JsonNode b) {
        return b.path("workers").asInt() > a.path("workers").asInt() ? b : a;
    }

    private static String ms(JsonNode row) {
        return row == null ? "-" : figure(row.path("median").asDouble() * 1e3);
    }

    /** The best other pool's time over the engine's: below 1 the engine has lost. */
    private static String advantage(Map<String, JsonNode> rows) {
        double best =
                rows.entrySet().stream()
                        .filter(entry -> !Set.of("engine", "sequential").contains(entry.getKey()))
                        .mapToDouble(entry -> entry.getValue().path("median").asDouble())
                        .min()
                        .orElse(Double.NaN);
        JsonNode engine = rows.get("engine");
        return engine == null || Double.isNaN(best)
                ? "-"
                : String.format(Locale.ROOT, "%.2fx", best / engine.path("median").asDouble());
    }

    private static String caption(JsonNode result, int workers, int rounds) {
        JsonNode env = result.path("env");
        return String.format(
                Locale.ROOT,
                "%nMedians of at least %d interleaved rounds with %d workers, against the best other"
                        + " pool of each line.%n%s, JDK %s, commit %s%s. Made by `scripts/teff compare`"
                        + " and `scripts/readme-table`;%nspread and raw points are in"
                        + " [results/compare](results/compare).%n",
                rounds,
                workers,
                env.path("cpu_model").asText("unknown processor"),
                env.path("java_version").asText("unknown"),
                env.path("commit").asText("unknown"),
                result.path("clean").asBoolean(false) ? "" : "; **the machine was not quiet**");
    }

    private static String figure(double value) {
        String format = value >= 100 ? "%.0f" : value >= 10 ? "%.1f" : value >= 1 ? "%.2f" : "%.3f";
        return String.format(Locale.ROOT, format, value);
    }
}
