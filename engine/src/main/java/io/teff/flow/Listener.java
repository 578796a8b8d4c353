// SPDX-License-Identifier: Apache-2.0
package io.teff.flow;

/** A dependent that only wants to be told. */
final class Listener extends Dependent {
    /** What it does then. */
    @FunctionalInterface
    interface Action {
        void run(Runner runner);
    }

    private final Action action;

    Listener(Action action) {
        this.action = action;
    }

    @Override
    void resolved(Runner runner) {
        action.run(runner);
    }

    @Override
    boolean runsForeignCode() {
        return true;
    }

    @Override
    void failed(Throwable error, Runner runner) {
        Thread thread = Thread.currentThread();
        thread.getUncaughtExceptionHandler().uncaughtException(thread, error);
    }
}
