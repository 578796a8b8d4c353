// SPDX-License-Identifier: Apache-2.0
package io.teff.mpi.executor;

/** A call of a function of numbers. */
final class LongCall extends RemoteCall<Long> {
    private final int function;
    private final long a;
    private final long b;

    LongCall(Driver driver, int function, long a, long b) {
        super(driver);
        this.function = function;
        this.a = a;
        this.b = b;
    }

    @Override
    boolean send(Peer to) {
        return to.call(function, a, b, 0, this);
    }

    @Override
    public void returned(long tag, long value) {
        complete(value);
    }

    @Override
    public void run() {
        if (!isDone()) {
            try {
                complete(driver.serving().longs(function).applyAsLong(a, b));
            } catch (Throwable error) {
                completeExceptionally(error);
            }
        }
    }
}
