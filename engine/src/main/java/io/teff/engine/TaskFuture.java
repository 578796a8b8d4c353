// SPDX-License-Identifier: Apache-2.0
package io.teff.engine;

import static java.lang.invoke.ConstantBootstraps.fieldVarHandle;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RunnableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;

/**
 * A submitted task and its result in one object. Every method may be called by any thread.
 *
 * <pre>
 * NEW -> RUNNING                          the thread that runs it, by CAS
 * NEW -> CANCELLED                        cancel, by CAS
 * RUNNING -> DONE | FAILED                the same thread, by CAS
 * RUNNING -> NEW                          the same thread, between two runs of a periodic task
 * RUNNING -> CANCELLED                    cancel(false), by CAS
 * RUNNING -> INTERRUPTING -> INTERRUPTED  cancel(true); the runner waits for the second step, so that
 *                                         the interrupt cannot strike the task after this one
 * </pre>
 * {@code value} holds the body until the task runs, then the result or the error: written before the
 * CAS to DONE or FAILED, read after seeing it. {@code runner} is written after RUNNING; a canceller
 * that comes between waits for it. A waiter pushes itself, then reads the state; the completer writes
 * the state, then takes the waiters: no waiter is left behind.
 *
 * <p>A worker that waits in {@code get} runs other tasks meanwhile, to a bounded depth, and beyond
 * that lets a spare worker take its place: tasks may wait for tasks they submitted, at any depth.
 *
 * @param <R> what the task returns
 */
public class TaskFuture<R> implements RunnableFuture<R> {
    private static final int NEW = 0;
    private static final int RUNNING = 1;
    private static final int INTERRUPTING = 2;
    private static final int DONE = 3;
    private static final int FAILED = 4;
    private static final int CANCELLED = 5;
    private static final int INTERRUPTED = 6;

    private static final VarHandle STATE =
            fieldVarHandle(
                    MethodHandles.lookup(), "state", VarHandle.class, TaskFuture.class, int.class);
    private static final VarHandle RUNNER =
            fieldVarHandle(
                    MethodHandles.lookup(),
                    "runner",
                    VarHandle.class,
                    TaskFuture.class,
                    Thread.class);
    private static final VarHandle WAITERS =
            fieldVarHandle(
                    MethodHandles.lookup(),
                    "waiters",
                    VarHandle.class,
                    TaskFuture.class,
                    Waiter.class);
    private static final int YIELDS = 10;
    private static final long LONGEST_NS = Long.MAX_VALUE >> 1; // no overflow in deadlines

    private int state;
    private Object value;
    private Thread runner;
    private Waiter waiters;
    final Crew crew;

    private static final class Waiter {
        final Thread thread = Thread.currentThread();
        Waiter next;
    }

    TaskFuture(Crew crew, Callable<R> body) {
        if (body == null) {
            throw new NullPointerException("task");
        }
        this.crew = crew;
        value = body;
    }

    // Running

    @Override
    public void run() {
        if (!begin()) {
            return;
        }
        Object result;
        int end = DONE;
        try {
            result = callAsRunning();
        } catch (Throwable error) {
            result = error;
            end = FAILED;
        }
        finish(result, end);
    }

    /** Runs the body and returns to NEW if it returns: true when a periodic task may run again. */
    final boolean runAndReset() {
        if (!begin()) {
            return false;
        }
        try {
            callAsRunning();
        } catch (Throwable error) {
            finish(error, FAILED);
            return false;
        }
        if (!casState(RUNNING, NEW)) {
            awaitInterrupt();
            return false;
        }
        runner = null; // nobody else runs it before we schedule it again
        return true;
    }

    private boolean begin() {
        if (stateVolatile() != NEW || !casState(NEW, RUNNING)) {
            return false;
        }
        RUNNER.setRelease(this, Thread.currentThread()); // pairs with cancel
        return true;
    }

    /** Lets the worker know meanwhile whose code it runs: interrupts ask for it. */
    private R callAsRunning() throws Exception {
        Worker worker = Worker.currentOrNull();
        if (worker == null) {
            return call();
        }
        Future<?> outer = worker.nesting.begin(this);
        try {
            return call();
        } finally {
            worker.nesting.end(outer);
        }
    }

    /** The body. Until the task has run, value is what it was made with. */
    @SuppressWarnings("unchecked")
    R call() throws Exception {
        return ((Callable<R>) value).call();
    }

    /** Any thread, as a hint: what it runs, as long as it has not run. */
    final Object body() {
        Object body = value;
        return body == null ? this : body;
    }

    private void finish(Object result, int end) {
        value = result;
        if (casState(RUNNING, end)) {
            runner = null;
            if (end == FAILED) {
                Worker worker = Worker.currentOrNull();
                if (worker != null) {
                    worker.counters.addFailed();
                }
            }
            wakeWaiters();
        } else {
            value = null; // cancelled while it ran: the result is nobody's
            awaitInterrupt();
        }
    }

    private void awaitInterrupt() {
        while (stateVolatile() == INTERRUPTING) {
            Thread.yield();
        }
    }

    // Cancelling

    @Override
    public boolean cancel(boolean mayInterruptIfRunning) {
        for (; ; ) {
            int s = stateVolatile();
            if (s == NEW) {
                if (casState(NEW, CANCELLED)) {
                    break;
                }
            } else if (s != RUNNING) {
                return false;
            } else if (!mayInterruptIfRunning) {
                if (casState(RUNNING, CANCELLED)) {
                    break;
                }
            } else if (casState(RUNNING, INTERRUPTING)) {
                interruptRunner();
                break;
            }
        }
        wakeWaiters();
        cancelled();
        return true;
    }

