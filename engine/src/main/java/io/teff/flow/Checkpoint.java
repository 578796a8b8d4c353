// SPDX-License-Identifier: Apache-2.0
package io.teff.flow;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The checkpoint of one flow: what was read from files, and the results that are to be written.
 *
 * <p>Group commit. Whoever has a result puts it into {@code queue}, then tries {@code lock}. Who gets
 * it writes all that is queued, in one piece, and ends those tasks; who does not goes on to its next
 * task. Nothing is left behind: the holder looks at the queue once more after it has unlocked, and
 * whoever failed to lock had queued before that. So that nobody writes for the others for ever, a
 * thread of {@code writer} takes over after some rounds. With fsync, which takes milliseconds, it does
 * all the writing, and batches grow meanwhile. At most one such thread waits for the lock; there are
 * more only if users' functions of results block those that have written.
 *
 * <pre>
 * FIELD    WRITTEN BY                   READ BY
 * queue    who has a result             holder of lock
 * file     holder of lock               holder of lock
 * loaded   the builder's thread; who    anyone
 *          has taken a result
 * </pre>
 */
final class Checkpoint {
    private static final int ROUNDS = 8;

    private final ConcurrentHashMap<MemoKey, Loaded> loaded = new ConcurrentHashMap<>();
    private final ConcurrentLinkedQueue<Entry> queue = new ConcurrentLinkedQueue<>();
    private final ReentrantLock lock = new ReentrantLock();
    private final AtomicBoolean scheduled = new AtomicBoolean(); // a run of the writer
    private final Queue<Thread> threads = new ConcurrentLinkedQueue<>(); // the writer's
    private final ThreadPoolExecutor writer = newWriter(threads);
    private final Runners runners;
    private final Warnings warnings;
    private final ResultCodec codec;
    private final CheckpointMode mode;
    private final boolean force;
    final CheckpointFile file; // null if results are only read

    /** A result as it was read. */
    private static final class Loaded {
        private final byte[] result;
        private final boolean isOwn; // from the file that this run writes

        Loaded(byte[] result, boolean isOwn) {
            this.result = result;
            this.isOwn = isOwn;
        }
    }

    /** A result to write, and the task that ends when that is done; null if it does not wait. */
    private static final class Entry {
        private final MemoKey key;
        private final byte[] result;
        private final Call<?> call;
        private final Object outcome;

        Entry(MemoKey key, byte[] result, Call<?> call, Object outcome) {
            this.key = key;
            this.result = result;
            this.call = call;
            this.outcome = outcome;
        }
    }

    /** What a flow's builder says of it. */
    record Plan(
            Path file, CheckpointMode mode, boolean force, List<Path> load, ResultCodec codec) {}

    Checkpoint(Plan plan, Runners runners, Warnings warnings) {
        this.runners = runners;
        this.warnings = warnings;
        codec = plan.codec;
        mode = plan.mode;
        force = plan.force;
        for (Path path : plan.load) {
            if (plan.file == null || !CheckpointFile.isSame(path, plan.file)) {
                CheckpointFile.Found found =
                        CheckpointFile.read(
                                path, (key, result) -> loaded.put(key, new Loaded(result, false)));
                warnUnlessWhole(path.toString(), found, "left out");
            }
        }
        file = plan.file == null ? null : CheckpointFile.open(plan.file);
        if (file != null) {
            loadOwn();
        }
    }

    private void loadOwn() {
        boolean done = false;
        try {
            CheckpointFile.Found found =
                    file.readAll((key, result) -> loaded.put(key, new Loaded(result, true)));
            if (found.tail() > 0) {
                file.cutTail();
            }
            warnUnlessWhole(file.toString(), found, "cut off");
            done = true;
        } catch (IOException e) {
            throw new BadCheckpoint("cannot read checkpoint " + file + ": " + e, e);
        } finally {
            if (!done) {
                closeFile();
            }
        }
    }

    private void warnUnlessWhole(String path, CheckpointFile.Found found, String tailWas) {
        if (!found.isWhole()) {
            warnings.warn(
                    "checkpoint "
                            + path
                            + ": "
                            + found.records()
                            + " results read; "
                            + found.damaged()
                            + " damaged places skipped; "
                            + found.tail()
                            + " bytes of an unfinished record at its end "
                            + tailWas,
                    null);
        }
    }

    private static ThreadPoolExecutor newWriter(Queue<Thread> threads) {
        return new ThreadPoolExecutor(
                0,
                Integer.MAX_VALUE,
                1,
                TimeUnit.SECONDS,
                new SynchronousQueue<>(),
                task -> {
                    Thread thread = new Thread(task, "teff-flow-checkpoint");
                    thread.setDaemon(true);
                    threads.removeIf(t -> t.getState() == Thread.State.TERMINATED);
                    threads.add(thread);
                    return thread;
                },
                (task, pool) -> task.run()); // after close: by whoever asks
    }

    CheckpointMode mode() {
        return mode;
    }

    boolean writes() {
        return file != null;
    }

    // Results of earlier runs

    /** The value of a result that was read, as an outcome; null if there is none to be had. */
    Object find(MemoKey key, String name, Runner runner) {
        Loaded found = loaded.get(key);
        if (found == null) {
            return null;
        }
        try {
            Object outcome = Outcome.ofValue(codec.decode(found.result));
            if (!found.isOwn && file != null) { // so that the last file has all that the run used
                add(new Entry(key, found.result, null, null), runner);
            }
            return outcome;
        } catch (Throwable t) {
            loaded.remove(key, found);
            warnings.warn(
                    "the result of "
                            + name
                            + " in the checkpoint cannot be read, so it runs again: "
                            + t,
                    t);
            return null;
        }
    }

