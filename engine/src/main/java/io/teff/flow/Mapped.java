// SPDX-License-Identifier: Apache-2.0
package io.teff.flow;

import java.lang.reflect.Array;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.function.Function;

/** A function of one future's result, computed by whoever completes that. */
final class Mapped<S, R> extends Derived<R> {
    private AppFuture<S> source; // null when done
    private Function<? super S, ? extends R> function;
    private final long traceId;

    Mapped(AppFuture<S> source, String name, Function<? super S, ? extends R> function) {
        super(source.flow(), name);
        if (function == null) {
            throw new NullPointerException("function");
        }
        traceId = source.traceId();
        this.source = source;
        this.function = function;
        if (!source.addDependent(this)) {
            Runners.of(flow()).now(this);
        }
    }

    @Override
    @SuppressWarnings("unchecked")
    void resolved(Runner runner) {
        AppFuture<S> from = source;
        Function<? super S, ? extends R> apply = function;
        source = null;
        function = null;
        Object outcome = from.outcome();
        if (outcome instanceof Outcome.Failed) {
            endAs(outcome, runner);
        } else {
            Object result;
            try {
                result = Outcome.ofValue(apply.apply((S) Outcome.value(outcome)));
            } catch (Throwable t) {
                result = new Outcome.Failed(t);
            }
            endAs(result, runner);
        }
    }

    @Override
    boolean runsForeignCode() {
        return true;
    }

    @Override
    long traceId() {
        return traceId; // of the task whose result it is made from
    }

    /** The entry of a map, a list, an array or another iterable. */
    static Object entry(Object of, Object key) {
        if (of instanceof Map<?, ?> map) {
            if (!map.containsKey(key)) {
                throw new NoSuchElementException(
                        "no entry for " + key + ": the keys are " + map.keySet());
            }
            return map.get(key);
        }
        if (of == null || !(key instanceof Integer index)) {
            throw new IllegalArgumentException(
                    "cannot take entry "
                            + key
                            + " of "
                            + (of == null ? "null" : of.getClass().getName())
                            + ": use a map, or an index into a list, an array or an iterable");
        }
        int i = index;
        if (of instanceof List<?> list) {
            return list.get(i);
        }
        if (of.getClass().isArray()) {
            return Array.get(of, i);
        }
        if (of instanceof Iterable<?> iterable && i >= 0) {
            Iterator<?> items = iterable.iterator();
            for (int skip = i; items.hasNext(); skip--) {
                Object item = items.next();
                if (skip == 0) {
                    return item;
                }
            }
            throw new IndexOutOfBoundsException(i);
        }
        throw new IllegalArgumentException(
                "cannot take entry " + key + " of " + of.getClass().getName());
    }
}