    private void interruptRunner() {
        try {
            Thread t;
            while ((t = (Thread) RUNNER.getAcquire(this)) == null) {
                Thread.onSpinWait();
            }
            if (t instanceof WorkerThread own) {
                own.worker.nesting.interrupt(this, t);
            } else {
                t.interrupt();
            }
        } finally {
            STATE.setVolatile(
                    this, INTERRUPTED); // lets the runner go on; pairs with awaitInterrupt
        }
    }

    /** Called once, by the thread that cancelled. */
    void cancelled() {}

    // Waiting

    @Override
    public R get() throws InterruptedException, ExecutionException {
        awaitEnd();
        return report();
    }

    /** Waits until the task has ended, in whatever way. */
    final void awaitEnd() throws InterruptedException {
        if (!isEnded(stateVolatile())) {
            await(false, 0);
        }
    }

    @Override
    public R get(long timeout, TimeUnit unit)
            throws InterruptedException, ExecutionException, TimeoutException {
        long ns = Math.min(unit.toNanos(timeout), LONGEST_NS);
        if (!isEnded(stateVolatile()) && (ns <= 0 || !await(true, System.nanoTime() + ns))) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            throw new TimeoutException("after " + timeout + " " + unit);
        }
        return report();
    }

    @SuppressWarnings("unchecked") // in DONE value is what the body returned
    private R report() throws ExecutionException {
        int s = stateVolatile();
        if (s == DONE) {
            return (R) value;
        }
        if (s == FAILED) {
            throw new ExecutionException((Throwable) value);
        }
        throw new CancellationException("the task was cancelled");
    }

    private static boolean isEnded(int s) {
        return s >= DONE || s == INTERRUPTING;
    }

    /** Waits until the task has ended; false when the deadline came first. */
    private boolean await(boolean timed, long deadline) throws InterruptedException {
        Worker worker = Worker.currentOrNull();
        boolean inside = crew.isOwn(worker);
        if (!inside && spin(timed, deadline)) {
            return true;
        }
        while (!isEnded(stateVolatile())) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            if (timed && System.nanoTime() - deadline >= 0) {
                return false;
            }
            if (!inside || !worker.nesting.help()) {
                park(worker, timed, deadline);
            }
        }
        return true;
    }

    /**
     * A caller from outside spins as long as the engine's workers do, but never for ever, and only for
     * a moment on a processor that a worker could use.
     */
    private boolean spin(boolean timed, long deadline) {
        int spins = crew.config.idle().spins;
        int yields = spins > 0 ? YIELDS : 0;
        if (!crew.hasRoomToSpin()) {
            spins = Math.min(spins, Idling.MOMENT_SPINS);
            yields = 0;
        }
        for (int i = 0; i < spins; i++) {
            if (isEnded(stateVolatile())) {
                return true;
            }
            Thread.onSpinWait();
            if (timed && (i & 63) == 63 && System.nanoTime() - deadline >= 0) {
                return false;
            }
        }
        for (int i = 0; i < yields; i++) {
            if (isEnded(stateVolatile())) {
                return true;
            }
            Thread.yield();
        }
        return false;
    }

    /** The worker, if the caller is one of any engine, is replaced meanwhile. */
    private void park(Worker worker, boolean timed, long deadline) throws InterruptedException {
        enlist();
        Object event = null;
        if (worker != null) {
            worker.crew.beginBlocking(worker);
            event = FlightEvents.beginBlocked();
        }
        try {
            while (!isEnded(stateVolatile())) {
                if (Thread.interrupted()) {
                    throw new InterruptedException();
                }
                if (!timed) {
                    LockSupport.park(this);
                } else {
                    long left = deadline - System.nanoTime();
                    if (left <= 0) {
                        return;
                    }
                    LockSupport.parkNanos(this, left);
                }
            }
        } finally {
            if (worker != null) {
                FlightEvents.endBlocked(event, worker);
                worker.crew.endBlocking();
            }
        }
    }

    /** Before the state is read for the last time: whoever ends the task from now on unparks us. */
    final void enlist() {
        Thread thread = Thread.currentThread();
        for (Waiter w = (Waiter) WAITERS.getVolatile(this); w != null; w = w.next) {
            if (w.thread == thread) {
                return; // still there from a wait that timed out
            }
        }
        Waiter waiter = new Waiter();
        do {
            waiter.next = (Waiter) WAITERS.getVolatile(this);
        } while (!WAITERS.compareAndSet(this, waiter.next, waiter)); // pairs with wakeWaiters
    }

    /** Whether a waiter has not been woken. */
    final boolean hasWaiters() {
        return (Waiter) WAITERS.getVolatile(this) != null;
    }

    /** After the state's CAS: pairs with enlist's push. Waiters that gave up get a harmless unpark. */
    private void wakeWaiters() {
        if (!hasWaiters()) {
            return;
        }
        for (Waiter w = (Waiter) WAITERS.getAndSet(this, (Waiter) null); w != null; w = w.next) {
            LockSupport.unpark(w.thread);
        }
    }

    // State

    @Override
    public boolean isDone() {
        return isEnded(stateVolatile());
    }

    @Override
    public boolean isCancelled() {
        int s = stateVolatile();
        return s >= CANCELLED || s == INTERRUPTING;
    }

    private int stateVolatile() {
        return (int) STATE.getVolatile(this);
    }

    private boolean casState(int expected, int update) {
        return STATE.compareAndSet(this, expected, update);
    }

    @Override
    public String toString() {
        int s = stateVolatile();
        String[] names = {
            "new", "running", "cancelled", "done", "failed: " + value, "cancelled", "cancelled"
        };
        return "TaskFuture@" + Integer.toHexString(System.identityHashCode(this)) + " " + names[s];
    }
}
