// SPDX-License-Identifier: Apache-2.0
package io.teff.engine;

import java.util.concurrent.RejectedExecutionException;

/**
 * A fork that has left its worker to be run elsewhere: see {@link Engine#stealFork}. Whoever holds it
 * must end it, once, by {@link #finish}, {@link #fail} or {@link #run}, for the join waits. One thread at a
 * time.
 */
public final class StolenFork implements Runnable {
    private final Worker victim;
    private final Frame frame;
    private boolean isEnded;

    StolenFork(Worker victim, Frame frame) {
        this.victim = victim;
        this.frame = frame;
    }

    /** A {@link LongTask} or a {@link LongPairTask}. */
    public Object task() {
        return frame.task;
    }

    /** Its first argument. */
    public long a() {
        return frame.a;
    }

    /** The second argument of a {@link LongPairTask}. */
    public long b() {
        return frame.b;
    }

    /** The reference that a {@link LongPairTask} was given. */
    public Object ref() {
        return frame.ref;
    }

    /** It has returned this. */
    public void finish(long result) {
        end(result, null);
    }

    /** It has thrown this, or could not be run. */
    public void fail(Throwable error) {
        end(0, error);
    }

    /** Runs it on this thread, which must be a worker of the engine it was stolen from. */
    @Override
    public void run() {
        Worker worker = Worker.current();
        long result;
        try {
            result = worker.joiner.runRoot(frame.task, frame.a, frame.b, frame.ref);
        } catch (Throwable error) {
            fail(error);
            return;
        }
        finish(result);
    }

    /** It should not have left. A worker keeps it itself: it may be in the midst of a look, and not wait. */
    void runHere(Crew crew) {
        Worker worker = Worker.currentOrNull();
        if (crew.isOwn(worker) && worker.push(this)) {
            return;
        }
        try {
            crew.intake.deliver(this);
        } catch (RejectedExecutionException e) {
            fail(e);
        }
    }

    private void end(long result, Throwable error) {
        if (isEnded) {
            throw new IllegalStateException("a stolen fork ends once");
        }
        isEnded = true;
        if (frame.finish(result, error)) {
            victim.unpark();
        }
    }
}
