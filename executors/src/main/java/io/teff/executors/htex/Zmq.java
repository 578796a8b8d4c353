// SPDX-License-Identifier: Apache-2.0
package io.teff.executors.htex;

import org.zeromq.SocketType;
import org.zeromq.ZMQ;

/**
 * Sockets with the options that all of ours share: no high-water mark, as in Parsl; a bound on what
 * one message may hold; CurveZMQ when the settings say so. Whoever knows the server's public key gets
 * in then, and that key is kept as a secret. A handler of ZAP, which could ask for more, is not used:
 * with it JeroMQ 0.6.0 misses handshakes now and then.
 */
final class Zmq {
    /** Room for headers and for batches, beyond the largest task. */
    static final int SLACK = 4 << 20;

    private static final int HANDSHAKE_MS = 300;

    /**
     * Without a handler a domain has one effect: who speaks ZMTP 1 or 2 is dropped. Otherwise JeroMQ
     * takes any bytes that do not begin as those of ZMTP 3 for messages of the former, and keeps the
     * connection. With CurveZMQ it drops them anyway.
     */
    private static final String DOMAIN = "teff";

    private Zmq() {}

    /** A socket that others connect to. */
    static ZMQ.Socket server(ZMQ.Context context, SocketType type, Settings settings) {
        ZMQ.Socket socket = socket(context, type, settings);
        socket.setZAPDomain(DOMAIN);
        if (settings.flag("encrypted")) {
            socket.setCurveServer(true);
            socket.setCurvePublicKey(key(settings, "curve.server.public"));
            socket.setCurveSecretKey(key(settings, "curve.server.secret"));
        }
        return socket;
    }

    /** A socket that connects to one of {@link #server}. */
    static ZMQ.Socket client(ZMQ.Context context, SocketType type, Settings settings) {
        ZMQ.Socket socket = socket(context, type, settings);
        if (settings.flag("encrypted")) {
            socket.setCurveServerKey(key(settings, "curve.server.public"));
            socket.setCurvePublicKey(key(settings, "curve.client.public"));
            socket.setCurveSecretKey(key(settings, "curve.client.secret"));
        }
        return socket;
    }

    private static byte[] key(Settings settings, String name) {
        return ZMQ.Curve.z85Decode(settings.text(name));
    }

    private static ZMQ.Socket socket(ZMQ.Context context, SocketType type, Settings settings) {
        ZMQ.Socket socket = context.socket(type);
        socket.setHWM(0);
        socket.setLinger(0);
        // About one connection in a hundred of JeroMQ 0.6.0 stands still in its handshake until
        // this has passed, and is then made anew; the default is 30 s.
        socket.setHandshakeIvl(HANDSHAKE_MS);
        socket.setMaxMsgSize((long) settings.number("maxFrameBytes") + SLACK);
        return socket;
    }

    /** A socket that hears of connections to {@code of} that break or are refused. */
    static ZMQ.Socket monitor(ZMQ.Context context, ZMQ.Socket of, String name) {
        return monitor(
                context,
                of,
                name,
                zmq.ZMQ.ZMQ_EVENT_DISCONNECTED
                        | zmq.ZMQ.ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL
                        | zmq.ZMQ.ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL
                        | zmq.ZMQ.ZMQ_EVENT_HANDSHAKE_FAILED_AUTH);
    }

    /** The same, for the events that are named. */
    static ZMQ.Socket monitor(ZMQ.Context context, ZMQ.Socket of, String name, int events) {
        String address = "inproc://" + name;
        if (!of.monitor(address, events)) {
            throw new IllegalStateException("no monitor for " + name + ": error " + of.errno());
        }
        ZMQ.Socket pair = context.socket(SocketType.PAIR);
        pair.setLinger(0);
        pair.connect(address);
        return pair;
    }
}
