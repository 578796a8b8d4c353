// SPDX-License-Identifier: Apache-2.0
package io.teff.remote;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/** Of several futures the value of the first that succeeds, for {@code invokeAny}. */
public final class FirstSuccess {
    /** Waits as long as it takes. */
    public static final long NO_LIMIT = Long.MAX_VALUE;

    private FirstSuccess() {}

    /** Submits all, waits for one, at most so long, and cancels the others. */
    public static <T, F extends CompletableFuture<T>> T of(
            List<F> all, Consumer<F> submit, long nanos)
            throws InterruptedException, ExecutionException, TimeoutException {
        long begin = System.nanoTime();
        ConcurrentLinkedQueue<F> done = new ConcurrentLinkedQueue<>();
        Semaphore ends = new Semaphore(0);
        try {
            for (F task : all) {
                task.whenComplete(
                        (value, thrown) -> {
                            done.add(task);
                            ends.release();
                        });
                submit.accept(task);
            }
            ExecutionException last = null;
            for (int i = 0; i < all.size(); i++) {
                if (nanos == NO_LIMIT) {
                    ends.acquire();
                } else if (!ends.tryAcquire(
                        nanos - (System.nanoTime() - begin), TimeUnit.NANOSECONDS)) {
                    throw new TimeoutException("no task has succeeded in time");
                }
                try {
                    return done.remove().get();
                } catch (ExecutionException e) {
                    last = e;
                }
            }
            throw last;
        } finally {
            all.forEach(task -> task.cancel(true));
        }
    }
}
