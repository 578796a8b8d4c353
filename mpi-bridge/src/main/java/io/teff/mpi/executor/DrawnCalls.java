// SPDX-License-Identifier: Apache-2.0
package io.teff.mpi.executor;

import static java.lang.invoke.ConstantBootstraps.fieldVarHandle;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * Calls of numbers that came together from another rank, as one task of the engine. Each worker that joins
 * in draws some of them at a time: few if they are long, so that none waits long behind another, and many
 * if they are short.
 *
 * <pre>
 * FIELD    WRITTEN BY               HOW          READ BY
 * next     workers                  getAndAdd    the same
 * others   whoever reads the frame  plain        workers, to which the engine hands this task
 * </pre>
 */
abstract class DrawnCalls implements Runnable {
    private static final VarHandle NEXT =
            fieldVarHandle(
                    MethodHandles.lookup(), "next", VarHandle.class, DrawnCalls.class, int.class);
    private static final int MOST = 512;
    private static final int MOST_UNTIMED = 8;
    private static final long SHORT_NS = 2_000;
    private static final long LONG_NS = 20_000;

    final Serving serving;
    final Peer from;
    private final int size;
    private final int most;
    private int next;

    DrawnCalls(Serving serving, Peer from, int size) {
        this(serving, from, size, MOST);
    }

    /** At most so many are drawn at a time. */
    DrawnCalls(Serving serving, Peer from, int size, int most) {
        this.serving = serving;
        this.from = from;
        this.size = size;
        this.most = Math.min(size, most);
    }

    @Override
    public final void run() {
        if (size == 1) {
            call(0, 1, new long[1]);
            from.flush();
        } else {
            drawAll();
        }
    }

    private void drawAll() {
        long[] values = new long[most];
        int draw = 1;
        int i = (int) NEXT.getAndAdd(this, draw);
        if (i < size - 1) {
            serving.share(this); // also with this worker, should one of the calls wait for another
        }
        long start = System.nanoTime();
        long flushed = start;
        int draws = 1; // between two looks at the clock: that takes as long as a short call
        int left = draws;
        for (; i < size; i = (int) NEXT.getAndAdd(this, draw)) {
            call(i, Math.min(size, i + draw), values);
            if (--left > 0) {
                continue;
            }
            long end = System.nanoTime();
            if (end - start < SHORT_NS) {
                draws = draw < most ? 1 : Math.min(2 * draws, MOST_UNTIMED);
                draw = Math.min(4 * draw, most);
            } else if (end - start > LONG_NS) {
                draws = 1;
                draw = Math.max(1, draw / 2);
            }
            left = draws;
            start = end;
            if (end - flushed > LONG_NS) {
                flushed = end;
                from.flush();
            }
        }
        from.flush();
    }

    /** Makes these calls, and answers them. The array has room for their values. */
    abstract void call(int first, int end, long[] values);
}
