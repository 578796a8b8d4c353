// SPDX-License-Identifier: Apache-2.0
package io.teff.flow;

import java.util.concurrent.CompletionStage;
import java.util.function.UnaryOperator;

/**
 * An app of two arguments. Safe for use by several threads.
 *
 * @param <R> type of the result
 */
public final class App2<A, B, R> extends App<R> {
    private final Fn.F2<? super A, ? super B, ?> body; // gives an R, or futures of it

    App2(Kind kind, Fn.F2<? super A, ? super B, ?> body) {
        super(kind, 2, body);
        this.body = body;
    }

    private App2(App2<A, B, R> app, Options options) {
        super(app, options);
        body = app.body;
    }

    @Override
    Object function() {
        return body;
    }

    /** The same app with other options. */
    public App2<A, B, R> with(UnaryOperator<Options> change) {
        return new App2<>(this, change.apply(options));
    }

    /** Calls it with values. */
    public AppFuture<R> call(A a, B b) {
        Object x = argument(a);
        Object y = argument(b);
        return begin(new Task<>(this, x, y), x, y, null);
    }

    /** Calls it with a value and the result of a future. */
    public AppFuture<R> call(CompletionStage<? extends A> a, B b) {
        Object x = future(a);
        Object y = argument(b);
        Call<R> task = new Task<>(this, x, y);
        return hangsOn(task, x, y) ? task : begin(task, x, y, null);
    }

    /** Calls it with a value and the result of a future. */
    public AppFuture<R> call(A a, CompletionStage<? extends B> b) {
        Object x = argument(a);
        Object y = future(b);
        Call<R> task = new Task<>(this, x, y);
        return hangsOn(task, y, x) ? task : begin(task, x, y, null);
    }

    /** Calls it with the results of futures. */
    public AppFuture<R> call(CompletionStage<? extends A> a, CompletionStage<? extends B> b) {
        Object x = future(a);
        Object y = future(b);
        Call<R> task = new Task<>(this, x, y);
        return hangs(task, x, y, null) ? task : begin(task, x, y, null);
    }

    private static final class Task<A, B, R> extends Call<R> {
        Task(App2<A, B, R> app, Object a, Object b) {
            super(app, a, b);
        }

        @Override
        @SuppressWarnings("unchecked")
        Object invoke() throws Exception {
            return ((App2<A, B, R>) app).body.apply((A) value(first()), (B) value(second()));
        }
    }
}
