// SPDX-License-Identifier: Apache-2.0
package io.teff.monitor;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;

/** What a reader may see of an {@link EventRing} whose writer comes round meanwhile. */
public class EventRingStress {
    private static final int RINGS = 1 << 16; // far more than jcstress has at work at a time
    private static final int APART = 512;
    private static final int EVENTS = 40; // so that reader and writer meet more often than not
    private static final ByteBuffer MEMORY = ByteBuffer.allocateDirect(RINGS * APART);
    private static final AtomicInteger NEXT = new AtomicInteger();

    /** A ring of one event, which may have been used before. */
    private static EventRing ring() {
        return new EventRing(MEMORY, (NEXT.getAndIncrement() & RINGS - 1) * APART, 1);
    }

    /** An event is read whole, or not at all. */
    @JCStressTest
    @Outcome(
            id = {"0", "1"},
            expect = ACCEPTABLE,
            desc = "none, or one of the events as it was written")
    @Outcome(expect = FORBIDDEN, desc = "a mixture of two events")
    @State
    public static class WriteVsRead {
        final EventRing ring = ring();
        final long from = ring.tail();

        @Actor
        public void writer() {
            for (int i = 1; i <= EVENTS; i++) {
                ring.write(i, i, i, i);
            }
        }

        @Actor
        public void reader(I_Result r) {
            EventBatch batch = ring.read(from, 1);
            if (batch.size() > 0) {
                long begin = batch.beginNs(0);
                boolean same =
                        batch.endNs(0) == begin
                                && batch.what(0) == begin
                                && batch.arg(0) == begin
                                && batch.first() - from == begin - 1;
                r.r1 = same ? 1 : -1;
            }
        }
    }
}
