// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.suite;

import io.teff.engine.Engine;
import io.teff.engine.LongPairTask;
import io.teff.engine.Worker;
import java.util.Map;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.RecursiveAction;

/**
 * {@code health}: a country's villages and hospitals, in which patients fall ill, are assessed, stay or
 * are sent to the next larger hospital. After Olden's model of the Colombian health care system, as the
 * Barcelona OpenMP Tasks Suite has it; the sizes are its small ones. Every day each village is a fork, with
 * no cut-off, and waits for those below it before it takes in whom they have sent.
 */
final class Health extends SuiteProgram {
    /** What is counted at the end. */
    private record Census(
            int population,
            int hospitals,
            int personnel,
            int checkIns,
            int inVillage,
            int waiting,
            int assessed,
            int inside) {

        Census plus(Census other) {
            return new Census(
                    population + other.population,
                    hospitals + other.hospitals,
                    personnel + other.personnel,
                    checkIns + other.checkIns,
                    inVillage + other.inVillage,
                    waiting + other.waiting,
                    assessed + other.assessed,
                    inside + other.inside);
        }
    }

    private static final int LEVELS = 4;
    private static final int CITIES = 18;
    private static final int DAYS = 365;
    private static final Census AFTER_ALL_DAYS =
            new Census(131_200, 6_175, 13_120, 96_718, 128_997, 1_406, 525, 272);
    private static final Day DAY = new Day();

    private final int days;
    private Census expected;
    private Village capital;

    Health(int days) {
        super("health", Map.of("levels", LEVELS, "cities", CITIES, "days", days));
        this.days = days;
    }

    /** All days of the check values. */
    static Health small() {
        Health health = new Health(DAYS);
        health.expected = AFTER_ALL_DAYS;
        return health;
    }

    @Override
    void prepare() {
        if (expected == null) {
            capital = new Village(LEVELS, CITIES);
            plain();
            expected = census(capital);
        }
        capital = new Village(LEVELS, CITIES);
    }

    @Override
    void plain() {
        for (int day = 0; day < days; day++) {
            live(capital);
        }
    }

    private static void live(Village village) {
        for (Village below : village.below) {
            live(below);
        }
        village.treat();
        village.receive();
    }

    @Override
    void engine(Engine engine) {
        engine.invoke(DAY, days, 0, capital);
    }

    /** With a number of days, that many, one after the other; with none, a village's part of one. */
    private static final class Day extends LongPairTask {
        @Override
        protected long compute(Worker w, long days, long none, Object ref) {
            Village village = (Village) ref;
            if (days == 0) {
                live(w, village);
            }
            for (long day = 0; day < days; day++) {
                live(w, village);
            }
            return 0;
        }

        private void live(Worker w, Village village) {
            Village[] below = village.below;
            int newest = 0;
            for (Village one : below) {
                newest = fork(w, 0, 0, one);
            }
            village.treat();
            for (int i = below.length - 1; i >= 0; i--, newest--) {
                if (unfork(w, newest)) {
                    live(w, below[i]);
                } else {
                    join(w, newest);
                }
            }
            village.receive();
        }
    }

    @Override
    void forkJoin(ForkJoinPool pool) {
        int days = this.days;
        Village capital = this.capital;
        pool.invoke(
                new RecursiveAction() {
                    private static final long serialVersionUID = 1;

                    @Override
                    protected void compute() {
                        for (int day = 0; day < days; day++) {
                            Action.live(capital);
                        }
                    }
                });
    }

    private static final class Action extends RecursiveAction {
        private static final long serialVersionUID = 1;

        private final transient Village village;
        private final transient Action older;

        Action(Village village, Action older) {
            this.village = village;
            this.older = older;
        }

        @Override
        protected void compute() {
            live(village);
        }

        private static void live(Village village) {
            Action newest = null;
            for (Village one : village.below) {
                newest = new Action(one, newest);
                newest.fork();
            }
            village.treat();
            for (; newest != null; newest = newest.older) {
                if (newest.tryUnfork()) {
                    live(newest.village);
                } else {
                    newest.join();
                }
            }
            village.receive();
        }
    }

    @Override
    boolean isRight() {
        return census(capital).equals(expected);
    }

    private static Census census(Village village) {
        Census sum =
                new Census(
                        village.healthy.size()
                                + village.waiting.size()
                                + village.assessed.size()
                                + village.inside.size(),
                        1,
                        village.personnel,
                        village.checkIns(),
                        village.healthy.size(),
                        village.waiting.size(),
                        village.assessed.size(),
                        village.inside.size());
        for (Village below : village.below) {
            sum = sum.plus(census(below));
        }
        return sum;
    }
}
