// SPDX-License-Identifier: Apache-2.0
package io.teff.mpi.executor;

/** A call of a function of bytes. */
final class BytesCall extends RemoteCall<byte[]> {
    private final int function;
    private final byte[] argument;

    BytesCall(Driver driver, int function, byte[] argument) {
        super(driver);
        this.function = function;
        this.argument = argument;
    }

    @Override
    boolean send(Peer to) {
        return to.callBytes(function, argument, 0, this) >= 0;
    }

    @Override
    public void returned(long tag, byte[] value) {
        complete(value);
    }

    @Override
    public void run() {
        if (!isDone()) {
            try {
                complete(driver.serving().call(function, argument));
            } catch (Throwable error) {
                completeExceptionally(error);
            }
        }
    }
}
