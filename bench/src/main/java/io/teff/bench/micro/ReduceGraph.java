// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.micro;

import io.teff.engine.NodeBody;
import io.teff.flow.App2;
import io.teff.flow.App3;
import io.teff.flow.AppFuture;
import io.teff.flow.Flow;
import java.util.concurrent.CompletableFuture;

/** Leaves first; then each node after two of those below it, up to the sum of all. */
final class ReduceGraph extends GraphWork {
    private final int leaves;

    ReduceGraph(int leaves) {
        super(2 * leaves - 1);
        this.leaves = leaves;
    }

    private void run(int i) {
        int below = 2 * (i - leaves);
        value[i] = i < leaves ? mix(i) : value[below] + value[below + 1];
    }

    private Object result(int i) {
        run(i);
        return null;
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
    AppFuture<?> call(Flow flow, AppFuture<?> root) {
        App2<Integer, Object, Object> leaf = flow.app("leaf", (Integer i, Object x) -> result(i));
        App3<Integer, Object, Object, Object> sum =
                flow.app("sum", (Integer i, Object x, Object y) -> result(i));
        AppFuture<?>[] all = new AppFuture<?>[value.length];
        for (int i = 0; i < leaves; i++) {
            all[i] = leaf.call(i, root);
        }
        for (int i = leaves, below = 0; i < all.length; i++, below += 2) {
            all[i] = sum.call(i, all[below], all[below + 1]);
        }
        return all[all.length - 1];
    }

    @Override
    CompletableFuture<?> stage(GraphStages stages, CompletableFuture<?> root) {
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
