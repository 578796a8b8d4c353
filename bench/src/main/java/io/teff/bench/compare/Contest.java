// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.compare;

import io.teff.bench.measure.Contender;
import io.teff.bench.measure.Report;
import io.teff.bench.measure.Rounds;
import io.teff.bench.programs.Answer;
import io.teff.bench.programs.Params;
import io.teff.bench.programs.Pool;
import io.teff.bench.programs.Program;
import io.teff.bench.programs.Workload;
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
 * threads start; unless the first alone fills the budget. Pools live for one round.
 */
final class Contest {
    /** The row parameter that holds the number of tasks of one run. */
    static final String TASKS = "tasks";

    private final long budgetNs;
    private final List<Contender> contenders = new ArrayList<>();
    private final Set<String> mistakes = new LinkedHashSet<>();

    private Contest(long budgetNs) {
        this.budgetNs = budgetNs;
    }

    /**
     * Computes inputs and expected answers of a plan.
     *
     * @param budgetNs how long the runs of one point last at least, in nanoseconds
     * @throws IllegalArgumentException if a program rejects its size
     */
    static Contest prepare(Plan plan, long budgetNs) {
        Contest contest = new Contest(budgetNs);
        plan.sizes().forEach((program, size) -> contest.add(plan, program, size));
        if (contest.contenders.isEmpty()) {
            throw new IllegalArgumentException(
                    "nothing to run: no chosen program knows " + plan.executors());
        }
        return contest;
    }

    private void add(Plan plan, Program program, Params size) {
        Workload workload = program.prepare(size);
        for (String name : plan.contendersOf(program)) {
            int own = Pools.ownWorkers(Pool.executorOf(name));
            for (int workers : own > 0 ? List.of(own) : plan.workers()) {
                contenders.add(contender(program, size, workload, name, workers));
            }
        }
    }

    /** Runs everything, as often as the rounds say. */
    Report run(Rounds rounds) throws InterruptedException {
        return rounds.run(contenders);
    }

    /** What was wrong in wrong answers, one line for each contender and kind. */
    List<String> mistakes() {
        return List.copyOf(mistakes);
    }

    private Contender contender(
            Program program, Params size, Workload workload, String name, int workers) {
        Map<String, Object> params = new LinkedHashMap<>(size.asMap());
        params.put(TASKS, workload.tasks(name));
        return new Contender(
                program.name(),
                name,
                workers,
                params,
                "s",
                points -> {
                    Pool pool = Pools.open(name, workers, program.flat());
                    try {
                        Runs runs = new Runs(program.name(), workload, pool);
                        runs.fillBudget();
                        points.add(runs.meanSeconds(), runs.verified);
                    } finally {
                        Pools.close(pool);
                    }
                });
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
            if (timedNs < budgetNs) {
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
            String wrong = answer.mismatch();
            if (!wrong.isEmpty()) {
                verified = false;
                mistakes.add(program + " on " + pool.contender() + ": " + wrong);
            }
        }

        private double meanSeconds() {
            return timedNs / 1e9 / count;
        }
    }
}
