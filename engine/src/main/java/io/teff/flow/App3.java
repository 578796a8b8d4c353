// SPDX-License-Identifier: Apache-2.0
package io.teff.flow;

import java.util.concurrent.CompletionStage;
import java.util.function.UnaryOperator;

/**
 * An app of three arguments. Safe for use by several threads.
 *
 * @param <R> type of the result
 */
public final class App3<A, B, C, R> extends App<R> {
    private final Fn.F3<? super A, ? super B, ? super C, ?> body; // gives an R, or futures of it

    App3(Kind kind, Fn.F3<? super A, ? super B, ? super C, ?> body) {
        super(kind, 3, body);
        this.body = body;
    }

    private App3(App3<A, B, C, R> app, Options options) {
        super(app, options);
        body = app.body;
    }

    @Override
    Object function() {
        return body;
    }

    /** The same app with other options. */
    public App3<A, B, C, R> with(UnaryOperator<Options> change) {
        return new App3<>(this, change.apply(options));
    }

    /** Calls it with values. */
    public AppFuture<R> call(A a, B b, C c) {
        Object x = argument(a);
        Object y = argument(b);
        Object z = argument(c);
        return begin(new Task<>(this, x, y, z), x, y, z);
    }

    /** Calls it with values and the results of futures. */
    public AppFuture<R> call(CompletionStage<? extends A> a, B b, C c) {
        Object x = future(a);
        Object y = argument(b);
        Object z = argument(c);
        Call<R> task = new Task<>(this, x, y, z);
        return hangs(task, x, y, z) ? task : begin(task, x, y, z);
    }

    /** Calls it with values and the results of futures. */
    public AppFuture<R> call(A a, CompletionStage<? extends B> b, C c) {
        Object x = argument(a);
        Object y = future(b);
        Object z = argument(c);
        Call<R> task = new Task<>(this, x, y, z);
        return hangs(task, x, y, z) ? task : begin(task, x, y, z);
    }

    /** Calls it with values and the results of futures. */
    public AppFuture<R> call(CompletionStage<? extends A> a, CompletionStage<? extends B> b, C c) {
        Object x = future(a);
        Object y = future(b);
        Object z = argument(c);
        Call<R> task = new Task<>(this, x, y, z);
        return hangs(task, x, y, z) ? task : begin(task, x, y, z);
    }

    /** Calls it with values and the results of futures. */
    public AppFuture<R> call(A a, B b, CompletionStage<? extends C> c) {
        Object x = argument(a);
        Object y = argument(b);
        Object z = future(c);
        Call<R> task = new Task<>(this, x, y, z);
        return hangs(task, x, y, z) ? task : begin(task, x, y, z);
    }

    /** Calls it with values and the results of futures. */
    public AppFuture<R> call(CompletionStage<? extends A> a, B b, CompletionStage<? extends C> c) {
        Object x = future(a);
        Object y = argument(b);
        Object z = future(c);
        Call<R> task = new Task<>(this, x, y, z);
        return hangs(task, x, y, z) ? task : begin(task, x, y, z);
    }

    /** Calls it with values and the results of futures. */
    public AppFuture<R> call(A a, CompletionStage<? extends B> b, CompletionStage<? extends C> c) {
        Object x = argument(a);
        Object y = future(b);
        Object z = future(c);
        Call<R> task = new Task<>(this, x, y, z);
        return hangs(task, x, y, z) ? task : begin(task, x, y, z);
    }

    /** Calls it with the results of futures. */
    public AppFuture<R> call(
            CompletionStage<? extends A> a,
            CompletionStage<? extends B> b,
            CompletionStage<? extends C> c) {
        Object x = future(a);
        Object y = future(b);
        Object z = future(c);
        Call<R> task = new Task<>(this, x, y, z);
        return hangs(task, x, y, z) ? task : begin(task, x, y, z);
    }

    private static final class Task<A, B, C, R> extends Call<R> {
        private Object c;

        Task(App3<A, B, C, R> app, Object a, Object b, Object c) {
            super(app, a, b);
            this.c = c;
        }

        @Override
        @SuppressWarnings("unchecked")
        Object invoke() throws Exception {
            return ((App3<A, B, C, R>) app)
                    .body.apply((A) value(first()), (B) value(second()), (C) value(c));
        }

        @Override
        Object furtherArg(int i) {
            return switch (i) {
                case 2 -> c;
                default -> throw new IndexOutOfBoundsException(i);
            };
        }

        @Override
        void clearFurther() {
            c = null;
        }
    }
}
