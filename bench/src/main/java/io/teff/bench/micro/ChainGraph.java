// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.micro;

import io.teff.engine.NodeBody;
import io.teff.flow.App2;
import io.teff.flow.AppFuture;
import io.teff.flow.Flow;
import java.util.concurrent.CompletableFuture;

/** Each node after the one before it. */
final class ChainGraph extends GraphWork {
    ChainGraph(int nodes) {
        super(nodes);
    }

    private void run(int i) {
        value[i] = (i == 0 ? 0 : value[i - 1] * 31) + i + 1;
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
        AppFuture<?> last = root;
        for (int i = 0; i < value.length; i++) {
            last = node.call(i, last);
        }
        return last;
    }

    @Override
    CompletableFuture<?> stage(GraphStages stages, CompletableFuture<?> root) {
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