    /** The result has been taken, and is kept elsewhere now. */
    void forget(MemoKey key) {
        loaded.remove(key);
    }

    // Results of this run

    /**
     * Takes the result of a task whose body is over. Any thread that completes tasks.
     *
     * @return true if the task ends when the result is written; false if the caller has to end it
     */
    boolean add(MemoKey key, Object value, Call<?> call, Runner runner) {
        byte[] result;
        try {
            result = codec.encode(value);
        } catch (Throwable t) { // of the user's classes
            warnings.warn(
                    "the result of "
                            + call.name()
                            + ", a "
                            + value.getClass().getName()
                            + ", cannot be written to the checkpoint: make it Serializable with"
                            + " all that it holds",
                    t);
            return false;
        }
        boolean waits = mode == CheckpointMode.TASK_EXIT;
        add(new Entry(key, result, waits ? call : null, Outcome.ofValue(value)), runner);
        return waits;
    }

    private void add(Entry entry, Runner runner) {
        queue.add(entry);
        if (mode != CheckpointMode.TASK_EXIT) {
            return;
        }
        if (force) {
            schedule();
            return;
        }
        for (int i = 0; i < ROUNDS; i++) {
            if (queue.isEmpty() || !lock.tryLock()) {
                return;
            }
            List<Entry> entries;
            try {
                entries = writeBatch();
            } finally {
                lock.unlock();
            }
            end(entries, runner);
        }
        if (!queue.isEmpty()) {
            schedule();
        }
    }

    private void schedule() {
        if (!scheduled.get() && scheduled.compareAndSet(false, true)) {
            writer.execute(this::writeForAll);
        }
    }

    /** On the writer, or on whoever comes after it has been shut down. */
    private void writeForAll() {
        List<Entry> entries;
        lock.lock();
        try {
            scheduled.set(false); // first: who queues from now on may find the queue read already
            entries = writeBatch();
        } finally {
            lock.unlock();
        }
        if (!queue.isEmpty()) {
            schedule(); // before we run what may block
        }
        endHere(entries);
    }

    /** Ends the tasks whose results have been written, in their order. */
    private static void end(List<Entry> entries, Runner runner) {
        for (Entry entry : entries) {
            if (entry.call != null) {
                entry.call.end(entry.outcome, runner);
            }
        }
    }

    /** The holder of the lock: writes what is queued; a failure costs the results, not the tasks. */
    private List<Entry> writeBatch() {
        List<Entry> entries = new ArrayList<>();
        try {
            take(entries);
        } catch (Throwable t) {
            warnings.warn(
                    entries.size() + " results could not be written to checkpoint " + file, t);
        }
        return entries;
    }

    private void take(List<Entry> entries) throws IOException {
        Entry entry;
        while ((entry = queue.poll()) != null) {
            entries.add(entry);
            try {
                if (file.put(entry.key, entry.result)) {
                    break;
                }
            } catch (ArithmeticException | OutOfMemoryError e) {
                warnings.warn(
                        "a result of "
                                + entry.result.length
                                + " bytes is too large for checkpoint "
                                + file,
                        e);
            }
        }
        if (!entries.isEmpty()) {
            file.flush(force);
        }
    }

    /**
     * Writes all results that have not been written.
     *
     * @return how many
     * @throws IOException if that failed; they will be tried again, but no task waits for that
     */
    long write() throws IOException {
        long written = 0;
        while (!queue.isEmpty()) {
            List<Entry> entries = new ArrayList<>();
            lock.lock();
            try {
                take(entries);
                written += entries.size();
            } catch (Throwable t) {
                entries.forEach(e -> queue.add(new Entry(e.key, e.result, null, null)));
                throw t;
            } finally {
                lock.unlock();
                endHere(entries);
            }
        }
        return written;
    }

    private void endHere(List<Entry> entries) {
        Nest nest = Nest.current();
        Runner runner = runners.borrow(nest);
        try {
            end(entries, runner);
        } finally {
            runners.settleAndReturn(runner, nest);
        }
    }

    /** From time to time: as {@link #write}, but soon and elsewhere. */
    void writeSoon() {
        if (!lock.isLocked()) { // otherwise somebody is at it
            writer.execute(this::writeOrWarn);
        }
    }

    /** As {@link #write}, but a failure is a warning. */
    void writeOrWarn() {
        try {
            write();
        } catch (Throwable t) {
            warnings.warn("checkpoint " + file + " could not be written", t);
        }
    }

    /** No task is left. Idempotent. Whether or not this thread is interrupted. */
    void close() {
        writer.shutdown();
        boolean interrupted = false;
        Thread thread;
        while ((thread = threads.peek()) != null) {
            try {
                if (thread != Thread.currentThread()) {
                    thread.join();
                }
                threads.remove(thread);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (file != null) {
            lock.lock();
            try {
                if (mode != CheckpointMode.MANUAL) {
                    writeOrWarn();
                }
                closeFile();
            } finally {
                lock.unlock();
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void closeFile() {
        try {
            file.close();
        } catch (IOException e) {
            warnings.warn("checkpoint " + file + " could not be closed", e);
        }
    }
}
