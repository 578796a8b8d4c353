// SPDX-License-Identifier: Apache-2.0
package io.teff.mpi.executor;

/**
 * A call with bytes of another rank; it can be cancelled.
 *
 * <pre>
 * FIELD      WRITTEN BY      HOW         READ BY
 * isDropped  who cancels     under lock  who runs it
 * hasBegun   who runs it     under lock  who cancels
 * runner     who runs it     under lock  who cancels
 * </pre>
 */
final class ServedCall {
    final int number;
    private final int function;
    private final byte[] payload;
    private boolean isDropped;
    private boolean hasBegun;
    private Thread runner; // null: it has not begun, or has ended

    ServedCall(int number, int function, byte[] payload) {
        this.number = number;
        this.function = function;
        this.payload = payload;
    }

    /** Runs it on this thread, unless it was cancelled, and answers. */
    void run(Serving serving, Peer from) {
        boolean before = Thread.currentThread().isInterrupted();
        synchronized (this) {
            if (isDropped) {
                return;
            }
            hasBegun = true;
            runner = Thread.currentThread();
        }
        try {
            byte[] value = serving.callForOther(function, payload);
            end(before);
            from.answer(Wire.BYTES_RESULT, number, value);
        } catch (Throwable error) {
            end(before);
            serving.failed(from, number, error);
        }
    }

    /** From now on no interrupt comes, and none that came is left to what this thread does next. */
    private synchronized void end(boolean before) {
        runner = null;
        if (!before && Thread.currentThread().isInterrupted()) {
            Thread.interrupted(); // cleared: it was for this call, whoever sent it
        }
    }

    /** Whether it had not begun, and will not. */
    synchronized boolean cancel(boolean interrupt) {
        if (!hasBegun) {
            isDropped = true;
            return true;
        }
        if (interrupt && runner != null) {
            runner.interrupt();
        }
        return false;
    }
}
