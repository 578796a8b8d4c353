// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.micro;

import io.teff.engine.NodeBody;
import io.teff.flow.App2;
import io.teff.flow.App3;
import io.teff.flow.AppFuture;
import io.teff.flow.Flow;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;

/** A square of cells, each after its left and its upper neighbour. */
final class WavefrontGraph extends GraphWork {
    private final int side;

    WavefrontGraph(int side) {
        super(side * side);
        this.side = side;
    }

    private void run(int i) {
        long left = i % side == 0 ? 1 : value[i - 1];
        long above = i < side ? 1 : value[i - side];
        value[i] = 31 * left + above;
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
        App2<Integer, Object, Object> edge = flow.app("edge", (Integer i, Object x) -> result(i));
        App3<Integer, Object, Object, Object> cell =
                flow.app("cell", (Integer i, Object x, Object y) -> result(i));
        AppFuture<?>[] all = new AppFuture<?>[value.length];
        for (int i = 0, y = 0; y < side; y++) {
            for (int x = 0; x < side; x++, i++) {
                if (x > 0 && y > 0) {
                    all[i] = cell.call(i, all[i - 1], all[i - side]);
                } else {
                    AppFuture<?> before = x > 0 ? all[i - 1] : y > 0 ? all[i - side] : root;
                    all[i] = edge.call(i, before);
                }
            }
        }
        return all[all.length - 1];
    }

    @Override
    CompletableFuture<?> stage(GraphStages stages, CompletableFuture<?> root) {
        CompletableFuture<?>[] all = new CompletableFuture<?>[value.length];
        for (int i = 0, y = 0; y < side; y++) {
            for (int x = 0; x < side; x++, i++) {
                if (x > 0 && y > 0) {
                    all[i] = stages.two(all[i - 1], all[i - side], task(i));
                } else {
                    CompletableFuture<?> before = x > 0 ? all[i - 1] : y > 0 ? all[i - side] : root;
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
