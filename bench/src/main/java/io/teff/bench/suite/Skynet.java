// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.suite;

import io.teff.engine.Engine;
import io.teff.engine.LongPairTask;
import io.teff.engine.Worker;
import java.util.Map;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.RecursiveAction;

/**
 * {@code skynet}: a tree in which each node has ten children and gives the sum of theirs; a leaf gives
 * its own number. No cut-off.
 */
final class Skynet extends SuiteProgram {
    private static final int FAN_OUT = 10;
    private static final Forks FORKS = new Forks();

    private final long leaves;
    private long answer;

    Skynet(long leaves) {
        super("skynet", Map.of("leaves", leaves));
        this.leaves = leaves;
    }

    @Override
    void prepare() {
        answer = -1;
    }

    @Override
    void plain() {
        answer = sum(0, leaves);
    }

    private static long sum(long first, long leaves) {
        if (leaves == 1) {
            return first;
        }
        long part = leaves / FAN_OUT;
        long sum = 0;
        for (int i = 0; i < FAN_OUT; i++) {
            sum += sum(first + i * part, part);
        }
        return sum;
    }

    @Override
    void engine(Engine engine) {
        answer = engine.invoke(FORKS, 0, leaves);
    }

    private static final class Forks extends LongPairTask {
        @Override
        protected long compute(Worker w, long first, long leaves, Object none) {
            if (leaves == 1) {
                return first;
            }
            long part = leaves / FAN_OUT;
            int newest = 0;
            for (int i = 1; i < FAN_OUT; i++) {
                newest = fork(w, first + i * part, part, null);
            }
            long sum = compute(w, first, part, null);
            for (int i = 1; i < FAN_OUT; i++) {
                sum += join(w, newest--);
            }
            return sum;
        }
    }

    @Override
    void forkJoin(ForkJoinPool pool) {
        Action root = new Action(0, leaves, null);
        pool.invoke(root);
        answer = root.result;
    }

    private static final class Action extends RecursiveAction {
        private static final long serialVersionUID = 1;

        private final long first;
        private final long leaves;
        private final transient Action older;
        private long result;

        Action(long first, long leaves, Action older) {
            this.first = first;
            this.leaves = leaves;
            this.older = older;
        }

        @Override
        protected void compute() {
            result = sum(first, leaves);
        }

        private static long sum(long first, long leaves) {
            if (leaves == 1) {
                return first;
            }
            long part = leaves / FAN_OUT;
            Action newest = null;
            for (int i = 1; i < FAN_OUT; i++) {
                newest = new Action(first + i * part, part, newest);
                newest.fork();
            }
            long sum = sum(first, part);
            for (; newest != null; newest = newest.older) {
                if (newest.tryUnfork()) {
                    sum += sum(newest.first, part);
                } else {
                    newest.join();
                    sum += newest.result;
                }
            }
            return sum;
        }
    }

    @Override
    boolean isRight() {
        return answer == leaves * (leaves - 1) / 2;
    }
}
