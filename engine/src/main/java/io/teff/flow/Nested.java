// SPDX-License-Identifier: Apache-2.0
package io.teff.flow;

import java.util.IdentityHashMap;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** An argument with futures somewhere inside, as the flow's {@link Resolver} found them. */
class Nested {
    private final Object argument;
    private final Resolver resolver;
    private final IdentityHashMap<Object, AppFuture<?>> adopted = new IdentityHashMap<>();
    private final List<AppFuture<?>> futures;
    private int unseen; // futures, from the first, that may not have ended

    /** For those that look for nothing. */
    Nested() {
        argument = null;
        resolver = Resolver.SHALLOW;
        futures = List.of();
    }

    private Nested(App<?> app, Object argument) {
        this.argument = argument;
        resolver = app.flow.resolver();
        futures = List.copyOf(resolver.futures(argument, item -> adopt(app, item)));
        unseen = futures.size();
    }

    private AppFuture<?> adopt(App<?> app, Object item) {
        if (item instanceof CompletionStage<?> stage) {
            return adopted.computeIfAbsent(item, key -> Foreign.adopt(app.flow, stage));
        }
        if (item instanceof DataFile file) {
            return adopted.computeIfAbsent(
                    item, key -> app.flow.stager.future(file, app.options.outputs()));
        }
        return null;
    }

    /** An argument as a call keeps it: a value, a future of this flow, or nested. */
    static Object take(App<?> app, Object argument) {
        Flow flow = app.flow;
        if (argument instanceof AppFuture<?> future) {
            return Foreign.adopt(flow, future);
        }
        if (flow.resolver() == Resolver.SHALLOW || argument == null) {
            return argument;
        }
        Nested nested = new Nested(app, argument);
        return nested.futures.isEmpty() ? argument : nested;
    }

    List<AppFuture<?>> futures() {
        return futures;
    }

    /** One that has not ended; null if all have. The owner of the call only. */
    AppFuture<?> notEnded(Arrival<?> call) {
        for (; unseen > 0; unseen--) {
            AppFuture<?> future = futures.get(unseen - 1);
            if (!call.hasEnded(future)) {
                return future;
            }
        }
        return null;
    }

    Object value() {
        return resolver.unwrap(argument, this::valueOf);
    }

    private Object valueOf(Object item) {
        AppFuture<?> future = adopted.get(item);
        return future == null ? item : Outcome.value(future.outcome());
    }
}
