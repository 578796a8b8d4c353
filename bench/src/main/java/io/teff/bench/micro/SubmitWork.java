// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.micro;

import io.teff.engine.LongTask;
import io.teff.engine.Worker;

/**
 * What one producer submits: tasks that add one to the producer's {@link Tally}, and do no more.
 *
 * <p>There are several classes of them with the same body. The first is the one that is timed; the
 * others run before, so that no pool's call of {@code run} has seen but one class.
 *
 * @param producer index of the producer
 * @param tally counts what has run, over all kinds
 * @param runnables one shared task per kind: no contender pays for making them
 * @param typed the same for lanes
 */
record SubmitWork(int producer, Tally tally, Kinds<Runnable> runnables, Kinds<LongTask> typed) {
    /** The kind that is timed. */
    static final int TIMED = 0;

    /** How many kinds there are. */
    static final int KINDS = 3;

    static SubmitWork of(int producer) {
        Tally tally = new Tally();
        return new SubmitWork(
                producer,
                tally,
                new Kinds<>(new Count(tally), new CountToo(tally), tally::increment),
                new Kinds<>(new Add(tally), new AddToo(tally), new AddThree(tally)));
    }

    /** One task of each kind. */
    record Kinds<T>(T timed, T second, T third) {
        T get(int kind) {
            return switch (kind) {
                case TIMED -> timed;
                case 1 -> second;
                default -> third;
            };
        }
    }

    private record Count(Tally tally) implements Runnable {
        @Override
        public void run() {
            tally.increment();
        }
    }

    private record CountToo(Tally tally) implements Runnable {
        @Override
        public void run() {
            tally.increment();
        }
    }

    private static final class Add extends LongTask {
        private final Tally tally;

        Add(Tally tally) {
            this.tally = tally;
        }

        @Override
        protected long compute(Worker w, long a) {
            tally.increment();
            return a;
        }
    }

    private static final class AddToo extends LongTask {
        private final Tally tally;

        AddToo(Tally tally) {
            this.tally = tally;
        }

        @Override
        protected long compute(Worker w, long a) {
            tally.increment();
            return a;
        }
    }

    private static final class AddThree extends LongTask {
        private final Tally tally;

        AddThree(Tally tally) {
            this.tally = tally;
        }

        @Override
        protected long compute(Worker w, long a) {
            tally.increment();
            return a + 1;
        }
    }
}
