// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.micro;

import io.teff.engine.NodeBody;
import io.teff.flow.AppFuture;
import io.teff.flow.Flow;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;

/**
 * A graph of nodes that do next to nothing, with an answer that is right only if each node has run
 * once and after all its predecessors. Node numbers are such an order.
 *
 * <p>Each kind gives its body in its own words, so that a loop which runs only that kind can inline it;
 * and lays itself down as apps and as stages, as a program for it alone would: what a loop for all
 * kinds costs would be timed, too.
 */
abstract class GraphWork {
    static final long PRIME = 0x9E37_79B9_7F4A_7C15L;

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
                case CHAIN -> new ChainGraph(size);
                case WAVEFRONT -> new WavefrontGraph((int) Math.max(1, Math.sqrt(size)));
                case REDUCE -> new ReduceGraph(size == 1 ? 1 : 2 * Integer.highestOneBit(size - 1));
                case FAN -> new FanGraph(size);
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

    /**
     * Calls an app for each node, with its number and the nodes before it; the first wait for the root.
     * Gives the last one's future.
     */
    abstract AppFuture<?> call(Flow flow, AppFuture<?> root);

    /** The same with a stage for each, which has a task of its own as stages take no arguments. */
    abstract CompletableFuture<?> stage(GraphStages stages, CompletableFuture<?> root);

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

    static long mix(long i) {
        return (i + 1) * PRIME;
    }
}
