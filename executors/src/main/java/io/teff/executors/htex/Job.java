// SPDX-License-Identifier: Apache-2.0
package io.teff.executors.htex;

import io.teff.remote.Codec;
import io.teff.remote.NotTransferable;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * One task at the place where it runs.
 *
 * <pre>
 * WAITING -> RUNNING -> ENDED    the thread that runs it
 * WAITING -> GONE                whoever cancels it or gives it back
 * </pre>
 *
 * All under the monitor of the job, so that an interrupt reaches the body it is meant for or nobody.
 */
final class Job {
    private enum State {
        WAITING,
        RUNNING,
        ENDED,
        GONE
    }

    final long id;
    final List<String> accelerators;
    private final Demand demand;
    private final byte[] payload;
    private State state = State.WAITING;
    private Thread thread;

    Job(Message.Task task) {
        this(task, List.of());
    }

    /** With accelerators that it has to itself. */
    Job(Message.Task task, List<String> accelerators) {
        id = task.id();
        demand = task.demand();
        this.accelerators = accelerators;
        payload = task.payload();
    }

    /** Growth of memory in MB at which it is stopped: half as much again as its label. */
    long mostMb() {
        long labelMb = demand.resources().memoryMb();
        boolean isLabelled = demand.kind() == Demand.Kind.LABEL && labelMb > 0;
        return isLabelled ? labelMb + labelMb / 2 : Long.MAX_VALUE;
    }

    /** Runs it, unless it is gone, and puts its result into {@code outbox}. */
    void run(Codec codec, Outbox outbox) {
        run(codec, outbox, null);
    }

    /** The same, and before its result what it has used; no {@code meter}: nothing is measured. */
    void run(Codec codec, Outbox outbox, UsageMeter meter) {
        synchronized (this) {
            if (state != State.WAITING) {
                return;
            }
            state = State.RUNNING;
            thread = Thread.currentThread();
        }
        if (meter != null) {
            meter.begin(mostMb());
        }
        byte status;
        byte[] bytes;
        try {
            bytes = codec.call(payload);
            status = Frames.OK;
        } catch (Throwable t) { // whatever it is belongs to the task
            end();
            bytes = failure(codec, t);
            status = Frames.FAILED;
        }
        end();
        if (meter != null) {
            outbox.add(id, Frames.USAGE, meter.end().toBytes());
        }
        outbox.add(id, status, bytes);
    }

    private static byte[] failure(Codec codec, Throwable thrown) {
        try {
            return codec.encodeFailure(thrown);
        } catch (Throwable second) { // no memory, no stack
            return codec.encodeFailure(
                    new NotTransferable("the failure of the task cannot be sent: " + second, null));
        }
    }

    /** No interrupt from here on, and none left. */
    private synchronized void end() {
        state = State.ENDED;
        thread = null;
        Thread.interrupted();
    }

    /** Takes it back if it has not begun. */
    synchronized boolean takeBack() {
        if (state != State.WAITING) {
            return false;
        }
        state = State.GONE;
        return true;
    }

    /** What a cancel found: DROPPED, RUNNING (interrupted if wanted), or -1, when it has ended. */
    synchronized byte cancel(boolean interrupt) {
        if (state == State.WAITING) {
            state = State.GONE;
            return Frames.DROPPED;
        }
        if (state == State.RUNNING) {
            if (interrupt) {
                thread.interrupt();
            }
            return Frames.RUNNING;
        }
        return -1;
    }

    static byte[] text(String message) {
        return message.getBytes(StandardCharsets.UTF_8);
    }
}
