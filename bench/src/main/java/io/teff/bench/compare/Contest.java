// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.compare;

import io.teff.bench.measure.Contender;
import io.teff.bench.measure.Report;
import io.teff.bench.measure.Rounds;
import io.teff.bench.mpi.Rank;
import io.teff.bench.programs.Answer;
import io.teff.bench.programs.Params;
import io.teff.bench.programs.Pool;
import io.teff.bench.programs.Program;
import io.teff.bench.programs.Workload;
import io.teff.mpi.executor.MpiExecutor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Runs a plan: every contender of every program in turns, every answer checked.
 *
 * <p>A point is the mean wall time of as many runs as fill a budget, without the first, in which
 * threads start; unless the first alone fills the budget. Pools live for one round. Where processes
 * start with them, these are run warm before, as peers leave their start and their warm-up out; and
 * as those they take part in some rounds only.
 */
final class Contest {
    /** The row parameter that holds the number of tasks of one run. */
    static final String TASKS = "tasks";

    /** The row parameter that is true where a contender has a size of its own. */
    static final String OWN_SIZE = "own_size";

    /** The row parameter that holds the number of ranks of {@code mpi}. */
    static final String RANKS = "ranks";

    /** The row parameter that holds the version of a contender outside this JVM. */
    static final String VERSION = "version";

    /** How long new processes run untimed, in budgets: 3 s in a usual run, to compile most of it. */
    private static final int WARM_UP_BUDGETS = 30;

    private final long budgetNs;
    private final int peerRounds;
    private final List<Contender> contenders = new ArrayList<>();
    private final List<Standings.Missing> missing = new ArrayList<>();
    private final Set<String> mistakes = new LinkedHashSet<>();
    private final Map<Peer, Peer.Presence> peers = new LinkedHashMap<>();
    private int ranks; // of mpi; 0: it is not among the contenders
    private int ranksWorkers; // of all of them together

    private Contest(long budgetNs, int peerRounds) {
        this.budgetNs = budgetNs;
        this.peerRounds = peerRounds;
    }

    /**
     * Computes inputs and expected answers of a plan.
     *
     * @param budgetNs how long the runs of one point last at least, in nanoseconds
     * @throws IllegalArgumentException if a program rejects its size
     */
    static Contest prepare(Plan plan, long budgetNs) throws InterruptedException {
        return prepare(plan, budgetNs, Contender.ALL_ROUNDS);
    }

    /**
     * The same.
     *
     * @param peerRounds in how many rounds a peer takes part
     */
    static Contest prepare(Plan plan, long budgetNs, int peerRounds) throws InterruptedException {
        Contest contest = new Contest(budgetNs, peerRounds);
        for (Peer peer : plan.peers()) {
            contest.peers.put(peer, peer.presence());
        }
        contest.join(plan);
        plan.sizes().keySet().forEach(program -> contest.add(plan, program));
        if (contest.contenders.isEmpty()) {
            throw new IllegalArgumentException(
                    "nothing to run: no chosen program knows "
                            + plan.executors()
                            + String.join(
                                    "", contest.absences().stream().map(a -> "; " + a).toList()));
        }
        return contest;
    }

    /** Has the ranks, if a contender runs on them: with the workers that they were started with. */
    private void join(Plan plan) throws InterruptedException {
        boolean isWanted =
                plan.sizes().keySet().stream()
                        .flatMap(program -> plan.contendersOf(program).stream())
                        .anyMatch(name -> Pool.executorOf(name).equals(Pools.MPI));
        if (isWanted) {
            MpiExecutor mpi = Pools.ranks(plan.workers().get(0));
            ranks = mpi.size();
            ranksWorkers = Rank.workers(mpi);
        }
    }

    private int ownWorkers(String executor) {
        return executor.equals(Pools.MPI) ? ranksWorkers : Pools.ownWorkers(executor);
    }

    private void add(Plan plan, Program program) {
        Map<Map<String, Long>, Workload> workloads = new LinkedHashMap<>();
        for (String name : plan.contendersOf(program)) {
            int own = ownWorkers(Pool.executorOf(name));
            for (int workers : own > 0 ? List.of(own) : plan.workers()) {
                contenders.add(
                        contender(program, sized(plan, program, name, workloads), name, workers));
            }
        }
        peers.forEach(
                (peer, presence) -> {
                    if (presence.isHere() && peer.runs(program)) {
                        for (int workers : plan.workers()) {
                            contenders.add(
                                    contender(
                                            program,
                                            sized(plan, program, peer.name(), workloads),
                                            peer,
                                            workers));
                        }
                    } else if (peer.runs(program)) {
                        missing.add(new Standings.Missing(program.name(), peer.name()));
                    }
                });
    }

