// SPDX-License-Identifier: Apache-2.0
package io.teff.mpi.executor;

import java.util.concurrent.CountDownLatch;

/** A latch for tasks, which cannot take one along to another rank; all ranks of a JVM share it. */
final class Block {
    private static volatile CountDownLatch latch = new CountDownLatch(0);

    private Block() {}

    /** The latch that {@link #await} waits for from now on. */
    static CountDownLatch raise() {
        CountDownLatch raised = new CountDownLatch(1);
        latch = raised;
        return raised;
    }

    static Void await() throws InterruptedException {
        latch.await();
        return null;
    }
}
