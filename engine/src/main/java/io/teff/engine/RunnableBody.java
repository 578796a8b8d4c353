// SPDX-License-Identifier: Apache-2.0
package io.teff.engine;

import java.util.concurrent.Callable;

/** A Runnable as the body of a future, with the result that it was given. */
record RunnableBody<T>(Runnable task, T result) implements Callable<T> {
    RunnableBody {
        if (task == null) {
            throw new NullPointerException("task");
        }
    }

    @Override
    public T call() {
        task.run();
        return result;
    }
}
