// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.micro;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/** The stages that nodes are: tasks of a pool; if that is null, run by who ended what they wait for. */
record GraphStages(Executor pool) {
    CompletableFuture<?> one(CompletableFuture<?> before, Runnable task) {
        return pool == null ? before.thenRun(task) : before.thenRunAsync(task, pool);
    }

    CompletableFuture<?> two(CompletableFuture<?> a, CompletableFuture<?> b, Runnable task) {
        return pool == null ? a.runAfterBoth(b, task) : a.runAfterBothAsync(b, task, pool);
    }
}
