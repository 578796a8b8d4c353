// SPDX-License-Identifier: Apache-2.0
package io.teff.engine;

/** A task from a lambda, for tests that need to see their surroundings. */
final class LambdaTask extends LongTask {
    private final Body body;

    LambdaTask(Body body) {
        this.body = body;
    }

    /** What it computes, given itself, so that it can fork. */
    @FunctionalInterface
    interface Body {
        long compute(LambdaTask self, Worker w, long a);
    }

    @Override
    protected long compute(Worker w, long a) {
        return body.compute(this, w, a);
    }
}
