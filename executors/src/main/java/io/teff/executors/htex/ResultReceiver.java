// SPDX-License-Identifier: Apache-2.0
package io.teff.executors.htex;

import io.teff.remote.BadFrame;
import java.util.List;
import java.util.function.Consumer;
import org.zeromq.ZMQ;

/** Takes results from the socket to the executor. Its own thread owns the socket. */
final class ResultReceiver implements Runnable {
    private static final int LOOK_MS = 100;

    /** Who wants the results. */
    interface Sink {
        void results(List<Message.Result> results);

        void badState(String reason);

        void rejected(String what);
    }

    private final ZMQ.Socket socket;
    private final Gate gate;
    private final Strangers strangers;
    private final Sink sink;
    private final Consumer<Throwable> onFailure;
    private final Thread thread;
    private volatile boolean isStopping;

    ResultReceiver(
            ZMQ.Socket socket,
            Gate gate,
            Strangers strangers,
            Sink sink,
            Consumer<Throwable> onFailure) {
        this.socket = socket;
        this.gate = gate;
        this.strangers = strangers;
        this.sink = sink;
        this.onFailure = onFailure;
        thread = new Thread(this, "teff-htex-results");
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    boolean isThisThread() {
        return Thread.currentThread() == thread;
    }

    @Override
    public void run() {
        socket.setReceiveTimeOut(LOOK_MS);
        boolean isOver = false;
        try {
            while (!isStopping && !isOver) {
                byte[] frame = gate.receive(socket, 0);
                if (frame != null) {
                    isOver = received(frame);
                }
                strangers.look();
            }
        } catch (RuntimeException | Error e) { // nobody else would bring results
            onFailure.accept(e);
        }
    }

    private boolean received(byte[] frame) {
        try {
            Frames.Reader in = new Frames.Reader(frame);
            switch (in.type()) {
                case Frames.RESULTS -> sink.results(Message.Result.read(in));
                case Frames.BAD_STATE -> sink.badState(in.string());
                case Frames.DIE -> {
                    return true;
                }
                default -> throw new BadFrame("frame of type " + in.type());
            }
        } catch (BadFrame e) {
            sink.rejected(e.getMessage());
        }
        return false;
    }

    /** Returns when nobody uses the socket any more. */
    void close() throws InterruptedException {
        isStopping = true;
        thread.join();
    }
}
