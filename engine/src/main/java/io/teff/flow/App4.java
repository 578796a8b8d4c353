// SPDX-License-Identifier: Apache-2.0
package io.teff.flow;

import java.util.concurrent.CompletionStage;
import java.util.function.UnaryOperator;

/**
 * An app of four arguments. Safe for use by several threads.
 *
 * @param <R> type of the result
 */
public final class App4<A, B, C, D, R> extends App<R> {
    private final Fn.F4<? super A, ? super B, ? super C, ? super D, ?>
            body; // gives an R, or futures of it

    App4(Kind kind, Fn.F4<? super A, ? super B, ? super C, ? super D, ?> body) {
        super(kind, 4, body);
        this.body = body;
    }

    private App4(App4<A, B, C, D, R> app, Options options) {
        super(app, options);
        body = app.body;
    }

    @Override
    Object function() {
        return body;
    }

    /** The same app with other options. */
    public App4<A, B, C, D, R> with(UnaryOperator<Options> change) {
        return new App4<>(this, change.apply(options));
    }

    /** Calls it with values; with futures among them, make them all futures by {@link Flow#value}. */
    public AppFuture<R> call(A a, B b, C c, D d) {
        return begin(new Task<>(this, argument(a), argument(b), argument(c), argument(d)));
    }

    /** Calls it with the results of futures. */
    public AppFuture<R> call(
            CompletionStage<? extends A> a,
            CompletionStage<? extends B> b,
            CompletionStage<? extends C> c,
            CompletionStage<? extends D> d) {
        return begin(new Task<>(this, future(a), future(b), future(c), future(d)));
    }

    private static final class Task<A, B, C, D, R> extends Call<R> {
        private Object c;
        private Object d;

        Task(App4<A, B, C, D, R> app, Object a, Object b, Object c, Object d) {
            super(app, a, b);
            this.c = c;
            this.d = d;
        }

        @Override
        @SuppressWarnings("unchecked")
        Object invoke() throws Exception {
            return ((App4<A, B, C, D, R>) app)
                    .body.apply(
                            (A) value(first()), (B) value(second()), (C) value(c), (D) value(d));
        }

        @Override
        Object furtherArg(int i) {
            return switch (i) {
                case 2 -> c;
                case 3 -> d;
                default -> throw new IndexOutOfBoundsException(i);
            };
        }

        @Override
        void clearFurther() {
            c = null;
            d = null;
        }
    }
}
