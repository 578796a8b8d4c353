// SPDX-License-Identifier: Apache-2.0
package io.teff.flow;

import java.util.concurrent.CompletionStage;
import java.util.function.UnaryOperator;

/**
 * An app of five arguments. Safe for use by several threads.
 *
 * @param <R> type of the result
 */
public final class App5<A, B, C, D, E, R> extends App<R> {
    private final Fn.F5<? super A, ? super B, ? super C, ? super D, ? super E, ?>
            body; // gives an R, or futures of it

    App5(Kind kind, Fn.F5<? super A, ? super B, ? super C, ? super D, ? super E, ?> body) {
        super(kind, 5, body);
        this.body = body;
    }

    private App5(App5<A, B, C, D, E, R> app, Options options) {
        super(app, options);
        body = app.body;
    }

    @Override
    Object function() {
        return body;
    }

    /** The same app with other options. */
    public App5<A, B, C, D, E, R> with(UnaryOperator<Options> change) {
        return new App5<>(this, change.apply(options));
    }

    /** Calls it with values; with futures among them, make them all futures by {@link Flow#value}. */
    public AppFuture<R> call(A a, B b, C c, D d, E e) {
        return begin(
                new Task<>(this, argument(a), argument(b), argument(c), argument(d), argument(e)));
    }

    /** Calls it with the results of futures. */
    public AppFuture<R> call(
            CompletionStage<? extends A> a,
            CompletionStage<? extends B> b,
            CompletionStage<? extends C> c,
            CompletionStage<? extends D> d,
            CompletionStage<? extends E> e) {
        return begin(new Task<>(this, future(a), future(b), future(c), future(d), future(e)));
    }

    private static final class Task<A, B, C, D, E, R> extends Call<R> {
        private Object c;
        private Object d;
        private Object e;

        Task(App5<A, B, C, D, E, R> app, Object a, Object b, Object c, Object d, Object e) {
            super(app, a, b);
            this.c = c;
            this.d = d;
            this.e = e;
        }

        @Override
        @SuppressWarnings("unchecked")
        Object invoke() throws Exception {
            return ((App5<A, B, C, D, E, R>) app)
                    .body.apply(
                            (A) value(first()),
                            (B) value(second()),
                            (C) value(c),
                            (D) value(d),
                            (E) value(e));
        }

        @Override
        Object furtherArg(int i) {
            return switch (i) {
                case 2 -> c;
                case 3 -> d;
                case 4 -> e;
                default -> throw new IndexOutOfBoundsException(i);
            };
        }

        @Override
        void clearFurther() {
            c = null;
            d = null;
            e = null;
        }
    }
}
