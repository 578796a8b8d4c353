// SPDX-License-Identifier: Apache-2.0
package io.teff.flow;

import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** A flow's timer thread: made when first used, gone a second after it was last needed. */
final class Clock {
    private ScheduledThreadPoolExecutor timer; // guarded by this

    synchronized ScheduledExecutorService timer() {
        if (timer == null) {
            timer =
                    new ScheduledThreadPoolExecutor(
                            1,
                            task -> {
                                Thread thread = new Thread(task, "teff-flow-clock");
                                thread.setDaemon(true);
                                return thread;
                            });
            timer.setRemoveOnCancelPolicy(true);
            timer.setKeepAliveTime(1, TimeUnit.SECONDS);
            timer.allowCoreThreadTimeOut(true);
        }
        return timer;
    }

    void repeat(Runnable action, Duration period) {
        long ns = period.toNanos();
        timer().scheduleWithFixedDelay(action, ns, ns, TimeUnit.NANOSECONDS);
    }

    synchronized void stop() {
        if (timer != null) {
            timer.shutdownNow();
        }
    }
}
