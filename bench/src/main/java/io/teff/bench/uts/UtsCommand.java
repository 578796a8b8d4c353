// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.uts;

import io.teff.bench.measure.Contender;
import io.teff.bench.measure.Printed;
import io.teff.bench.measure.Rounds;
import io.teff.bench.mpi.OnRanks;
import io.teff.bench.mpi.Rank;
import io.teff.mpi.executor.MpiExecutor;
import io.teff.mpi.executor.MpiFunction;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * {@code teff uts}: searches one tree by all contenders, in turns, and checks what they find.
 *
 * <p>Exit code 0 if all found what is in the tree, 1 if not, 2 for bad input. Under {@code mpiexec}, with
 * {@code --mpi}, rank 0 is the one that says so.
 */
@Command(
        name = "uts",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Unbalanced tree search (UTS): trees whose shape nobody can guess.",
            "Each node is the SHA-1 hash of its parent's and its own number, which says how many"
                    + " children it has. Efficiency compares with one thread that hashes and does"
                    + " nothing else."
        })
public final class UtsCommand implements Callable<Integer>, OnRanks {
    private static final int MAX_WORKERS = 1024;
    private static final int MAX_ROUNDS = 1000;
    private static final long LARGE = 20_000_000;
    private static final List<String> EXECUTORS =
            List.of(Searches.PLAIN, Searches.ENGINE, Searches.FORKJOIN);

    @Spec private CommandSpec spec;

    @Option(
            names = "--tree",
            paramLabel = "NAME",
            description =
                    "T1 to T5 have 4 million nodes each, T1L, T2L and T3L 100 million, T1XL 1600."
                            + " Default: T1, or UTS's own where parameters are given.")
    private String tree;

    @ArgGroup(
            exclusive = false,
            validate = false,
            heading = "Parameters, which change those of the tree, under UTS's names:%n")
    private final Parameters parameters = new Parameters();

    private static final class Parameters {
        @Option(
                names = "-t",
                paramLabel = "TYPE",
                description = "0 binomial, 1 geometric, 2 hybrid, 3 balanced.")
        private Integer type;

        @Option(
                names = "-a",
                paramLabel = "SHAPE",
                description = "Geometric: 0 linear, 1 expdec, 2 cyclic, 3 fixed.")
        private Integer shape;

        @Option(names = "-b", paramLabel = "B", description = "Children of the root.")
        private Double b;

        @Option(names = "-d", paramLabel = "D", description = "Depth.")
        private Integer d;

        @Option(names = "-r", paramLabel = "R", description = "Seed of the root.")
        private Integer r;

        @Option(
                names = "-q",
                paramLabel = "Q",
                description = "Binomial: the chance of a node to have children.")
        private Double q;

        @Option(names = "-m", paramLabel = "M", description = "Binomial: how many it has then.")
        private Integer m;

        @Option(
                names = "-f",
                paramLabel = "F",
                description = "Hybrid: the part of the depth where it is geometric.")
        private Double f;

        @Option(names = "-g", paramLabel = "G", description = "SHA-1 evaluations for each node.")
        private Integer g;

        boolean isTree() {
            return Stream.of(type, shape, b, d, r, q, m, f).anyMatch(value -> value != null);
        }

        Tree of(Tree base) {
            return new Tree(
                    type == null ? base.type() : numbered("-t", type, Tree.Type.values()),
                    shape == null ? base.shape() : numbered("-a", shape, Tree.Shape.values()),
                    or(b, base.b()),
                    or(d, base.d()),
                    or(r, base.r()),
                    or(q, base.q()),
                    or(m, base.m()),
                    or(f, base.f()),
                    or(g, base.g()));
        }

        private static <T> T or(T value, T otherwise) {
            return value != null ? value : otherwise;
        }

        private static <T> T numbered(String option, int number, T[] values) {
            if (number < 0 || number >= values.length) {
                throw new IllegalArgumentException(
                        option + " must be from 0 to " + (values.length - 1) + ": " + number);
            }
            return values[number];
        }
    }

    @Option(
            names = "--executors",
            paramLabel = "NAME",
            split = ",",
            description =
                    "What searches: plain (a loop on one thread), engine, forkjoin. Default: all,"
                            + " and none of them with --mpi.")
    private List<String> executors;

