// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.simulate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Real ranks beside simulated ones: a tree search by {@code teff mpi}, and the simulation of a tree of as
 * many nodes on as many processors, where a node costs what it costs one thread in the same run.
 */
final class Validation {
    /** How far a simulated rate may be from the measured one, in percent. */
    static final double WITHIN_PERCENT = 15;

    private static final int SEEDS = 16;
    private static final double CHILDREN = 4;
    private static final int DEPTH = 10;

    private final String script;
    private final Costs costs;
    private final int rounds;

    Validation(String script, Costs costs, int rounds) {
        this.script = script;
        this.costs = costs;
        this.rounds = rounds;
    }

    /**
     * One comparison.
     *
     * @param measured nodes a second of so many ranks
     * @param simulated the same
     */
    record Pair(int ranks, int cores, double measured, double simulated, boolean verified) {
        double differencePercent() {
            return 100 * (simulated / measured - 1);
        }

        boolean isNear() {
            return verified && Math.abs(differencePercent()) <= WITHIN_PERCENT;
        }
    }

    Pair pair(int ranks) throws IOException, InterruptedException {
        JsonNode record = measure(ranks);
        double measured = figure(record, "mpi", "nodes");
        double seconds = figure(record, "plain", "seconds");
        double rate = figure(record, "plain", "nodes");
        int cores = record.path("env").path("cores").asInt(1);
        boolean verified = true;
        for (JsonNode row : record.path("rows")) {
            verified &= row.path("verified").asBoolean();
        }
        return new Pair(
                ranks,
                cores,
                measured,
                simulate(ranks, cores, rate * seconds, 1e9 / rate),
                verified);
    }

    private double simulate(int ranks, int cores, double nodes, double nodeNs) {
        long seed = seedOf(nodes);
        return new Stealing(ranks, 1, cores, costs, seed)
                .run(Work.tree(CHILDREN, DEPTH, seed), nodeNs)
                .tasksPerS();
    }

    /** Of the first few seeds, the one whose tree is nearest in size. */
    static long seedOf(double nodes) {
        long best = 0;
        double least = Double.POSITIVE_INFINITY;
        for (long seed = 1; seed <= SEEDS; seed++) {
            LongDeque pieces = new LongDeque();
            Work work = Work.tree(CHILDREN, DEPTH, seed);
            pieces.push(work.root());
            double far = Math.abs(Math.log(work.run(pieces, Long.MAX_VALUE) / nodes));
            if (far < least) {
                least = far;
                best = seed;
            }
        }
        return best;
    }

    private JsonNode measure(int ranks) throws IOException, InterruptedException {
        List<String> command =
                new ArrayList<>(List.of(script, "mpi", "-n", Integer.toString(ranks)));
        command.addAll(List.of("--workers", "1", "uts")); // or one rank would have all cores
        command.addAll(List.of("--tree", "T1", "--mpi", "--executors", "plain"));
        command.addAll(List.of("--rounds", Integer.toString(rounds), "--json"));
        Process process =
                new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        try {
            process.getOutputStream().close();
            byte[] out = process.getInputStream().readAllBytes();
            int exit = process.waitFor();
            if (exit != 0) {
                throw new IllegalStateException(
                        String.join(" ", command.subList(1, command.size()))
                                + " ended with exit code "
                                + exit);
            }
            return new ObjectMapper().readTree(new String(out, StandardCharsets.UTF_8));
        } finally {
            process.destroy(); // its launcher ends the ranks
        }
    }

    private static double figure(JsonNode record, String contender, String figure) {
        for (JsonNode row : record.path("rows")) {
            if (row.path("contender").asText().equals(contender)
                    && row.path("params").path("figure").asText().equals(figure)) {
                return row.path("median").asDouble();
            }
        }
        throw new IllegalStateException("the run has no " + figure + " of " + contender);
    }
}
