// SPDX-License-Identifier: Apache-2.0
package io.teff.flow;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.UnaryOperator;

/**
 * An app of a list of any length, each item of which may be a future. Safe for use by several
 * threads.
 *
 * @param <A> type of the items
 * @param <R> type of the result
 */
public final class AppList<A, R> extends App<R> {
    private final Fn.F1<? super List<A>, ?> body; // gives an R, or futures of it

    AppList(Kind kind, Fn.F1<? super List<A>, ?> body) {
        super(kind, LIST, body);
        this.body = body;
    }

    private AppList(AppList<A, R> app, Options options) {
        super(app, options);
        body = app.body;
    }

    @Override
    Object function() {
        return body;
    }

    /** The same app with other options. */
    public AppList<A, R> with(UnaryOperator<Options> change) {
        return new AppList<>(this, change.apply(options));
    }

    /** Calls it with values. */
    public AppFuture<R> call(Collection<? extends A> items) {
        Object[] args = items.toArray();
        for (int i = 0; i < args.length; i++) {
            args[i] = argument(args[i]);
        }
        return begin(new Task<>(this, args));
    }

    /** Calls it with the results of futures, in their order. */
    public AppFuture<R> callAll(Collection<? extends CompletionStage<? extends A>> futures) {
        Object[] args = new Object[futures.size()];
        int i = 0;
        for (CompletionStage<? extends A> future : futures) {
            args[i++] = future(future);
        }
        return begin(new Task<>(this, args));
    }

    private static final class Task<A, R> extends Call<R> {
        private static final Object[] CLEARED = {};

        private Object[] items;
        private int unseen; // items, from the first, that may not have ended

        Task(AppList<A, R> app, Object[] items) {
            super(app, null, null);
            this.items = items;
            unseen = items.length;
        }

        @Override
        @SuppressWarnings("unchecked")
        Object invoke() throws Exception {
            List<Object> values = new ArrayList<>(items.length);
            for (Object item : items) {
                values.add(value(item));
            }
            return ((AppList<A, R>) app).body.apply((List<A>) Collections.unmodifiableList(values));
        }

        @Override
        int listArity() {
            return items.length;
        }

        @Override
        AppFuture<?> argNotEnded() {
            AppFuture<?> future = null;
            while (unseen > 0 && (future = notEnded(items[unseen - 1])) == null) {
                unseen--;
            }
            return future;
        }

        @Override
        Object furtherArg(int i) {
            return items[i];
        }

        @Override
        void clearFurther() {
            items = CLEARED;
        }
    }
}
