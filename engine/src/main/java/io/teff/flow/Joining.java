// SPDX-License-Identifier: Apache-2.0
package io.teff.flow;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * What a join app waits for after its body has returned: one future, or several whose results make a
 * list. No thread waits meanwhile.
 */
final class Joining extends Dependent implements Call.Hold {
    private final Call<?> outer;
    private final List<AppFuture<?>> inner;
    private final boolean isList;
    private int unseen; // inner futures, from the first, that may not have ended; who owns the link

    private Joining(Call<?> outer, List<AppFuture<?>> inner, boolean isList) {
        this.outer = outer;
        this.inner = inner;
        this.isList = isList;
        unseen = inner.size();
    }

    static Joining of(Call<?> outer, Object returned) {
        Flow flow = outer.flow();
        if (returned instanceof CompletionStage<?> stage) {
            checkNotItself(outer, stage);
            return new Joining(outer, List.of(Foreign.adopt(flow, stage)), false);
        }
        if (returned instanceof Collection<?> items) {
            List<AppFuture<?>> inner = new ArrayList<>(items.size());
            for (Object item : items) {
                if (!(item instanceof CompletionStage<?> stage)) {
                    throw notFutures(outer, "a list with " + describe(item));
                }
                checkNotItself(outer, stage);
                inner.add(Foreign.adopt(flow, stage));
            }
            return new Joining(outer, inner, true);
        }
        throw notFutures(outer, describe(returned));
    }

    private static void checkNotItself(Call<?> outer, CompletionStage<?> returned) {
        if (returned == outer) {
            throw new IllegalArgumentException(
                    "join app "
                            + outer.name()
                            + " returned the future of its own call, which would wait for itself:"
                            + " return a future that does not depend on it");
        }
    }

    private static String describe(Object item) {
        return item == null ? "null" : "a " + item.getClass().getName();
    }

    private static IllegalArgumentException notFutures(Call<?> outer, String what) {
        return new IllegalArgumentException(
                "join app "
                        + outer.name()
                        + " returned "
                        + what
                        + ": return a future, or a collection of futures");
    }

    /** Hangs on an inner future that has not ended, the last first; or ends the join app. */
    @Override
    void resolved(Runner runner) {
        for (; unseen > 0; unseen--) {
            if (inner.get(unseen - 1).addDependent(this)) {
                return;
            }
        }
        allThere(runner);
    }

    @Override
    void failed(Throwable error, Runner runner) {
        outer.end(new Outcome.Failed(error), runner);
    }

    private void allThere(Runner runner) {
        List<Throwable> errors = null;
        for (AppFuture<?> future : inner) {
            if (future.isFailed()) {
                errors = errors == null ? new ArrayList<>() : errors;
                errors.add(future.failure());
            }
        }
        if (errors != null) {
            outer.end(new Outcome.Failed(new JoinError(outer.name(), errors)), runner);
        } else if (isList) {
            List<Object> values = new ArrayList<>(inner.size());
            for (AppFuture<?> future : inner) {
                values.add(Outcome.value(future.outcome()));
            }
            outer.joined(Collections.unmodifiableList(values), runner);
        } else {
            outer.joined(Outcome.value(inner.get(0).outcome()), runner);
        }
    }

    List<AppFuture<?>> inner() {
        return inner;
    }

    /** The join app was cancelled: so is what it waits for. */
    @Override
    public void cancel(Runner runner) {
        for (AppFuture<?> future : inner) {
            future.cancel(runner);
        }
    }
}
