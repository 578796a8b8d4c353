// SPDX-License-Identifier: Apache-2.0
package io.teff.engine;

import io.teff.monitor.WorkerState;
import java.time.Duration;
import java.util.List;

/**
 * Sees when one worker comes no further: which code it is in, once it has been there for a moment, and
 * whether it is stuck. The monitor's thread only.
 *
 * <p>A worker moves on when a task of its ends, or it steals, shares or goes idle. So one long
 * computation without thieves is one task, and so is one that waits without saying so; a worker in a
 * blocking section is not stuck.
 */
final class Watchdog {
    private static final long FIRST_LOOK_NS = 100_000_000;

    private final Crew crew;
    private final Worker worker;
    private final long limitNs; // 0 for none
    private long moves = -1;
    private long sinceNs;
    private long lookNs; // when to look at its stack next
    private String place = ""; // where it was then
    private boolean reported;

    Watchdog(Crew crew, Worker worker, long limitNs) {
        this.crew = crew;
        this.worker = worker;
        this.limitNs = limitNs;
    }

    /** One look; gives a report if it is time for one, else null. */
    StuckWorker look(WorkerState state, long nowNs) {
        EngineStats.WorkerStats stats = worker.counters.snapshot(worker.index);
        long now =
                stats.tasks()
                        + stats.steals()
                        + stats.shares()
                        + stats.parks()
                        + stats.spins()
                        + stats.failed();
        boolean runs = state == WorkerState.RUN || state == WorkerState.BLOCKED;
        if (now != moves || !runs) {
            moves = now;
            sinceNs = nowNs;
            lookNs = nowNs + FIRST_LOOK_NS;
            place = "";
            reported = false;
            return null;
        }
        Thread thread = worker.thread();
        if (thread == null) {
            return null;
        }
        boolean isLate =
                limitNs > 0 && !reported && state == WorkerState.RUN && nowNs - sinceNs >= limitNs;
        if (!isLate && nowNs - lookNs < 0) {
            return null;
        }
        lookNs = nowNs + 2 * Math.max(FIRST_LOOK_NS, nowNs - sinceNs); // the longer, the less often
        StackTraceElement[] stack = thread.getStackTrace();
        place = place(stack);
        if (!isLate) {
            return null;
        }
        reported = true;
        return new StuckWorker(
                crew.config.name(),
                worker.index,
                thread,
                Duration.ofNanos(nowNs - sinceNs),
                List.of(stack));
    }

    /** The innermost method that is neither the JDK's nor the engine's; the innermost of all if none is. */
    private static String place(StackTraceElement[] stack) {
        for (StackTraceElement frame : stack) {
            String name = frame.getClassName();
            if (!name.startsWith("java.")
                    && !name.startsWith("jdk.")
                    && !name.startsWith("sun.")
                    && !name.startsWith("io.teff.engine.")
                    && !name.startsWith("io.teff.flow.")) {
                return frame.getClassName() + "." + frame.getMethodName();
            }
        }
        return stack.length == 0 ? "" : stack[0].getClassName() + "." + stack[0].getMethodName();
    }

    /** Where it was at the last look, if it has not moved since; else empty. */
    String place() {
        return place;
    }

    /** When it was first seen there. */
    long sinceNs() {
        return sinceNs;
    }
}
