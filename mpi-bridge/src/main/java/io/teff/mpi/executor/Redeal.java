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
                if (given != null || policy == LossPolicy.FAIL) {
                    fail(call, lost);
                } else if (call.batch != null) {
                    lane(call.batch.rest());
                } else if (!driver.send(call)) {
                    driver.hand(() -> driver.serving().runHere(call));
                }
            }
        };
    }

    /** A task that has these calls fail. */
    Runnable failing(OpenCalls.Call[] calls, RuntimeException why) {
        return () -> {
            for (OpenCalls.Call call : calls) {
                fail(call, why);
            }
        };
    }

    private void fail(OpenCalls.Call call, RuntimeException why) {
        if (call.batch == null) {
            call.receiver.failed(call.tag, why);
            return;
        }
        LaneBatch rest = call.batch.rest();
        for (int i = 0; i < rest.n; i++) {
            rest.results.fail(rest.tags[i], why);
        }
    }

    private void lane(LaneBatch rest) {
        Peer other = driver.leastLoaded();
        if (other == null || !other.call(rest)) {
            driver.hand(() -> driver.serving().runHere(rest), rest.n);
        }
    }
}
