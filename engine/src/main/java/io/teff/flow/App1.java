// SPDX-License-Identifier: Apache-2.0
package io.teff.flow;

import java.util.concurrent.CompletionStage;
import java.util.function.UnaryOperator;

/**
 * An app of one argument. Safe for use by several threads.
 *
 * @param <R> type of the result
 */
public final class App1<A, R> extends App<R> {
    private final Fn.F1<? super A, ?> body; // gives an R, or futures of it

    App1(Kind kind, Fn.F1<? super A, ?> body) {
        super(kind, 1, body);
        this.body = body;
    }

    private App1(App1<A, R> app, Options options) {
        super(app, options);
        body = app.body;
    }

    @Override
    Object function() {
        return body;
    }

    /** The same app with other options. */
    public App1<A, R> with(UnaryOperator<Options> change) {
        return new App1<>(this, change.apply(options));
    }

    /** Calls it with values. */
    public AppFuture<R> call(A a) {
        Object x = argument(a);
        return begin(new Task<>(this, x), x, null, null);
    }

    /** Calls it with the results of futures. */
    public AppFuture<R> call(CompletionStage<? extends A> a) {
        Object x = future(a);
        Call<R> task = new Task<>(this, x);
        return hangsOn(task, x, null) ? task : begin(task, x, null, null);
    }

    private static final class Task<A, R> extends Call<R> {
        Task(App1<A, R> app, Object a) {
            super(app, a, null);
        }

        @Override
        @SuppressWarnings("unchecked")
        Object invoke() throws Exception {
            return ((App1<A, R>) app).body.apply((A) value(first()));
        }
    }
}