    @Option(
            names = "--workers",
            paramLabel = "N",
            split = ",",
            description =
                    "Worker counts; default 1, 2, 4, ... up to one for each processor. With --mpi"
                            + " one number, for each rank; default 1, or what teff mpi has started"
                            + " them with.")
    private List<Integer> workers;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            description = "Measured rounds; default 7, and 3 for more than 20 million nodes.")
    private Integer rounds;

    @Option(
            names = "--mpi",
            description =
                    "Searches on all ranks of the MPI run that this process was started for, such as"
                            + " by mpiexec with this command on each rank.")
    private boolean mpi;

    @Option(names = "--json", description = "Print one JSON object and nothing else.")
    private boolean json;

    @Override
    public List<MpiFunction> functions() {
        return Ranks.functions(chosenTree());
    }

    @Override
    public Integer call() throws InterruptedException {
        Optional<MpiExecutor> started = Rank.joined();
        mpi |= started.isPresent(); // teff mpi has started it
        Tree chosen = chosenTree();
        List<Integer> counts =
                started.isPresent() ? checkedWorkersOf(started.get()) : checkedWorkers();
        Set<String> names = checkedExecutors();
        check(
                rounds == null || (rounds >= 1 && rounds <= MAX_ROUNDS),
                "--rounds must be between 1 and " + MAX_ROUNDS + ": " + rounds);
        if (!mpi) {
            return run(chosen, names, counts, null);
        }
        Ranks joined;
        try {
            joined = new Ranks(chosen, counts.get(0));
        } catch (UnsatisfiedLinkError e) {
            throw new ParameterException(spec.commandLine(), "--mpi: " + e.getMessage(), e);
        }
        try (Ranks ranks = joined) {
            return ranks.isRoot() ? run(chosen, names, counts, ranks) : 0;
        }
    }

    private int run(Tree chosen, Set<String> names, List<Integer> counts, Ranks ranks)
            throws InterruptedException {
        Optional<NamedTree> named = NamedTree.of(chosen);
        Totals expected = named.map(NamedTree::totals).orElseGet(() -> Walk.plain(chosen));
        Searches searches =
                new Searches(named.map(NamedTree::name).orElse("uts"), chosen, expected);
        List<Contender> contenders = new ArrayList<>();
        contenders.add(searches.hashes());
        if (names.contains(Searches.PLAIN)) {
            contenders.add(searches.plain());
        }
        for (int count : counts) {
            if (names.contains(Searches.ENGINE)) {
                contenders.add(searches.engine(count));
            }
            if (names.contains(Searches.FORKJOIN)) {
                contenders.add(searches.forkJoin(count));
            }
        }
        boolean isLarge = chosen.hashes(expected.nodes()) > LARGE;
        Rounds planned = new Rounds("uts").warmUp(isLarge ? 1 : 3, isLarge ? 1 : 8);
        planned.rounds(rounds != null ? rounds : isLarge ? 3 : 7);
        if (ranks != null) {
            contenders.add(searches.mpi(ranks.workers(), ranks));
            planned.othersCpuNs(ranks::othersCpuNs);
        }
        UtsReport report = new UtsReport(chosen, expected, planned.run(contenders));
        return Printed.exitCode(spec, report.report(), json, report.text());
    }

    private Tree chosenTree() {
        Tree base = parameters.isTree() ? Tree.DEFAULT : NamedTree.T1.tree();
        if (tree != null) {
            base =
                    NamedTree.named(tree)
                            .orElseThrow(
                                    () ->
                                            bad(
                                                    "--tree names no tree: "
                                                            + tree
                                                            + "; there are "
                                                            + known()))
                            .tree();
        }
        try {
            return parameters.of(base);
        } catch (IllegalArgumentException e) {
            throw bad(e.getMessage());
        }
    }

    private static String known() {
        return String.join(", ", NamedTree.ALL.stream().map(NamedTree::name).toList());
    }

    private Set<String> checkedExecutors() {
        Set<String> names = new LinkedHashSet<>();
        if (executors == null && !mpi) {
            names.addAll(EXECUTORS);
        }
        for (String name : executors == null ? List.<String>of() : executors) {
            check(
                    EXECUTORS.contains(name),
                    "--executors names none of " + String.join(", ", EXECUTORS) + ": " + name);
            names.add(name);
        }
        return names;
    }

    private List<Integer> checkedWorkers() {
        List<Integer> counts = workers != null ? workers : mpi ? List.of(1) : defaultWorkers();
        for (int count : counts) {
            check(
                    count >= 1 && count <= MAX_WORKERS,
                    "--workers must be between 1 and " + MAX_WORKERS + ": " + count);
        }
        check(!mpi || counts.size() == 1, "--workers with --mpi must be one number: " + counts);
        return counts;
    }

    /** Ranks that teff mpi has started have their workers already. */
    private List<Integer> checkedWorkersOf(MpiExecutor started) {
        List<Integer> its = List.of(started.engine().config().workers());
        check(
                workers == null || workers.equals(its),
                "--workers is "
                        + workers
                        + ", but rank 0 was started with "
                        + its
                        + ": say it to teff mpi, before --");
        return its;
    }

    private static List<Integer> defaultWorkers() {
        int cores = Runtime.getRuntime().availableProcessors();
        TreeSet<Integer> counts = new TreeSet<>();
        for (int count = 1; count < cores; count *= 2) {
            counts.add(count);
        }
        counts.add(cores);
        return List.copyOf(counts);
    }

    private void check(boolean good, String message) {
        if (!good) {
            throw bad(message);
        }
    }

    private ParameterException bad(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
