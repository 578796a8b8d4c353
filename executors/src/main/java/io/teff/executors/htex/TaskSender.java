// SPDX-License-Identifier: Apache-2.0
package io.teff.executors.htex;

import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.zeromq.ZMQ;

/**
 * Puts tasks and cancels, in the order in which they came, into messages. Its own thread owns the
 * socket; any thread adds to the queue, then wakes.
 *
 * <p>{@code isParked} is written before the queue is looked at for the last time, and read after
 * something was added; both volatile, so one side sees the other.
 */
final class TaskSender implements Runnable {
    private static final int MOST_ITEMS = 1024;
    private static final int MOST_BYTES = 256 << 10;
    private static final int SEND_MS = 50;

    /** A cancel that is on its way. */
    record CancelRequest(HtexTask<?> task, boolean interrupt) {}

    private final ConcurrentLinkedQueue<Object> queue;
    private final ZMQ.Socket socket;
    private final Gate gate;
    private final HtexLog log;
    private final Consumer<Throwable> onFailure;
    private final int mostItems;
    private final Frames.Writer tasks = new Frames.Writer(Frames.TASKS).list();
    private final Frames.Writer cancels = new Frames.Writer(Frames.CANCEL).list();
    private final Thread thread;
    private volatile boolean isParked;
    private volatile boolean isStopping;

    TaskSender(
            ConcurrentLinkedQueue<Object> queue,
            ZMQ.Socket socket,
            Gate gate,
            boolean batching,
            HtexLog log,
            Consumer<Throwable> onFailure) {
        this.queue = queue;
        this.socket = socket;
        this.gate = gate;
        this.log = log;
        this.onFailure = onFailure;
        mostItems = batching ? MOST_ITEMS : 1;
        thread = new Thread(this, "teff-htex-send");
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    /** Something was added to the queue. */
    void wake() {
        if (isParked) {
            LockSupport.unpark(thread);
        }
    }

    @Override
    public void run() {
        try {
            sendAll();
        } catch (RuntimeException | Error e) { // a log that cannot be written, no memory
            onFailure.accept(e);
        }
    }

    private void sendAll() {
        socket.setSendTimeOut(SEND_MS);
        while (!isStopping) {
            Object item = queue.poll();
            if (item == null) {
                flush();
                isParked = true;
                if (queue.isEmpty() && !isStopping) {
                    LockSupport.park(this);
                }
                isParked = false;
            } else if (item instanceof HtexTask<?> task) {
                if (task.toSent()) {
                    if (cancels.items() > 0) {
                        flush();
                    }
                    tasks.item().i64(task.id).i32(task.priority);
                    task.demand.write(tasks);
                    tasks.bytes(task.payload);
                    log.debug("task sent", task.id, task.payload.length);
                    if (tasks.items() >= mostItems || tasks.size() > MOST_BYTES) {
                        flush();
                    }
                }
            } else if (item instanceof CancelRequest cancel) {
                if (tasks.items() > 0) {
                    flush(); // the task may be among them
                }
                cancels.item().i64(cancel.task.id).u8(cancel.interrupt ? 1 : 0);
                if (cancels.items() >= mostItems) {
                    flush();
                }
            }
        }
    }

    private void flush() {
        if (tasks.items() > 0) {
            send(tasks.toBytes());
            tasks.reset(Frames.TASKS).list();
        }
        if (cancels.items() > 0) {
            send(cancels.toBytes());
            cancels.reset(Frames.CANCEL).list();
        }
    }

    /** There is nobody to send to once the interchange is gone; then the session ends. */
    private void send(byte[] frame) {
        while (!gate.send(socket, frame) && !isStopping) {
            log.note("nobody takes tasks");
        }
    }

    /** Returns when nobody uses the socket any more. */
    void close() throws InterruptedException {
        isStopping = true;
        LockSupport.unpark(thread);
        thread.join();
    }
}
