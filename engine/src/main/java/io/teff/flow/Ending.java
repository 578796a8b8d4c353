// SPDX-License-Identifier: Apache-2.0
package io.teff.flow;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;

/**
 * How a flow knows that it has come to rest, and how threads wait for that: they look again and
 * again, ever less often, since nobody counts in one place what is in flight; see {@link Tally}.
 */
final class Ending {
    private static final long MIN_PARK_NS = 20_000;
    private static final long MAX_PARK_NS = 1_000_000;

    private final Flow flow;

    Ending(Flow flow) {
        this.flow = flow;
    }

    /** Whether every task that was called has ended. */
    boolean isIdle() {
        return ended() == submitted();
    }

    /**
     * Whether no body runs either: that of a task which was cancelled may, for a while, and make
     * calls. As none has been made since all had ended, no body has begun since.
     */
    private boolean isQuiet() {
        long ended = ended();
        return ended == submitted()
                && count(Tally.FINISHED) >= count(Tally.STARTED)
                && flow.runners.bodies(app -> true) == 0
                && ended == submitted();
    }

    private long ended() {
        int n = flow.apps().size();
        return flow.runners.sum(
                tally -> {
                    long sum = 0;
                    for (int app = 0; app < n; app++) {
                        sum += tally.ended(app);
                    }
                    return sum;
                });
    }

    private long submitted() {
        long sum = 0;
        for (int app = 0, n = flow.apps().size(); app < n; app++) {
            sum += flow.runners.submitted(app);
        }
        return sum;
    }

    private long count(int kind) {
        int n = flow.apps().size();
        return flow.runners.sum(
                tally -> {
                    long sum = 0;
                    for (int app = 0; app < n; app++) {
                        sum += tally.get(app, kind);
                    }
                    return sum;
                });
    }

    /** Waits until it is idle. */
    void await(Duration timeout) throws InterruptedException, TimeoutException {
        checkOutside();
        long end = System.nanoTime() + nanos(timeout);
        Patience patience = new Patience();
        while (!isIdle()) {
            if (System.nanoTime() - end >= 0) {
                throw new TimeoutException("not idle after " + timeout + "\n" + flow.summary());
            }
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            patience.park();
        }
    }

    /**
     * Waits until it is quiet, cancelling meanwhile if the flow is, or as soon as this thread is
     * interrupted. False if it was; the flag is cleared.
     */
    boolean awaitQuiet(Runnable cancel) {
        boolean interrupted = false;
        Patience patience = new Patience();
        try {
            while (!isQuiet()) {
                if (interrupted || flow.isCancelling()) {
                    cancel.run();
                }
                patience.park();
                interrupted |= Thread.interrupted();
            }
        } catch (Throwable t) {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
            throw t;
        }
        return !interrupted;
    }

    /**
     * Not from inside.
     *
     * @throws IllegalStateException in a task of this flow
     */
    void checkOutside() {
        Runner runner = Nest.current().running;
        if (runner != null && runner.owner == flow.runners) {
            throw new IllegalStateException("a task cannot wait for its own flow to end");
        }
    }

    /** In nanoseconds; the longest there is if it is longer than that. */
    static long nanos(Duration duration) {
        try {
            return duration.toNanos();
        } catch (ArithmeticException tooLong) {
            return duration.isNegative() ? Long.MIN_VALUE : Long.MAX_VALUE;
        }
    }

    /** Parks, and tells tasks that take their time from tasks that will never run. */
    private final class Patience {
        private long parkNs = MIN_PARK_NS;
        private long lastEnded = -1;
        private long sinceNs;

        void park() {
            checkStranded();
            LockSupport.parkNanos(parkNs);
            parkNs = Math.min(2 * parkNs, MAX_PARK_NS);
        }

        private void checkStranded() {
            for (Slot slot : flow.slots()) {
                if (!slot.isTerminated()) {
                    return;
                }
            }
            long ended = ended();
            long now = System.nanoTime();
            if (ended != lastEnded) {
                lastEnded = ended;
                sinceNs = now;
            } else if (now - sinceNs > TimeUnit.SECONDS.toNanos(1)) {
                throw new IllegalStateException(
                        "executors "
                                + flow.slots()
                                + " were shut down with tasks that will never run now; close the"
                                + " flow before its executors\n"
                                + flow.summary());
            }
        }
    }
}
