// SPDX-License-Identifier: Apache-2.0
package io.teff.flow;

import io.teff.monitor.AppSource;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * How often tasks of one app were given a future of another's, for flows that somebody may watch. Any
 * thread.
 */
final class Feeds {
    private final ConcurrentHashMap<Feed, LongAdder> counts = new ConcurrentHashMap<>();

    /** From one app to another, by their ids, which are their places among the flow's apps. */
    private record Feed(int from, int to) {}

    /** Counts the arguments of a call that has not begun. */
    void count(Call<?> call) {
        for (int i = 0, n = call.arity(); i < n; i++) {
            Object arg = call.arg(i);
            if (arg instanceof Nested nested) {
                nested.futures().forEach(future -> count(future, call));
            } else {
                count(arg, call);
            }
        }
    }

    private void count(Object arg, Call<?> to) {
        if (arg instanceof Call<?> from) {
            counts.computeIfAbsent(new Feed(from.app.id, to.app.id), key -> new LongAdder())
                    .increment();
        }
    }

    void tell(AppSource.Sink sink) {
        counts.forEach((feed, n) -> sink.feed(feed.from(), feed.to(), n.sum()));
    }
}
