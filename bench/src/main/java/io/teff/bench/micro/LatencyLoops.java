// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.micro;

import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;

/**
 * The two ways to load a {@link Handoff}: one task at a time, or at a given rate.
 *
 * <p>A start is from the client's clock before it submits to the task's own clock; a result is from
 * the client's clock before it submits to the client's clock once it has seen the result. So each
 * figure holds two reads of the clock, and a task reads it only when starts are asked for. Waiting
 * is by {@code onSpinWait} on what tells that the result is there, or by parking in {@code get()}.
 */
final class LatencyLoops {
    private static final long HIGHEST_NS = 60_000_000_000L;

    private LatencyLoops() {}

    /** How the client waits for a result. */
    enum Wait {
        SPIN,
        GET
    }

    /** What a loop recorded. */
    static final class Recorded {
        final Histogram ns = new Histogram(1, HIGHEST_NS, 3);
        boolean right = true;

        private void add(long fromNs, long untilNs, boolean isRight) {
            // Two cores' clocks may differ by a few ns; a start cannot be before its submission.
            ns.recordValue(Math.min(HIGHEST_NS, Math.max(0, untilNs - fromNs)));
            right &= isRight;
        }
    }

    /**
     * One task in flight: submits, waits, records; then sleeps {@code gapNs}, if not 0, so that
     * whoever parks when idle has parked.
     */
    static Recorded closed(Handoff handoff, int count, boolean start, Wait wait, long gapNs)
            throws InterruptedException {
        Recorded recorded = new Recorded();
        for (int i = 0; i < count; i++) {
            long token = handoff.nextToken();
            if (gapNs > 0) {
                LockSupport.parkNanos(gapNs);
            }
            long from = System.nanoTime();
            handoff.send(0, token);
            if (wait == Wait.GET) {
                handoff.await(0, token);
            } else {
                while (!handoff.done(0, token)) {
                    Thread.onSpinWait();
                }
            }
            long until = System.nanoTime();
            recorded.add(from, start ? handoff.startedNs(0) : until, handoff.right(0, token));
        }
        return recorded;
    }

    /**
     * Tasks that are due at a fixed rate. Time counts from when a task was due, not from when it
     * could be submitted, so that a stall is charged to every task it delayed. Results are looked
     * for between submissions, oldest first. If the slots run out, the client falls behind, and
     * that is charged as well.
     */
    static Recorded open(Handoff handoff, int count, boolean start, double perSecond) {
        Recorded recorded = new Recorded();
        int slots = handoff.slots();
        long[] due = new long[slots];
        long[] tokens = new long[slots];
        double periodNs = 1e9 / perSecond;
        long begin = System.nanoTime();
        long sent = 0;
        long seen = 0;
        while (seen < count) {
            long now = System.nanoTime();
            int oldest = (int) (seen % slots);
            if (seen < sent && handoff.done(oldest, tokens[oldest])) {
                long until = System.nanoTime();
                recorded.add(
                        due[oldest],
                        start ? handoff.startedNs(oldest) : until,
                        handoff.right(oldest, tokens[oldest]));
                seen++;
            } else if (sent < count && sent - seen < slots) {
                long next = begin + (long) (sent * periodNs);
                if (now >= next) {
                    int slot = (int) (sent % slots);
                    due[slot] = next;
                    tokens[slot] = handoff.nextToken();
                    handoff.send(slot, tokens[slot]);
                    sent++;
                } else {
                    Thread.onSpinWait();
                }
            } else {
                Thread.onSpinWait();
            }
        }
        return recorded;
    }
}
