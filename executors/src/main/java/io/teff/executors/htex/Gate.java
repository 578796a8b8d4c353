// SPDX-License-Identifier: Apache-2.0
package io.teff.executors.htex;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.concurrent.atomic.AtomicLong;
import org.zeromq.ZMQ;

/**
 * Tells our own messages from those of strangers: each is of two parts, the secret of this executor
 * and a frame. Without the first nothing is read of the second. Each socket on which somebody could
 * connect is bound by the side that receives, so a stranger is never given what is meant for others.
 * Thread-safe, as far as the sockets are.
 */
final class Gate {
    private final byte[] secret;
    private final AtomicLong refused = new AtomicLong();

    Gate(Settings settings) {
        secret = settings.text("token").getBytes(StandardCharsets.US_ASCII);
    }

    /** How many messages were not let in. */
    long refused() {
        return refused.get();
    }

    void refuse() {
        refused.incrementAndGet();
    }

    /** False: nobody takes it now. */
    boolean send(ZMQ.Socket socket, byte[] frame) {
        return socket.send(secret, ZMQ.SNDMORE) && socket.send(frame);
    }

    /** The next frame. Null: there is none now, or it was a stranger's. */
    byte[] receive(ZMQ.Socket socket, int flags) {
        byte[] first = socket.recv(flags);
        return first == null ? null : rest(socket, first);
    }

    /** The frame of a message of which the first part is there. Null: it is a stranger's. */
    byte[] rest(ZMQ.Socket socket, byte[] first) {
        byte[] frame = null;
        int parts = 1;
        while (socket.hasReceiveMore()) {
            frame = socket.recv();
            parts++;
        }
        if (parts != 2 || !MessageDigest.isEqual(secret, first)) {
            refuse();
            return null;
        }
        return frame;
    }
}
