// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.micro;

import io.teff.engine.NodeBody;
import io.teff.flow.App2;
import io.teff.flow.App3;
import io.teff.flow.AppFuture;
import io.teff.flow.AppList;
import io.teff.flow.Flow;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/**
 * A graph of nodes that do next to nothing, with an answer that is right only if each node has run
 * once and after all its predecessors. Node numbers are such an order.
 *
 * <p>Each kind gives its body in its own words, so that a loop which runs only that kind can inline it;
 * and lays itself down as apps and as stages, as a program for it alone would: what a loop for all
 * kinds costs would be timed, too.
 */
abstract class GraphWork {
    private static final long PRIME = 0x9E37_79B9_7F4A_7C15L;

    final long[] value; // by node: what it computed, 0 before

    GraphWork(int nodes) {
        value = new long[nodes];
    }

    /** The kinds there are, in the order of their rows. */
    enum Kind {
        CHAIN,
        WAVEFRONT,
        REDUCE,
        FAN;

        /** A graph of about this many nodes; of this many leaves, at least, for {@code REDUCE}. */
        GraphWork of(int size) {
            return switch (this) {
                case CHAIN -> new Chain(size);
                case WAVEFRONT -> new Wavefront((int) Math.max(1, Math.sqrt(size)));
                case REDUCE -> new Reduce(size == 1 ? 1 : 2 * Integer.highestOneBit(size - 1));
                case FAN -> new Fan(size);
            };
        }
    }

    /** How many nodes there are. */
    final int nodes() {
        return value.length;
    }

    /** How many nodes come right before node {@code i}. */
    abstract int predecessors(int i);

    /** One of them; each has a lower number. */
    abstract int predecessor(int i, int k);

    /** All nodes in a plain loop. */
    abstract void plain();

    /** For the engine's graph. */
    abstract NodeBody body();

    /** Node {@code i} alone, for runtimes that take an object for each. */
    abstract Runnable task(int i);

    /** Calls an app for each node, the first of which wait for the root; gives the last one's future. */
    abstract AppFuture<?> call(Apps apps, AppFuture<?> root);

    /** The same with a stage for each. */
    abstract CompletableFuture<?> stage(Stages stages, CompletableFuture<?> root);

    /** The apps that nodes are calls of, by what they wait for. */
    static final class Apps {
        final App2<Runnable, Object, Object> one;
        final App3<Runnable, Object, Object, Object> two;
        final AppList<Object, Object> all;

        Apps(Flow flow) {
            one = flow.app("one", (Runnable task, Object x) -> run(task));
            two = flow.app("two", (Runnable task, Object x, Object y) -> run(task));
            all = flow.listApp("all", (List<Object> items) -> run((Runnable) items.get(0)));
        }

        private static Object run(Runnable task) {
            task.run();
            return null;
        }
    }

    /** The stages that nodes are: tasks of a pool; if that is null, run by who ended what they wait for. */
    record Stages(Executor pool) {
        CompletableFuture<?> one(CompletableFuture<?> before, Runnable task) {
            return pool == null ? before.thenRun(task) : before.thenRunAsync(task, pool);
        }

        CompletableFuture<?> two(CompletableFuture<?> a, CompletableFuture<?> b, Runnable task) {
            return pool == null ? a.runAfterBoth(b, task) : a.runAfterBothAsync(b, task, pool);
        }
    }

    /** What the last node must have computed. */
    abstract long expected();

    /** Forgets the last run, so that a node which does not run is noticed. */
    final void reset() {
        Arrays.fill(value, 0);
    }

    /** Whether the last node has computed what it must. */
    final boolean isRight() {
        return value[value.length - 1] == expected();
    }

    private static long mix(long i) {
        return (i + 1) * PRIME;
    }

    /** Each node after the one before it. */
    private static final class Chain extends GraphWork {
        Chain(int nodes) {
            super(nodes);
        }

        private void run(int i) {
            value[i] = (i == 0 ? 0 : value[i - 1] * 31) + i + 1;
        }

        @Override
        void plain() {
            for (int i = 0; i < value.length; i++) {
                run(i);
            }
        }

        @Override
        NodeBody body() {
            return (w, i) -> run(i);
        }

        @Override
        Runnable task(int i) {
            return () -> run(i);
        }

        @Override
        AppFuture<?> call(Apps apps, AppFuture<?> root) {
            AppFuture<?> last = root;
            for (int i = 0; i < value.length; i++) {
                last = apps.one.call(task(i), last);
            }
            return last;
        }

        @Override
        CompletableFuture<?> stage(Stages stages, CompletableFuture<?> root) {
            CompletableFuture<?> last = root;
            for (int i = 0; i < value.length; i++) {
                last = stages.one(last, task(i));
            }
            return last;
        }

        @Override
        int predecessors(int i) {
            return i == 0 ? 0 : 1;
        }

        @Override
        int predecessor(int i, int k) {
            return i - 1;
        }

        @Override
        long expected() {
            long last = 0;
            for (int i = 0; i < value.length; i++) {
                last = last * 31 + i + 1;
            }
            return last;
        }
    }

    /** A square of cells, each after its left and its upper neighbour. */
    private static final class Wavefront extends GraphWork {
        private final int side;

        Wavefront(int side) {
            super(side * side);
            this.side = side;
        }

        private void run(int i) {
            long left = i % side == 0 ? 1 : value[i - 1];
            long above = i < side ? 1 : value[i - side];
            value[i] = 31 * left + above;
        }

        @Override
        void plain() {
            for (int i = 0; i < value.length; i++) {
                run(i);
            }
        }

        @Override
        NodeBody body() {
            return (w, i) -> run(i);
        }

        @Override
        Runnable task(int i) {
            return () -> run(i);
        }

