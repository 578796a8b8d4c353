// SPDX-License-Identifier: Apache-2.0
package io.teff.flow;

import java.util.concurrent.Callable;
import java.util.function.UnaryOperator;

/**
 * An app without arguments. Safe for use by several threads.
 *
 * @param <R> type of the result
 */
public final class App0<R> extends App<R> {
    private final Callable<?> body; // gives an R, or futures of it

    App0(Kind kind, Callable<?> body) {
        super(kind, 0, body);
        this.body = body;
    }

    private App0(App0<R> app, Options options) {
        super(app, options);
        body = app.body;
    }

    @Override
    Object function() {
        return body;
    }

    /** The same app with other options. */
    public App0<R> with(UnaryOperator<Options> change) {
        return new App0<>(this, change.apply(options));
    }

    /** Calls it. */
    public AppFuture<R> call() {
        return begin(new Task<>(this));
    }

    private static final class Task<R> extends Call<R> {
        Task(App0<R> app) {
            super(app, null, null);
        }

        @Override
        Object invoke() throws Exception {
            return ((App0<R>) app).body.call();
        }
    }
}
