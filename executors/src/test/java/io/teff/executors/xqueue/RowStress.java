// SPDX-License-Identifier: Apache-2.0
package io.teff.executors.xqueue;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZ_Result;

/** What a {@link Row} promises to who shuts down, and to a worker that falls asleep. */
public class RowStress {
    private static void task() {}

    private static Column[] oneColumn() {
        return new Column[] {new Column(0, 1, 4)};
    }

    /** A task is put in while the executor is shut down: rejected, or found. */
    @JCStressTest
    @Outcome(
            id = {"true, true", "false, false"},
            expect = ACCEPTABLE,
            desc = "accepted and found, or rejected")
    @Outcome(expect = FORBIDDEN, desc = "accepted and lost, or rejected and found")
    @State
    public static class SendVsShutdown {
        final Column[] columns = oneColumn();
        final Row row = new Row(0, columns);
        final AtomicInteger state = new AtomicInteger();

        @Actor
        public void producer(ZZ_Result r) {
            row.begin();
            if (state.getOpaque() == 0) { // weaker than it is, so that begin alone must do
                row.offer(RowStress::task);
                r.r1 = true;
            }
            row.end();
        }

        @Actor
        public void shutdown(ZZ_Result r) {
            state.set(1);
            while (!row.isQuiet()) {
                Thread.onSpinWait();
            }
            r.r2 = columns[0].take() != null;
        }
    }

    /** A task is put in while its worker falls asleep: not both miss the other. */
    @JCStressTest
    @Outcome(
            id = {"true, true", "true, false", "false, true"},
            expect = ACCEPTABLE,
            desc = "the worker saw it, or is woken")
    @Outcome(expect = FORBIDDEN, desc = "the worker sleeps, and the task waits")
    @State
    public static class SendVsSleep {
        final Column[] columns = oneColumn();
        final Row row = new Row(0, columns);
        final AtomicInteger sleepers = new AtomicInteger();
        final Nap nap = new Nap(sleepers);

        @Actor
        public void producer(ZZ_Result r) {
            row.begin();
            row.offer(RowStress::task);
            row.end();
            r.r1 = nap.isAsleep();
        }

        @Actor
        public void worker(ZZ_Result r) {
            nap.announce();
            r.r2 = !columns[0].isEmpty();
        }
    }
}