        @Override
        AppFuture<?> call(Apps apps, AppFuture<?> root) {
            AppFuture<?>[] all = new AppFuture<?>[value.length];
            for (int i = 0, y = 0; y < side; y++) {
                for (int x = 0; x < side; x++, i++) {
                    if (x > 0 && y > 0) {
                        all[i] = apps.two.call(task(i), all[i - 1], all[i - side]);
                    } else {
                        AppFuture<?> before = x > 0 ? all[i - 1] : y > 0 ? all[i - side] : root;
                        all[i] = apps.one.call(task(i), before);
                    }
                }
            }
            return all[all.length - 1];
        }

        @Override
        CompletableFuture<?> stage(Stages stages, CompletableFuture<?> root) {
            CompletableFuture<?>[] all = new CompletableFuture<?>[value.length];
            for (int i = 0, y = 0; y < side; y++) {
                for (int x = 0; x < side; x++, i++) {
                    if (x > 0 && y > 0) {
                        all[i] = stages.two(all[i - 1], all[i - side], task(i));
                    } else {
                        CompletableFuture<?> before =
                                x > 0 ? all[i - 1] : y > 0 ? all[i - side] : root;
                        all[i] = stages.one(before, task(i));
                    }
                }
            }
            return all[all.length - 1];
        }

        @Override
        int predecessors(int i) {
            return (i % side == 0 ? 0 : 1) + (i < side ? 0 : 1);
        }

        @Override
        int predecessor(int i, int k) {
            return k == 0 && i % side != 0 ? i - 1 : i - side;
        }

        /** By rows, in one row of memory. */
        @Override
        long expected() {
            long[] row = new long[side];
            Arrays.fill(row, 1);
            for (int y = 0; y < side; y++) {
                long left = 1;
                for (int x = 0; x < side; x++) {
                    left = 31 * left + row[x];
                    row[x] = left;
                }
            }
            return row[side - 1];
        }
    }

    /** Leaves first; then each node after two of those below it, up to the sum of all. */
    private static final class Reduce extends GraphWork {
        private final int leaves;

        Reduce(int leaves) {
            super(2 * leaves - 1);
            this.leaves = leaves;
        }

        private void run(int i) {
            int below = 2 * (i - leaves);
            value[i] = i < leaves ? mix(i) : value[below] + value[below + 1];
        }

        @Override
        void plain() {
            for (int i = 0; i < value.length; i++) {
                run(i);
            }
        }

        @Override
        NodeBody body() {
            return (w, i) -> run(i);
        }

        @Override
        Runnable task(int i) {
            return () -> run(i);
        }

        @Override
        AppFuture<?> call(Apps apps, AppFuture<?> root) {
            AppFuture<?>[] all = new AppFuture<?>[value.length];
            for (int i = 0; i < leaves; i++) {
                all[i] = apps.one.call(task(i), root);
            }
            for (int i = leaves, below = 0; i < all.length; i++, below += 2) {
                all[i] = apps.two.call(task(i), all[below], all[below + 1]);
            }
            return all[all.length - 1];
        }

        @Override
        CompletableFuture<?> stage(Stages stages, CompletableFuture<?> root) {
            CompletableFuture<?>[] all = new CompletableFuture<?>[value.length];
            for (int i = 0; i < leaves; i++) {
                all[i] = stages.one(root, task(i));
            }
            for (int i = leaves, below = 0; i < all.length; i++, below += 2) {
                all[i] = stages.two(all[below], all[below + 1], task(i));
            }
            return all[all.length - 1];
        }

        @Override
        int predecessors(int i) {
            return i < leaves ? 0 : 2;
        }

        @Override
        int predecessor(int i, int k) {
            return 2 * (i - leaves) + k;
        }

        @Override
        long expected() {
            long n = leaves;
            return n * (n + 1) / 2 * PRIME;
        }
    }

    /** One node, then all others, then one that adds up what they have computed. */
    private static final class Fan extends GraphWork {
        Fan(int width) {
            super(width + 2);
        }

        private void run(int i) {
            if (i == 0) {
                value[0] = PRIME;
            } else if (i < value.length - 1) {
                value[i] = value[0] * i;
            } else {
                long sum = 0;
                for (int k = 1; k < i; k++) {
                    sum += value[k];
                }
                value[i] = sum;
            }
        }

        @Override
        void plain() {
            for (int i = 0; i < value.length; i++) {
                run(i);
            }
        }

        @Override
        NodeBody body() {
            return (w, i) -> run(i);
        }

        @Override
        Runnable task(int i) {
            return () -> run(i);
        }

        @Override
        AppFuture<?> call(Apps apps, AppFuture<?> root) {
            int last = value.length - 1;
            AppFuture<?> first = apps.one.call(task(0), root);
            List<Object> items = new ArrayList<>();
            items.add(task(last));
            for (int i = 1; i < last; i++) {
                items.add(apps.one.call(task(i), first));
            }
            return apps.all.call(items);
        }

        @Override
        CompletableFuture<?> stage(Stages stages, CompletableFuture<?> root) {
            int last = value.length - 1;
            CompletableFuture<?> first = stages.one(root, task(0));
            CompletableFuture<?>[] others = new CompletableFuture<?>[last - 1];
            for (int i = 1; i < last; i++) {
                others[i - 1] = stages.one(first, task(i));
            }
            return stages.one(CompletableFuture.allOf(others), task(last));
        }

        @Override
        int predecessors(int i) {
            return i == 0 ? 0 : i < value.length - 1 ? 1 : i - 1;
        }

        @Override
        int predecessor(int i, int k) {
            return i < value.length - 1 ? 0 : k + 1;
        }

        @Override
        long expected() {
            long width = value.length - 2L;
            return width * (width + 1) / 2 * PRIME;
        }
    }
}
