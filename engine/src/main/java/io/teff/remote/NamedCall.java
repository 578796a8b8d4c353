// SPDX-License-Identifier: Apache-2.0
package io.teff.remote;

import java.util.Arrays;
import java.util.concurrent.Callable;

/** A call of a registered function: what travels is the name and the arguments. */
public final class NamedCall implements Callable<Object> {
    final String name;
    final Object[] arguments;
    private final RemoteFunction function;

    /** Of a function that is registered under this name on the other side. */
    public NamedCall(String name, RemoteFunction function, Object[] arguments) {
        this.name = name;
        this.function = function;
        this.arguments = arguments;
    }

    RemoteFunction function() {
        return function;
    }

    /** For tasks that come back unstarted and are run by whoever got them. */
    @Override
    public Object call() throws Exception {
        return function.apply(arguments);
    }

    @Override
    public String toString() {
        return name + Arrays.toString(arguments);
    }
}
