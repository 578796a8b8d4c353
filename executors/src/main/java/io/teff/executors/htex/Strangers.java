// SPDX-License-Identifier: Apache-2.0
package io.teff.executors.htex;

import java.util.concurrent.atomic.AtomicLong;
import org.zeromq.ZEvent;
import org.zeromq.ZMQ;

/**
 * Counts the connections that break at a socket to which one peer alone should connect: those of
 * whoever speaks no ZeroMQ, has another key, or sends more than a message may hold. The library drops
 * them without a word to the socket itself. {@link #look} is for the socket's thread, {@link #count}
 * for any.
 *
 * <p>The peer's own connection counts too when it breaks, with which the session ends; and so does
 * one that JeroMQ makes anew because its handshake stood still.
 */
final class Strangers implements AutoCloseable {
    private static final long LOOK_NS = 20_000_000;

    private final ZMQ.Socket monitor;
    private final AtomicLong count = new AtomicLong();
    private long nextLookNs = System.nanoTime();

    /** Of a socket that is not bound yet. */
    Strangers(ZMQ.Context context, ZMQ.Socket socket, String name) {
        monitor = Zmq.monitor(context, socket, name, zmq.ZMQ.ZMQ_EVENT_DISCONNECTED);
    }

    /** Counts those who came and went; at most every 20 ms, since it is called in loops. */
    void look() {
        long now = System.nanoTime();
        if (now - nextLookNs < 0) {
            return;
        }
        nextLookNs = now + LOOK_NS;
        while (ZEvent.recv(monitor, ZMQ.DONTWAIT) != null) {
            count.getAndIncrement();
        }
    }

    long count() {
        return count.get();
    }

    @Override
    public void close() {
        monitor.close();
    }
}
