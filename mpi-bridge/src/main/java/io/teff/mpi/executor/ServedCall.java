// SPDX-License-Identifier: Apache-2.0
package io.teff.mpi.executor;

import java.util.concurrent.Callable;
import java.util.concurrent.Future;

/** A call with bytes of another rank, on its way through the engine here; it can be cancelled. */
final class ServedCall implements Callable<Void>, Runnable {
    final Peer from;
    final int number;
    Future<?> future; // under this object's lock; null: the engine has not got it yet
    private final Serving serving;
    private final int function;
    private final byte[] payload;
    private boolean isDropped; // under lock
    private boolean hasBegun; // under lock

    ServedCall(Serving serving, Peer from, int number, int function, byte[] payload) {
        this.serving = serving;
        this.from = from;
        this.number = number;
        this.function = function;
        this.payload = payload;
    }

    /** Hands it to the engine. */
    @Override
    public synchronized void run() {
        if (!isDropped) {
            serving.submit(this);
        }
    }

    /** The task of the engine. */
    @Override
    public Void call() {
        synchronized (this) {
            if (isDropped) {
                return null;
            }
            hasBegun = true;
        }
        try {
            byte[] value = serving.call(function, payload);
            if (value != null && value.length > Inbound.MAX_PAYLOAD) {
                throw new IllegalArgumentException(Inbound.tooLarge("a result", value.length));
            }
            from.answer(Wire.BYTES_RESULT, number, value == null ? new byte[0] : value);
        } catch (Throwable error) {
            serving.failed(from, number, error);
        } finally {
            serving.ended(this);
        }
        from.flush();
        return null;
    }

    /** Whether it had not begun, and will not. */
    synchronized boolean cancel(boolean interrupt) {
        if (hasBegun) {
            if (interrupt) {
                future.cancel(true);
            }
            return false;
        }
        isDropped = true;
        return true;
    }
}
