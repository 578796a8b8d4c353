// SPDX-License-Identifier: Apache-2.0
package io.teff.executors.xqueue;

import static java.lang.invoke.ConstantBootstraps.fieldVarHandle;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.lang.ref.WeakReference;

/**
 * A row of the matrix: the queues into which one thread puts, one for each worker. For one producer
 * thread at a time.
 *
 * <pre>
 * FIELD    WRITTEN BY      HOW       READ BY
 * sending  the producer    volatile  who shuts down: volatile
 * next     the producer    plain     the producer
 * owner    who registers   volatile  producers that look for their row: volatile
 * </pre>
 *
 * The end: the producer writes {@code sending}, then reads the executor's state; who shuts down writes
 * the state, then reads {@code sending}. All are volatile, so either the producer sees the end and
 * puts nothing in, or the other one sees that it is at it, and waits.
 *
 * <p>The wake-up: {@link #end} is volatile although a release would do for the end, since it stands
 * between the task that was put in and the look whether its worker sleeps: see {@link Nap}.
 * Checked by RowStress.
 */
final class Row extends Pads.RowFields {
    private static final VarHandle SENDING =
            fieldVarHandle(
                    MethodHandles.lookup(),
                    "sending",
                    VarHandle.class,
                    Pads.RowProducer.class,
                    int.class);

    private final int number;
    private final Column[] columns;
    private volatile WeakReference<Thread> owner = new WeakReference<>(null);

    /** The row {@code number}, from which tasks go to {@code columns}. */
    Row(int number, Column[] columns) {
        this.number = number;
        this.columns = columns;
        this.next = number % columns.length; // a worker begins with its own master queue
    }

    /** Whether this is the row of {@code thread}. */
    boolean isOf(Thread thread) {
        return owner.refersTo(thread);
    }

    /** Whether whoever had this row has ended, so that another thread may have it. */
    boolean isFree() {
        Thread thread = owner.get();
        return thread == null || !thread.isAlive(); // which comes after all that it did
    }

    /** Hands the row to a thread. Under the executor's lock, and only if it is free. */
    void giveTo(Thread thread) {
        owner = new WeakReference<>(thread);
    }

    /** Before the producer reads the state. */
    void begin() {
        SENDING.setVolatile(this, 1); // pairs with isQuiet: the state is read after this
    }

    /** After the producer has put a task in, or has not. */
    void end() {
        SENDING.setVolatile(this, 0); // pairs with isQuiet, and with Nap.announce
    }

    /** Whether the producer is not between begin and end. Asked after the state was set. */
    boolean isQuiet() {
        return (int) SENDING.getVolatile(this) == 0;
    }

    /**
     * Puts a task into the next queue in turn that has room; the worker whose it is, or -1 if all
     * queues are full.
     */
    int offer(Runnable task) {
        int n = columns.length;
        int to = next;
        for (int i = 0; i < n; i++) {
            int at = to;
            to = to + 1 == n ? 0 : to + 1;
            if (columns[at].offer(number, task)) {
                next = to;
                return at;
            }
        }
        return -1;
    }

    /** Puts a task into the queue of one worker, or returns false if that is full. */
    boolean offerTo(int worker, Runnable task) {
        return columns[worker].offer(number, task);
    }
}
