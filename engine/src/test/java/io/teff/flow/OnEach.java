// SPDX-License-Identifier: Apache-2.0
package io.teff.flow;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;

/** What tests of flows share: an executor, a plain flow on it, and flows with options. */
abstract class OnEach {
    final On on;
    final Executor executor;
    final Flow flow;
    private final List<Flow> others = new ArrayList<>();

    OnEach(On on) {
        this.on = on;
        executor = on.open();
        flow = Flow.on(executor);
    }

    /** Another flow on the same executor, closed after the test. */
    Flow flow(UnaryOperator<FlowBuilder> options) {
        Flow other = options.apply(Flow.builder().executor("here", executor)).build();
        others.add(other);
        return other;
    }

    @AfterEach
    void close() throws InterruptedException {
        try {
            others.forEach(Flow::close);
            flow.close();
            assertThat(flow.isIdle()).isTrue();
            assertThat(flow.summary().inFlight()).isZero();
        } finally {
            On.close(executor);
        }
    }

    /** Whether a body can run while this thread does something else. */
    boolean isAsynchronous() {
        return on != On.DIRECT;
    }

    /** A body that says it has begun, and then waits until it is let go on, or is interrupted. */
    static final class Gate {
        final CountDownLatch begun = new CountDownLatch(1);
        final CountDownLatch open = new CountDownLatch(1);

        int pass() throws InterruptedException {
            begun.countDown();
            open.await();
            return 1;
        }
    }
}
