// SPDX-License-Identifier: Apache-2.0
package io.teff.mpi.executor;

import io.teff.engine.StolenFork;

/** Takes the result of a fork that went to another rank back to its join. */
final class ForkReturn implements Receiver {
    private final Driver driver;
    private final StolenFork fork;

    ForkReturn(Driver driver, StolenFork fork) {
        this.driver = driver;
        this.fork = fork;
    }

    @Override
    public void returned(long tag, long value) {
        fork.finish(value);
    }

    @Override
    public void returned(long tag, byte[] value) {
        fork.fail(new IllegalStateException(value.length + " bytes as the result of a fork"));
    }

    @Override
    public void failed(long tag, Throwable error) {
        fork.fail(error);
    }

    @Override
    public void thrown(long tag, int function, byte[] failure) {
        fork.fail(driver.serving().failure(function, failure));
    }

    @Override
    public boolean isPlain() {
        return true;
    }
}
