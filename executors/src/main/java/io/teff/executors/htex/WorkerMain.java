// SPDX-License-Identifier: Apache-2.0
package io.teff.executors.htex;

import io.teff.executors.htex.Message.Cancel;
import io.teff.executors.htex.Message.Task;
import io.teff.remote.BadFrame;
import io.teff.remote.Codec;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/**
 * A worker process: runs the tasks that come by one pipe, one at a time, and answers by another.
 * The pipes are the descriptors 3 and 4, so that what tasks print goes elsewhere (0 is empty, 1 and
 * 2 are a file), also from processes that they start: Java does not hand further descriptors on.
 *
 * <p>Three threads. The main thread reads, and after its first word neither writes nor waits for who
 * does, so that a manager that writes to it always gets through, also one that does not read
 * meanwhile; it ends the process when its manager is gone. One thread runs tasks. One writes what has
 * gathered while a task runs, or while the first of several results waits.
 */
final class WorkerMain {
    private static final long GATHER_NS = 200_000;
    private static final int FULL = 32 << 10;

    private final Codec codec;
    private final OutputStream pipe;
    private final boolean batching;
    private final UsageMeter meter; // null: nothing is measured
    private final WorkerContext context;
    private List<String> assigned = List.of(); // to the next tasks; the main thread's
    private volatile Job running;

    // Under the monitor of jobs
    private final ArrayDeque<Job> waiting = new ArrayDeque<>();
    private final Map<Long, Job> jobs = new HashMap<>();

    private final Object writing = new Object(); // held while the pipe may be full

    // Under the monitor of this, which is never held for long
    private final Frames.Writer results = new Frames.Writer(Frames.RESULTS).list();
    private final Frames.Writer returned = new Frames.Writer(Frames.RETURNED).list();
    private boolean mustReturn;
    private boolean isEnding; // nothing is told of any task from now on

    WorkerMain(
            WorkerContext context,
            Codec codec,
            OutputStream pipe,
            boolean batching,
            boolean isMeasured) {
        this.context = context;
        this.codec = codec;
        this.pipe = pipe;
        this.batching = batching;
        meter = isMeasured ? new UsageMeter(this::stop) : null;
    }

    /** A process of its own: the argument is the file with the settings of its manager. */
    public static void main(String[] args) throws Exception {
        Settings settings = Settings.read(Path.of(args[0]));
        DataInputStream in = new DataInputStream(new FileInputStream("/dev/fd/3"));
        OutputStream out = new FileOutputStream("/dev/fd/4");
        WorkerMain worker =
                new WorkerMain(
                        context(System.getenv()),
                        Manager.codec(settings),
                        out,
                        settings.flag("batching"),
                        settings.flag("monitor"));
        try {
            worker.run(in);
        } catch (EOFException end) {
            Runtime.getRuntime().halt(0);
        } catch (IOException | BadFrame e) {
            System.err.println("the pipe from the manager broke: " + e);
            Runtime.getRuntime().halt(1);
        }
    }

    private static WorkerContext context(Map<String, String> env) {
        String pinned = env.get("TEFF_ACCELERATOR");
        return new WorkerContext(
                Integer.parseInt(env.get("TEFF_WORKER_RANK")),
                Integer.parseInt(env.get("TEFF_WORKER_COUNT")),
                env.get("TEFF_BLOCK_ID"),
                env.get("TEFF_POOL_ID"),
                pinned == null ? List.of() : List.of(pinned));
    }

    /** Until its input ends, by an EOFException. */
    void run(DataInputStream in) throws IOException, BadFrame {
        pipe.write(framed(new Frames.Writer(Frames.READY)));
        Thread runner = new Thread(this::runTasks, "teff-htex-worker");
        runner.setDaemon(true);
        runner.start();
        if (meter != null) {
            meter.start();
        }
        Thread flusher = new Thread(this::flushGathered, "teff-htex-flush");
        flusher.setDaemon(true);
        flusher.start();
        while (true) {
            byte[] bytes = new byte[in.readInt()];
            in.readFully(bytes);
            Frames.Reader frame = new Frames.Reader(bytes);
            switch (frame.type()) {
                case Frames.TASKS -> take(frame);
                case Frames.CANCEL -> {
                    for (Cancel cancel : Cancel.read(frame)) {
                        cancel(cancel);
                    }
                }
                case Frames.ASSIGNED -> {
                    List<String> names = new ArrayList<>();
                    for (int n = frame.list(4); n > 0; n--) {
                        names.add(frame.string());
                    }
                    frame.done();
                    assigned = names;
                }
                case Frames.RECALL -> giveBack();
                default -> throw new BadFrame("frame of type " + frame.type());
            }
        }
    }

