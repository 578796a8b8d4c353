// SPDX-License-Identifier: Apache-2.0
package io.teff.mpi.executor;

/**
 * What becomes of calls that another rank had, and may or may not have run, when it is lost or a frame
 * was damaged. Thread-safe.
 */
final class Redeal {
    private final Driver driver;
    private final LossPolicy policy;

    Redeal(Driver driver, LossPolicy policy) {
        this.driver = driver;
        this.policy = policy;
    }

    /** A task that sees to these calls, which nobody else does any more. */
    Runnable of(OpenCalls.Call[] calls, Peer from) {
        return () -> {
            RuntimeException given = driver.members().failure();
            RuntimeException lost = given != null ? given : new RankLost(from.rank, from.isLost());
            for (OpenCalls.Call call : calls) {
                if (call.batch != null) {
                    lane(call.batch.rest(), given != null || policy == LossPolicy.FAIL, lost);
                } else if (given != null || policy == LossPolicy.FAIL) {
                    call.receiver.failed(call.tag, lost);
                } else if (!driver.send(call)) {
                    driver.hand(() -> driver.serving().runHere(call));
                }
            }
        };
    }

    private void lane(LaneBatch rest, boolean fails, RuntimeException lost) {
        if (fails) {
            for (int i = 0; i < rest.n; i++) {
                rest.results.fail(rest.tags[i], lost);
            }
            return;
        }
        Peer other = driver.leastLoaded();
        if (other == null || !other.call(rest)) {
            driver.hand(() -> driver.serving().runHere(rest), rest.n);
        }
    }
}
