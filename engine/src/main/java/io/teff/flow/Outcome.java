// SPDX-License-Identifier: Apache-2.0
package io.teff.flow;

import java.util.concurrent.CancellationException;

/**
 * How a future that has ended keeps what is not simply its value: null, a failure, or a value that
 * could be mistaken for a {@link Dependent}.
 */
abstract class Outcome {
    /** The value null. */
    static final Outcome NULL = new Outcome() {};

    static Object ofValue(Object value) {
        if (value == null) {
            return NULL;
        }
        return value instanceof Dependent || value instanceof Outcome ? new Boxed(value) : value;
    }

    /** The value of an outcome that is no {@link Failed}. */
    static Object value(Object outcome) {
        if (outcome instanceof Outcome) {
            return outcome instanceof Boxed boxed ? boxed.value : null;
        }
        return outcome;
    }

    static final class Boxed extends Outcome {
        private final Object value;

        Boxed(Object value) {
            this.value = value;
        }
    }

    static class Failed extends Outcome {
        final Throwable error;
        final TaskState state;

        Failed(Throwable error) {
            this(error, TaskState.FAILED);
        }

        Failed(Throwable error, TaskState state) {
            this.error = error;
            this.state = state;
        }

        final boolean isCancelled() {
            return state == TaskState.CANCELLED;
        }
    }

    /** Cancelled. While {@code settled} is false, the canceller may still interrupt the runner. */
    static final class Cancelled extends Failed {
        volatile boolean settled;
        Object at; // where the task was; for the canceller
        Thread struck; // whom the canceller interrupted; before settled

        Cancelled(String what) {
            this(new CancellationException(what));
        }

        private Cancelled(CancellationException error) {
            super(error, TaskState.CANCELLED);
        }

        /** Cancelled as something else was: settled, since nobody is to be interrupted. */
        static Cancelled inTurn(String what) {
            Cancelled cancelled = new Cancelled(new InTurn(what));
            cancelled.settled = true;
            return cancelled;
        }
    }

    /** Of many tasks at once, so without a stack trace, which would say nothing about them. */
    private static final class InTurn extends CancellationException {
        private static final long serialVersionUID = 1;

        InTurn(String what) {
            super(what);
        }

        @Override
        @SuppressWarnings("UnsynchronizedOverridesSynchronized") // changes nothing
        public Throwable fillInStackTrace() {
            return this;
        }
    }
}
