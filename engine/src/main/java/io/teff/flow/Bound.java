// SPDX-License-Identifier: Apache-2.0
package io.teff.flow;

import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;

/** Limits how many tasks are in flight, so that whoever makes them cannot outrun those who run them. */
final class Bound {
    private final int limit;
    private final boolean rejects;
    private final Semaphore room;

    Bound(int limit, boolean rejects) {
        this.limit = limit;
        this.rejects = rejects;
        room = new Semaphore(limit);
    }

    void enter(Call<?> call) {
        if (room.tryAcquire()) {
            return;
        }
        if (rejects) {
            throw new RejectedExecutionException(
                    call.name()
                            + " rejected: "
                            + limit
                            + " tasks are in flight already; raise maxInFlight or let it block");
        }
        try {
            Waiter.waitIn(
                    new ForkJoinPool.ManagedBlocker() {
                        private boolean entered;

                        @Override
                        public boolean block() throws InterruptedException {
                            if (!entered) {
                                room.acquire();
                                entered = true;
                            }
                            return true;
                        }

                        @Override
                        public boolean isReleasable() {
                            return entered || (entered = room.tryAcquire());
                        }
                    });
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RejectedExecutionException(
                    call.name() + " rejected: interrupted while " + limit + " tasks are in flight",
                    e);
        }
    }

    void leave() {
        room.release();
    }
}
