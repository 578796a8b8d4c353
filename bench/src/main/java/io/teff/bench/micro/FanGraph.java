// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.micro;

import io.teff.engine.NodeBody;
import io.teff.flow.App2;
import io.teff.flow.AppFuture;
import io.teff.flow.AppList;
import io.teff.flow.Flow;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** One node, then all others, then one that adds up what they have computed. */
final class FanGraph extends GraphWork {
    FanGraph(int width) {
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
        App2<Integer, Object, Object> node = flow.app("node", (Integer i, Object x) -> result(i));
        int last = value.length - 1;
        AppList<Object, Object> sum = flow.listApp("sum", others -> result(last));
        AppFuture<?> first = node.call(0, root);
        List<AppFuture<?>> others = new ArrayList<>();
        for (int i = 1; i < last; i++) {
            others.add(node.call(i, first));
        }
        return sum.callAll(others);
    }

    @Override
    CompletableFuture<?> stage(GraphStages stages, CompletableFuture<?> root) {
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
