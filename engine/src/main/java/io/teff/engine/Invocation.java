// SPDX-License-Identifier: Apache-2.0
package io.teff.engine;

import java.util.concurrent.ExecutionException;

/** A whole fork/join computation on its way in: its caller waits for the result. */
final class Invocation extends TaskFuture<Object> {
    private final Forkable task;
    private final long a;
    private final long b;
    private final Object ref;
    private long result; // written before the future is done, read after

    Invocation(Crew crew, Forkable task, long a, long b, Object ref) {
        super(crew, () -> null);
        this.task = task;
        this.a = a;
        this.b = b;
        this.ref = ref;
    }

    Forkable task() {
        return task;
    }

    @Override
    Object call() {
        result = Worker.current().joiner.runRoot(task, a, b, ref);
        return null;
    }

    /** Waits for the result; throws just what the task threw. */
    long await() {
        boolean interrupted = false;
        try {
            for (; ; ) {
                try {
                    get();
                    return result;
                } catch (InterruptedException e) {
                    interrupted = true; // a computation cannot be left half done
                } catch (ExecutionException e) {
                    throw Errors.sneak(e.getCause());
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
