// SPDX-License-Identifier: Apache-2.0
package io.teff.executors.htex;

import java.nio.charset.StandardCharsets;
import java.util.function.LongSupplier;
import org.zeromq.ZMQ;

/**
 * The interchange's way to the submitting process, and the count of what it has ignored. The
 * interchange's thread only.
 */
final class Uplink {
    private final ZMQ.Socket results;
    private final Gate gate;
    private final LongSupplier dropped;
    private final HtexLog log;
    private final Frames.Writer out = new Frames.Writer(Frames.RESULTS);
    private long rejected; // messages that were none of ours, connections that were refused

    /**
     * @param dropped how many the library has dropped by itself, where nobody else counts them
     */
    Uplink(ZMQ.Socket results, Gate gate, LongSupplier dropped, HtexLog log) {
        this.results = results;
        this.gate = gate;
        this.dropped = dropped;
        this.log = log;
    }

    void send(byte[] frame) {
        gate.send(results, frame);
    }

    /** One result that is not a worker's. */
    void report(long id, byte status, String message) {
        out.reset(Frames.RESULTS).list();
        new Message.Result(id, status, message.getBytes(StandardCharsets.UTF_8)).write(out);
        send(out.toBytes());
    }

    /** Counts what is ignored. */
    void reject(String what) {
        rejected++;
        log.note("ignored: " + what);
    }

    long rejected() {
        return rejected + gate.refused() + dropped.getAsLong();
    }

    /** The end of what comes from here. */
    void end() {
        send(Frames.empty(Frames.DIE));
        results.setLinger(200);
    }
}
