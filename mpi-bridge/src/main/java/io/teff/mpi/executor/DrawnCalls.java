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
    private static final long SHORT_NS = 2_000;
    private static final long LONG_NS = 20_000;

    final Serving serving;
    final Peer from;
    private final int size;
    private int next;

    DrawnCalls(Serving serving, Peer from, int size) {
        this.serving = serving;
        this.from = from;
        this.size = size;
    }

    @Override
    public final void run() {
        int most = Math.min(size, MOST);
        long[] values = new long[most];
        int draw = 1;
        int i = (int) NEXT.getAndAdd(this, draw);
        if (i < size - 1) {
            serving.share(this);
        }
        for (; i < size; i = (int) NEXT.getAndAdd(this, draw)) {
            long start = System.nanoTime();
            call(i, Math.min(size, i + draw), values);
            long ns = System.nanoTime() - start;
            if (ns < SHORT_NS) {
                draw = Math.min(4 * draw, most);
            } else if (ns > LONG_NS) {
                draw = Math.max(1, draw / 2);
                from.flush();
            }
        }
        from.flush();
    }

    /** Makes these calls, and answers them. The array has room for their values. */
    abstract void call(int first, int end, long[] values);
}