    private void take(Frames.Reader frame) throws BadFrame {
        synchronized (jobs) {
            for (Task task : Task.read(frame)) {
                Job job = new Job(task, assigned);
                waiting.add(job);
                jobs.put(job.id, job);
            }
            jobs.notifyAll();
        }
        assigned = List.of();
    }

    private void cancel(Cancel cancel) {
        Job job;
        synchronized (jobs) {
            job = jobs.get(cancel.id());
        }
        byte found = job == null ? -1 : job.cancel(cancel.interrupt());
        if (found == Frames.DROPPED) {
            synchronized (jobs) {
                jobs.remove(cancel.id()); // or its payload would stay for ever
            }
        }
        if (found >= 0) {
            add(cancel.id(), found, Outbox.NOTHING, true);
        }
    }

    private void giveBack() {
        synchronized (jobs) {
            synchronized (this) {
                for (Iterator<Job> all = waiting.iterator(); all.hasNext(); ) {
                    Job job = all.next();
                    if (job.takeBack()) {
                        all.remove();
                        jobs.remove(job.id);
                        returned.item().i64(job.id);
                    }
                }
                mustReturn = true;
                notifyAll();
            }
        }
    }

    private void runTasks() {
        while (true) {
            Job job;
            try {
                synchronized (jobs) {
                    while ((job = waiting.poll()) == null) {
                        jobs.wait();
                    }
                }
            } catch (InterruptedException e) {
                continue; // what a body did to its own thread, after its end
            }
            boolean isPinned = job.accelerators.isEmpty(); // or has none
            WorkerContext.enter(isPinned ? context : context.with(job.accelerators));
            running = job;
            job.run(codec, this::ended, meter);
        }
    }

    /** The task needs too much memory: this process ends, with all that the task has started. */
    private void stop(long grownMb) {
        String what =
                "memory has grown by " + grownMb + " MB, to be stopped at " + running.mostMb();
        synchronized (this) {
            new Message.Result(running.id, Frames.OVERRUN, Job.text(what)).write(results);
            isEnding = true;
        }
        flush();
        ProcessHandle.current().descendants().forEach(ProcessHandle::destroyForcibly);
        Runtime.getRuntime().halt(0);
    }

    private void ended(long id, byte status, byte[] bytes) {
        if (status == Frames.USAGE) {
            add(id, status, bytes, false); // its end is next
            return;
        }
        boolean isLast;
        synchronized (jobs) {
            jobs.remove(id);
            isLast = waiting.isEmpty();
        }
        boolean isNow = isLast || !batching;
        if (add(id, status, bytes, !isNow) || isNow) {
            flush();
        }
    }

    /** Leaves it for who flushes next; true: much has gathered. */
    private synchronized boolean add(long id, byte status, byte[] bytes, boolean wake) {
        if (!isEnding) {
            new Message.Result(id, status, bytes).write(results);
        }
        if (wake && results.items() == 1) {
            notifyAll();
        }
        return results.size() > FULL;
    }

    /** Writes what has gathered. Waits while the pipe is full, so it is not for the main thread. */
    private void flush() {
        synchronized (writing) { // around the other, so that frames leave in the order of results
            byte[] back = null;
            byte[] ended = null;
            synchronized (this) {
                if (mustReturn) {
                    mustReturn = false;
                    back = framed(returned);
                    returned.reset(Frames.RETURNED).list();
                }
                if (results.items() > 0) {
                    ended = framed(results);
                    results.reset(Frames.RESULTS).list();
                }
            }
            try {
                if (back != null) {
                    pipe.write(back);
                }
                if (ended != null) {
                    pipe.write(ended);
                }
            } catch (IOException e) {
                System.err.println("the pipe to the manager broke: " + e);
                Runtime.getRuntime().halt(1); // it will have noticed: nobody wants the results
            }
        }
    }

    private void flushGathered() {
        while (true) {
            synchronized (this) {
                while (results.items() == 0 && !mustReturn) {
                    try {
                        wait();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                        return;
                    }
                }
            }
            if (batching) {
                LockSupport.parkNanos(GATHER_NS);
            }
            flush();
        }
    }

    /** With its length, in one piece: the pipe has one reader. */
    private static byte[] framed(Frames.Writer frame) {
        int size = frame.size();
        byte[] whole = new byte[4 + size];
        whole[0] = (byte) (size >>> 24);
        whole[1] = (byte) (size >>> 16);
        whole[2] = (byte) (size >>> 8);
        whole[3] = (byte) size;
        System.arraycopy(frame.buffer(), 0, whole, 4, size);
        return whole;
    }
}
