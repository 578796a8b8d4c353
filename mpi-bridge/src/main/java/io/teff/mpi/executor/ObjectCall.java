// SPDX-License-Identifier: Apache-2.0
package io.teff.mpi.executor;

import static java.lang.invoke.ConstantBootstraps.fieldVarHandle;

import io.teff.remote.RemoteFailure;
import io.teff.remote.RunOnly;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.Future;
import java.util.concurrent.RunnableFuture;
import java.util.concurrent.locks.LockSupport;

/**
 * A task that is an object: a Callable or Runnable, which may run on any rank.
 *
 * <pre>
 * FIELD       WRITTEN BY                  HOW           READ BY
 * at, number  whoever sends it            under lock    whoever cancels: under lock
 * here        whoever submits it here     under lock    whoever cancels: under lock
 * isStopped   whoever cancels             under lock    whoever places it: under lock
 * line        whoever submits, ends it    plain, first  whoever ends it: has got it from there
 * payload     whoever submits, ends it    plain         whoever sends it: before it has ended
 * hasBegun    whoever runs it here        under lock    whoever cancels: under lock
 * wasDropped  whoever ends it             plain, first  whoever cancels: after isAnswered
 * isAnswered  whoever ends it             release       whoever cancels: acquire
 * </pre>
 * The race: it is cancelled while it is being placed. Whoever places it looks whether it is stopped under
 * the lock under which it says where it is.
 */
final class ObjectCall<T> extends RemoteCall<T> implements RunnableFuture<T> {
    private static final VarHandle ANSWERED =
            fieldVarHandle(
                    MethodHandles.lookup(),
                    "isAnswered",
                    VarHandle.class,
                    ObjectCall.class,
                    boolean.class);

    private final ObjectCalls all;
    final Object body;
    final boolean isExecuted; // by execute: nobody holds the future
    private final T value;
    private final boolean isCallable;
    private byte[] payload;
    private Peer at;
    private int number;
    private Future<?> here;
    private boolean isStopped;
    private boolean hasBegun; // here
    Roster.Line<ObjectCall<?>> line; // where it is entered; null: nowhere
    private boolean wasDropped;
    private boolean isAnswered;

    ObjectCall(ObjectCalls all, Object body, T value, boolean isCallable, boolean isExecuted) {
        super(all.driver());
        this.all = all;
        this.body = body;
        this.value = value;
        this.isCallable = isCallable;
        this.isExecuted = isExecuted;
    }

    /** Encodes it; throws if it cannot travel. */
    ObjectCall<T> pack() {
        // A body may be both; what is meant depends on how it came.
        boolean isBoth = !isCallable && body instanceof Callable;
        payload = all.codec().encodeTask(isBoth ? new RunOnly((Runnable) body) : body);
        return this;
    }

    @Override
    synchronized boolean send(Peer to) {
        if (isStopped) {
            return true; // whoever stopped it has ended it
        }
        long sent = to.callBytes(Serving.OBJECT, payload, 0, this);
        if (sent < 0) {
            return false;
        }
        at = to;
        number = (int) sent;
        return true;
    }

    @Override
    synchronized void runHere() {
        if (!isStopped) { // else whoever stopped it has ended it
            driver.begins();
            here = driver.engine().submit(this::begin);
        }
    }

    /** The task of this rank's engine. */
    private Void begin() {
        synchronized (this) {
            if (isStopped) {
                return null; // whoever stopped it has ended it
            }
            hasBegun = true;
        }
        run();
        end(false);
        return null;
    }

    /** Runs the body on this thread: also for those who got it back from shutdownNow. */
    @Override
    public void run() {
        if (isDone()) {
            return;
        }
        try {
            if (isCallable) {
                succeed(((Callable<?>) body).call());
            } else {
                ((Runnable) body).run();
                succeed(null);
            }
        } catch (Throwable error) {
            fail(error);
        }
    }

    @SuppressWarnings("unchecked") // the task's own body made it
    private void succeed(Object made) {
        complete(isCallable ? (T) made : value);
    }

    /** What execute ran has no future that anybody holds: its failure goes where a thread's goes. */
    private void fail(Throwable thrown) {
        completeExceptionally(
                thrown instanceof CancellationException
                        ? new RemoteFailure(
                                thrown.toString(), "") // else it would look like a cancel
                        : thrown);
        if (isExecuted) {
            driver.uncaught(thrown);
        }
    }

    // Results

    @Override
    public void returned(long tag, byte[] bytes) {
        try {
            succeed(all.codec().decodeValue(bytes, body));
        } catch (RuntimeException | Error e) {
            fail(e);
        }
        end(false);
    }

    @Override
    public void thrown(long tag, int function, byte[] failure) {
        fail(all.codec().decodeFailure(failure, body));
        end(false);
    }

    @Override
    public void failed(long tag, Throwable error) {
        fail(error);
        end(false);
    }

    @Override
    public void dropped(long tag) {
        end(true);
    }

    private void end(boolean dropped) {
        if (all.ended(this)) {
            wasDropped = dropped;
        } // else it was refused as it came
        payload = null; // many futures may be held for long
        ANSWERED.setRelease(this, true); // pairs with wasDropped; no fence: who asks, asks again
    }

    // Cancelling

    @Override
    public boolean cancel(boolean interrupt) {
        if (!super.cancel(interrupt)) {
            return false;
        }
        stop(interrupt);
        return true;
    }

    @Override
    public boolean isCancelled() {
        return super.isCancelled();
    }

    /** Sees that it does not begin, or is interrupted. */
    void stop(boolean interrupt) {
        Peer asked;
        int call;
        synchronized (this) {
            isStopped = true;
            asked = hasBegun ? null : at;
            call = number;
            if (hasBegun) {
                if (interrupt && here != null) {
                    here.cancel(true);
                }
                return;
            }
        }
        if (asked != null) {
            all.ask(this, () -> asked.tell(Wire.CANCEL, call, interrupt ? 1 : 0));
        } else {
            end(true);
        }
    }

    /** After {@link #stop}: whether it has not begun and will not; waits so long for the answer. */
    boolean wasDropped(long nanos) {
        boolean interrupted = false;
        long end = System.nanoTime() + nanos;
        while (!(boolean) ANSWERED.getAcquire(this) && System.nanoTime() < end) {
            if (!driver.help()) {
                LockSupport.parkNanos(this, 100_000);
                interrupted |= Thread.interrupted();
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return wasDropped;
    }
}