    /** A program at the size that a contender has. */
    private record Sized(Params size, Workload workload, boolean isOwn) {
        private Map<String, Object> params(String contender) {
            Map<String, Object> params = new LinkedHashMap<>(size.asMap());
            params.put(TASKS, workload.tasks(contender));
            if (isOwn) {
                params.put(OWN_SIZE, true);
            }
            return params;
        }
    }

    private static Sized sized(
            Plan plan,
            Program program,
            String contender,
            Map<Map<String, Long>, Workload> workloads) {
        Params size = plan.sizeOf(program, contender);
        return new Sized(
                size,
                workloads.computeIfAbsent(size.asMap(), s -> program.prepare(size)),
                !size.asMap().equals(plan.sizes().get(program).asMap()));
    }

    /** The rows that peers would have if they were here. */
    List<Standings.Missing> missing() {
        return missing;
    }

    /** What those who read the results should know. */
    List<String> remarks() {
        return ranks == 1
                ? List.of("mpi has one rank, this process; for more: teff mpi -n 2 -- compare ...")
                : List.of();
    }

    /** Which of the chosen peers are not here, and why. */
    List<String> absences() {
        List<String> absences = new ArrayList<>();
        peers.forEach(
                (peer, presence) -> {
                    if (!presence.isHere()) {
                        absences.add(peer.name() + " is absent: " + presence.absence());
                    }
                });
        return absences;
    }

    /** Runs everything, as often as the rounds say. */
    Report run(Rounds rounds) throws InterruptedException {
        return rounds.run(contenders);
    }

    /** What was wrong in wrong answers, one line for each contender and kind. */
    List<String> mistakes() {
        return List.copyOf(mistakes);
    }

    private Contender contender(Program program, Sized sized, String name, int workers) {
        Map<String, Object> params = sized.params(name);
        if (Pool.executorOf(name).equals(Pools.MPI)) {
            params.put(RANKS, ranks);
        }
        return new Contender(
                program.name(),
                name,
                workers,
                params,
                "s",
                points -> {
                    Pool pool = Pools.open(name, workers, program.flat());
                    try {
                        Runs runs = new Runs(program.name(), sized.workload, pool);
                        runs.fillBudget();
                        points.add(runs.meanSeconds(), runs.verified);
                    } finally {
                        Pools.close(pool);
                    }
                },
                Pools.startsProcesses(name) ? peerRounds : Contender.ALL_ROUNDS);
    }

    private Contender contender(Program program, Sized sized, Peer peer, int workers) {
        Map<String, Object> params = sized.params(peer.name());
        params.put(VERSION, peers.get(peer).version());
        return new Contender(
                program.name(),
                peer.name(),
                workers,
                params,
                "s",
                points -> {
                    Peer.Timing timing = peer.run(program, sized.size, workers);
                    points.add(
                            timing.seconds(),
                            isRight(program.name(), peer.name(), timing.answer()));
                },
                peerRounds);
    }

    private boolean isRight(String program, String contender, Answer answer) {
        String wrong = answer.mismatch();
        if (!wrong.isEmpty()) {
            mistakes.add(program + " on " + contender + ": " + wrong);
        }
        return wrong.isEmpty();
    }

    /** The runs of one round. */
    private final class Runs {
        private final String program;
        private final Workload workload;
        private final Pool pool;
        private boolean verified = true;
        private long timedNs;
        private long count;

        private Runs(String program, Workload workload, Pool pool) {
            this.program = program;
            this.workload = workload;
            this.pool = pool;
        }

        private void fillBudget() throws Exception {
            runOnce();
            while (Pools.startsProcesses(pool.contender())
                    && timedNs < WARM_UP_BUDGETS * budgetNs) {
                runOnce();
            }
            if (timedNs < budgetNs || pool.isRemote()) {
                timedNs = 0;
                count = 0;
            }
            while (timedNs < budgetNs) {
                runOnce();
            }
        }

        private void runOnce() throws Exception {
            long startNs = System.nanoTime();
            Answer answer = workload.run(pool);
            timedNs += System.nanoTime() - startNs;
            count++;
            verified &= isRight(program, pool.contender(), answer);
        }

        private double meanSeconds() {
            return timedNs / 1e9 / count;
        }
    }
}
