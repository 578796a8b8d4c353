// SPDX-License-Identifier: Apache-2.0
package io.teff.engine;

import static io.teff.engine.EngineFixture.pass;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicIntegerArray;

/** What tests of lanes submit to them. */
final class LaneTasks {
    /** Counts that task a ran, in the array that comes as its reference. */
    static final LongPairTask COUNT =
            new LongPairTask() {
                @Override
                protected long compute(Worker w, long a, long b, Object ref) {
                    ((AtomicIntegerArray) ref).incrementAndGet((int) a);
                    return 0;
                }
            };

    private LaneTasks() {}

    /** As {@link #COUNT}, but only if b is ~a and both reference and worker are as they should. */
    static LongPairTask checked(AtomicIntegerArray counts) {
        return new LongPairTask() {
            @Override
            protected long compute(Worker w, long a, long b, Object ref) {
                if (b == ~a && ref == counts && w == Worker.current()) {
                    counts.incrementAndGet((int) a);
                }
                return 0;
            }
        };
    }

    /** A task that says it has begun, and then waits until it is let go on. */
    static LongTask blockingUntil(CountDownLatch begun, CountDownLatch release) {
        return new LambdaTask(
                (self, w, a) -> {
                    begun.countDown();
                    pass(release);
                    return 0;
                });
    }
}
