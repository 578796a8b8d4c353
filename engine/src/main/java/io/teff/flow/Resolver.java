// SPDX-License-Identifier: Apache-2.0
package io.teff.flow;

import java.util.Collection;
import java.util.List;
import java.util.function.Function;

/**
 * Finds futures inside an argument, and puts their values in their places. An argument that is a
 * future itself needs no resolver. Implementations must be safe for use by several threads.
 */
public interface Resolver {
    /** Arguments are futures, or are passed on as they are: the default. */
    Resolver SHALLOW =
            new Resolver() {
                @Override
                public Collection<? extends AppFuture<?>> futures(
                        Object argument, Function<Object, AppFuture<?>> adopt) {
                    return List.of();
                }

                @Override
                public Object unwrap(Object argument, Function<Object, Object> value) {
                    return argument;
                }
            };

    /**
     * Also looks inside lists, sets, maps (keys and values), object arrays and records, at any depth;
     * what holds futures is rebuilt with their values, the rest is passed on as it is.
     */
    Resolver DEEP = new DeepResolver();

    /**
     * The futures that an argument holds.
     *
     * @param adopt makes any {@link java.util.concurrent.CompletionStage} a future of the flow; null
     *     for anything else
     */
    Collection<? extends AppFuture<?>> futures(
            Object argument, Function<Object, AppFuture<?>> adopt);

    /**
     * The argument with values for futures.
     *
     * @param value the value of a stage that {@code futures} found; anything else is returned as it
     *     is
     */
    Object unwrap(Object argument, Function<Object, Object> value);
}
