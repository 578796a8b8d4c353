// SPDX-License-Identifier: Apache-2.0
package io.teff.flow;

import java.io.IOException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * One try of a bash app: waits for its turn, is a process, ends. What is started by {@link #start} is
 * ended by the JVM's watch over processes; what is not, by whoever took it from the row.
 *
 * <p>{@code process}, {@code isStopped} and {@code error} are guarded by this, so that a command that
 * is cancelled while it starts is either not started or killed.
 */
final class Command implements Call.Hold {
    private final Call<?> call;
    private final TaskRecord record;
    private final CommandLine line;
    private final Processes processes;
    private CommandProcess process;
    private boolean isStopped;
    private Throwable error;
    private Future<?> timer;

    Command(Call<?> call, TaskRecord record, CommandLine line) {
        this.call = call;
        this.record = record;
        this.line = line;
        processes = call.flow().processes;
    }

    Call<?> call() {
        return call;
    }

    // Starting

    /** Its turn has come. False if there is nothing to wait for: {@link #end} must be called. */
    synchronized boolean start() {
        if (isStopped) {
            return false;
        }
        try {
            process = new CommandProcess(line);
            if (record.options().walltime() != null) {
                long limitNs = record.options().walltime().toNanos();
                timer = call.flow().clock().schedule(this::timeOut, limitNs, TimeUnit.NANOSECONDS);
            }
            process.process().onExit().whenComplete((gone, failure) -> exited());
            return true;
        } catch (Throwable t) {
            error = t;
            if (process != null) { // and nobody watches it
                process.kill();
                process.deleteOurs();
            }
            return false;
        }
    }

    // Stopping

    /** On the clock. */
    private void timeOut() {
        synchronized (this) {
            if (isStopped) {
                return;
            }
            error = new AppTimeout(call.name(), record.options().walltime());
        }
        stop();
    }

    /** The call was cancelled. */
    @Override
    public void cancel(Runner runner) {
        halt();
    }

    /** The call was cancelled, or the flow ends. */
    void halt() {
        stop();
        if (processes.withdraw(this)) {
            end();
        }
    }

    private void stop() {
        CommandProcess started;
        synchronized (this) {
            isStopped = true;
            started = process;
        }
        if (started != null) {
            started.kill();
        }
    }

    // Ending

    /** On a thread of the JVM's. */
    private void exited() {
        Throwable failure = null;
        try {
            synchronized (this) { // start may still be at it
                if (timer != null) {
                    timer.cancel(false);
                }
                isStopped = true; // no time-out any more
            }
            process.killRest();
            failure = failureOf();
        } catch (Throwable t) {
            failure = t;
        } finally {
            try {
                processes.gone(this);
            } finally {
                try {
                    end(failure);
                } finally {
                    processes.ended(this);
                }
            }
        }
    }

    private synchronized Throwable failureOf() throws IOException {
        Throwable own = process.failure();
        return error != null ? error : own;
    }

    /** It was not started. */
    void end() {
        Throwable failure;
        synchronized (this) {
            failure = error;
        }
        end(failure == null ? new IllegalStateException(call.name() + " was stopped") : failure);
    }

    private void end(Throwable failure) {
        Runners runners = Runners.of(call.flow());
        Nest nest = Nest.current();
        Runner runner = runners.borrow(nest);
        try {
            if (failure == null) {
                record.ranOutside(0, call, runner);
            } else {
                record.tryFailed(failure, call, runner);
            }
        } finally {
            runners.settleAndReturn(runner, nest);
        }
    }
}
