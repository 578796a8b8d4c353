// SPDX-License-Identifier: Apache-2.0
package io.teff.executors.htex;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.teff.remote.Payload;
import io.teff.remote.RemoteCallable;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A worker behind pipes whose other ends the test holds. */
@Timeout(120)
final class WorkerMainTest {
    private static final int LARGE = 100_000;
    private static final int MORE = 50;
    private static final Executor OWN_THREAD =
            body -> {
                Thread thread = new Thread(body, "worker-main-test");
                thread.setDaemon(true);
                thread.start();
            };

    private final Payload codec =
            new Payload(HtexConfig.rules(List.of("io.teff.**"), 1 << 20), Map.of());
    private final PipedInputStream fromWorker = new PipedInputStream(4096);
    private final PipedOutputStream toWorker = new PipedOutputStream();

    @Test
    void managerThatDoesNotReadGetsThroughWithWhatItWrites() throws Exception {
        PipedOutputStream out = new PipedOutputStream(fromWorker);
        PipedInputStream in = new PipedInputStream(toWorker, 4096);
        WorkerContext context = new WorkerContext(0, 1, "0", "pool", List.of());
        WorkerMain worker = new WorkerMain(context, codec, out, true, false);
        CompletableFuture<Void> main =
                CompletableFuture.runAsync(() -> run(worker, new DataInputStream(in)), OWN_THREAD);
        DataInputStream results = new DataInputStream(fromWorker);
        assertThat(next(results).type()).isEqualTo(Frames.READY);

        send(task(0, () -> new byte[LARGE]), task(1, () -> 1));
        Awaitility.await().until(() -> fromWorker.available() == 4096); // it waits for a reader
        CompletableFuture<Void> written = new CompletableFuture<>();
        CountDownLatch isOver = new CountDownLatch(1);
        OWN_THREAD.execute(
                () -> {
                    cancel(1);
                    send(new Frames.Writer(Frames.RECALL));
                    for (int i = 0; i < MORE; i++) {
                        byte[] large = new byte[10_000];
                        send(task(2 + i, () -> large.length));
                    }
                    written.complete(null);
                    awaitThenClose(isOver); // pipes of Java break when their writer's thread ends
                });
        written.get(60, SECONDS);

        Map<Long, Byte> ends = new HashMap<>();
        int answers = 0;
        while (ends.size() < 2 + MORE || answers == 0) {
            Frames.Reader frame = next(results);
            if (frame.type() == Frames.RETURNED) {
                answers++;
            } else {
                for (Message.Result result : Message.Result.read(frame)) {
                    assertThat(ends.put(result.id(), result.status())).isNull();
                }
            }
        }
        assertThat(ends.remove(1L)).isEqualTo(Frames.DROPPED);
        assertThat(ends.values()).containsOnly(Frames.OK);
        isOver.countDown();
        assertThatExceptionOfType(ExecutionException.class)
                .isThrownBy(() -> main.get(60, SECONDS))
                .withRootCauseInstanceOf(EOFException.class);
    }

    private void awaitThenClose(CountDownLatch isOver) {
        try {
            isOver.await();
            toWorker.close();
        } catch (InterruptedException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void run(WorkerMain worker, DataInputStream in) {
        try {
            worker.run(in);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static Frames.Reader next(DataInputStream in) throws Exception {
        byte[] bytes = new byte[in.readInt()];
        in.readFully(bytes);
        return new Frames.Reader(bytes);
    }

    private Message.Task task(long id, RemoteCallable<Object> body) {
        return new Message.Task(id, 0, Demand.PLAIN, codec.encodeTask(body));
    }

    private void send(Message.Task... tasks) {
        Frames.Writer frame = new Frames.Writer(Frames.TASKS).list();
        for (Message.Task task : tasks) {
            task.write(frame);
        }
        send(frame);
    }

    private void cancel(long id) {
        Frames.Writer frame = new Frames.Writer(Frames.CANCEL).list();
        new Message.Cancel(id, false).write(frame);
        send(frame);
    }

    private void send(Frames.Writer frame) {
        try {
            DataOutputStream out = new DataOutputStream(toWorker);
            out.writeInt(frame.size());
            out.write(frame.buffer(), 0, frame.size());
            out.flush();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
