// SPDX-License-Identifier: Apache-2.0
package io.teff.executors.xqueue;

import static java.util.Objects.requireNonNull;

import io.teff.executors.crew.CrewExecutor;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * An executor in the shape of XTask: a matrix of single-producer, single-consumer queues, one from
 * each worker to each worker, filled in turns, with no read-modify-write on a task's way. Any thread
 * may call. The {@linkplain io.teff.executors.xqueue package} has the picture and the papers.
 *
 * <p>Order: tasks of one submitter begin in no particular order. Bounds: a worker that finds all its
 * queues full runs what it submits at once, inside the task that it is in; another thread waits for
 * room.
 *
 * <p>Ends: {@code shutdown} sets the state; workers end when no producer is between {@link Row#begin}
 * and {@link Row#end}, and all columns are empty. A task that is on its way from one worker to another
 * is in neither column, but the worker that moves it has not ended, and looks at all columns before it
 * does. {@code shutdownNow} sets the state, waits for producers likewise, then visits each column
 * twice: once so that no worker that has not seen the state is still in its turn, where it may be
 * moving tasks to another column; once more to take what there is.
 */
public final class XQueueExecutor extends CrewExecutor {
    /** The most workers; the matrix grows with their square. */
    public static final int MAX_WORKERS = 256;

    /** The most threads from outside that have a row of their own at a time. */
    static final int OUTER_ROWS = 16;

    private static final int MAX_CAPACITY = 1 << 20;
    private static final int TASKS_A_ROW = 8192;
    private static final int MIN_DEFAULT = 64;
    private static final int MAX_DEFAULT = 1024;
    private static final long WAIT_FOR_ROOM_NS = 20_000;
    private static final int TRIES_BEFORE_PARK = 200;

    private final Column[] columns;
    private final Row[] inner; // by worker
    private final Desk[] desks;
    private final Nap[] naps;
    private final XWorker[] crew;
    private final AtomicInteger sleepers = new AtomicInteger();

    private volatile Row[] outer = {}; // replaced under the lock, only grows
    private final Object commonLock = new Object();
    private final Row common; // of those who find no row; under the commonLock

    /** With queues of 1024 tasks each, fewer where there are more than 8 workers. */
    public XQueueExecutor(int workers) {
        this(workers, defaultCapacity(workers));
    }

    /**
     * With queues of {@code capacity} tasks, a power of two.
     *
     * @throws IllegalArgumentException for fewer than one worker, more than {@link #MAX_WORKERS}, or
     *     another capacity
     */
    public XQueueExecutor(int workers, int capacity) {
        super("teff-xqueue-", workers);
        if (workers > MAX_WORKERS) {
            throw new IllegalArgumentException(
                    "workers must be at most "
                            + MAX_WORKERS
                            + ", since there is a queue for each pair of them: "
                            + workers);
        }
        if (capacity < 4 || capacity > MAX_CAPACITY || Integer.bitCount(capacity) != 1) {
            throw new IllegalArgumentException(
                    "capacity must be a power of two between 4 and "
                            + MAX_CAPACITY
                            + ": "
                            + capacity);
        }
        columns = new Column[workers];
        inner = new Row[workers];
        desks = new Desk[workers];
        naps = new Nap[workers];
        crew = new XWorker[workers];
        int rows = workers + OUTER_ROWS + 1;
        for (int i = 0; i < workers; i++) {
            columns[i] = new Column(i, rows, capacity);
            inner[i] = new Row(i, columns);
            desks[i] = new Desk();
            naps[i] = new Nap(sleepers);
        }
        common = new Row(rows - 1, columns);
        for (int i = 0; i < workers; i++) {
            crew[i] = new XWorker(this, i);
        }
    }

    private static int defaultCapacity(int workers) {
        int share = Integer.highestOneBit(Math.max(1, TASKS_A_ROW / Math.max(1, workers)));
        return Math.max(MIN_DEFAULT, Math.min(MAX_DEFAULT, share));
    }

    @Override
    public void execute(Runnable task) {
        requireNonNull(task, "task");
        int worker = currentWorker();
        if (worker >= 0) {
            if (!offered(inner[worker], task)) {
                runInside(task);
                desks[worker].moved();
                crew[worker].answer();
            }
            return;
        }
        Row row = ownRow();
        if (!offeredFromOutside(row, task)) {
            waitForRoom(row, task);
        }
    }

    /** The row of the calling thread, or null if there are too many. Registers it at first. */
    private Row ownRow() {
        Thread thread = Thread.currentThread();
        for (Row row : outer) {
            if (row.isOf(thread)) {
                return row;
            }
        }
        underLock(() -> register(thread));
        for (Row row : outer) {
            if (row.isOf(thread)) {
                return row;
            }
        }
        return null;
    }

    private void register(Thread thread) {
        for (Row row : outer) {
            if (row.isFree()) {
                row.giveTo(thread);
                return;
            }
        }
        int n = outer.length;
        if (n < OUTER_ROWS) {
            Row row = new Row(columns.length + n, columns);
            row.giveTo(thread);
            Row[] more = Arrays.copyOf(outer, n + 1);
            more[n] = row;
            outer = more;
        }
    }

    private boolean offeredFromOutside(Row row, Runnable task) {
        if (row != null) {
            return offered(row, task);
        }
        synchronized (commonLock) {
            return offered(common, task);
        }
    }

    /** False if all queues of the row are full. */
    private boolean offered(Row row, Runnable task) {
        int to;
        row.begin();
        try {
            if (!isRunning()) { // after begin: see Row
                throw rejected();
            }
            to = row.offer(task);
        } finally {
            row.end();
        }
        if (to >= 0) {
            wakeFor(to); // after end: see Nap
        }
        return to >= 0;
    }

    private void waitForRoom(Row row, Runnable task) {
        boolean interrupted = false;
        try {
            for (int tries = 1; !offeredFromOutside(row, task); tries++) {
                if (tries < TRIES_BEFORE_PARK) {
                    Thread.onSpinWait();
                } else {
                    LockSupport.parkNanos(this, WAIT_FOR_ROOM_NS);
                    interrupted |= Thread.interrupted(); // or the park returns at once
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    protected void work(int worker) {
        XWorker self = crew[worker];
        Desk desk = desks[worker];
        for (Runnable task; (task = self.next()) != null; ) {
            desk.moved();
            run(task);
            desk.moved();
            self.answer();
        }
    }

    /** A task was put into this worker's column: sees to it that somebody comes for it. */
    void wakeFor(int worker) {
        VarHandle.fullFence(); // after the queue, for those who come here without Row.end
        if (naps[worker].isAsleep()) {
            wake(worker);
        } else if (sleepers.get() > 0) {
            wakeOne();
        }
    }

    /** A searcher has found a task: the next one goes on searching, if there is more. */
    void passOn() {
        if (sleepers.get() > 0 && !isEmpty()) {
            wakeOne();
        }
    }

    private void wake(int worker) {
        if (naps[worker].end()) {
            LockSupport.unpark(thread(worker));
        }
    }

    @Override
    protected void wakeOne() {
        for (int i = 0; i < naps.length; i++) {
            if (naps[i].end()) {
                LockSupport.unpark(thread(i));
                return;
            }
        }
    }

    @Override
    protected void wakeAll() {
        for (int i = 0; i < naps.length; i++) {
            wake(i);
        }
    }

    /** Parks a worker until there may be something to do. */
    void sleep(int worker) {
        Nap nap = naps[worker];
        nap.announce();
        while (nap.isAsleep() && isRunning() && isEmpty()) {
            LockSupport.park(this);
            Thread.interrupted(); // meant for a task that has ended; shutdownNow sets the state
        }
        nap.end();
    }

    private boolean isEmpty() {
        for (Column column : columns) {
            if (!column.isEmpty()) {
                return false;
            }
        }
        return isOverflowEmpty();
    }

    /** Whether workers may end: nothing may be begun, or there is nothing and will be nothing. */
    boolean isOver() {
        return isStopped() || (!isRunning() && areRowsQuiet() && isEmpty());
    }

    /** Whether no producer is putting a task in; after the state was read. */
    private boolean areRowsQuiet() {
        for (Row row : inner) {
            if (!row.isQuiet()) {
                return false;
            }
        }
        for (Row row : outer) {
            if (!row.isQuiet()) {
                return false;
            }
        }
        return common.isQuiet();
    }

    @Override
    protected void drainTo(List<Runnable> tasks) {
        while (!areRowsQuiet()) {
            Thread.onSpinWait();
        }
        for (Column column : columns) {
            column.turn.visitForSure();
            column.turn.depart();
        }
        for (Column column : columns) {
            column.turn.visitForSure();
            column.drainTo(tasks);
            column.turn.depart();
        }
    }

    /** Rows that threads from outside have had so far. */
    int outerRows() {
        return outer.length;
    }

    boolean hasStopped() {
        return isStopped();
    }

    Runnable overflown() {
        return pollOverflow();
    }

    int columns() {
        return columns.length;
    }

    Column column(int worker) {
        return columns[worker];
    }

    Row row(int worker) {
        return inner[worker];
    }

    Desk desk(int worker) {
        return desks[worker];
    }
}
