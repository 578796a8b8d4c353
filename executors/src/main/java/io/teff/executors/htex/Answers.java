// SPDX-License-Identifier: Apache-2.0
package io.teff.executors.htex;

import io.teff.remote.BadFrame;
import io.teff.remote.ByteWriter;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.zeromq.ZMQ;

/** Asks the interchange by the command socket, one question at a time. Thread-safe. */
final class Answers {
    private final ZMQ.Socket socket;
    private final Gate gate;
    private final ExecutorService asker; // the one thread that uses the socket

    /** By a socket that is connected already or is about to be. */
    Answers(ZMQ.Socket socket, Gate gate) {
        this.socket = socket;
        // A question without an answer is given up for the next, and its late answer is no other's.
        socket.setReqRelaxed(true);
        socket.setReqCorrelate(true);
        this.gate = gate;
        asker =
                Executors.newSingleThreadExecutor(
                        body -> {
                            Thread thread = new Thread(body, "teff-htex-command");
                            thread.setDaemon(true);
                            return thread;
                        });
    }

    /**
     * The lines of the answer.
     *
     * @throws IllegalStateException if there is none in time; the next question may have one
     */
    List<String> ask(String word, String argument, long timeoutMs) throws InterruptedException {
        Future<List<String>> asked = asker.submit(() -> exchange(word, argument, timeoutMs));
        try {
            return asked.get(timeoutMs + 1_000, TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw new IllegalStateException(
                    "the interchange did not answer " + word + ": " + e.getCause().getMessage(),
                    e.getCause());
        } catch (TimeoutException e) {
            throw new IllegalStateException("the interchange did not answer " + word, e);
        }
    }

    private List<String> exchange(String word, String argument, long timeoutMs) throws BadFrame {
        socket.setReceiveTimeOut((int) timeoutMs);
        socket.setSendTimeOut((int) timeoutMs);
        ByteWriter question = new Frames.Writer(Frames.ASK).string(word).string(argument);
        gate.send(socket, question.toBytes());
        byte[] frame = gate.receive(socket, 0);
        if (frame == null) {
            throw new BadFrame("no answer within " + timeoutMs + " ms");
        }
        Frames.Reader in = new Frames.Reader(frame);
        String[] lines = new String[in.list(4)];
        for (int i = 0; i < lines.length; i++) {
            lines[i] = in.string();
        }
        in.done();
        if (lines.length == 0 || !lines[0].equals("ok")) {
            throw new BadFrame("the interchange says " + String.join(" ", lines));
        }
        return List.of(lines).subList(1, lines.length);
    }

    /** Returns when nobody uses the socket any more. */
    void close() throws InterruptedException {
        asker.shutdown();
        asker.awaitTermination(10, TimeUnit.SECONDS);
    }
}
