// SPDX-License-Identifier: Apache-2.0
package io.teff.flow;

import java.io.Serializable;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;

/**
 * An app's function with the values of its arguments, and no flow: it may run anywhere. It is a lambda
 * that captures them one by one, since executors can write those down more shortly than an object.
 */
@FunctionalInterface
interface Detached extends Callable<Object>, Serializable {
    @SuppressWarnings("unchecked")
    static Callable<Object> of(Object function, boolean takesList, Object[] values) {
        if (takesList) {
            Fn.F1<Object, Object> f = (Fn.F1<Object, Object>) function;
            return (Detached) () -> f.apply(list(values));
        }
        return switch (values.length) {
            case 0 -> (Callable<Object>) function;
            case 1 -> of((Fn.F1<Object, Object>) function, values[0]);
            case 2 -> of((Fn.F2<Object, Object, Object>) function, values[0], values[1]);
            default -> ofMany(function, values);
        };
    }

    private static Detached of(Fn.F1<Object, Object> function, Object a) {
        return () -> function.apply(a);
    }

    private static Detached of(Fn.F2<Object, Object, Object> function, Object a, Object b) {
        return () -> function.apply(a, b);
    }

    @SuppressWarnings("unchecked")
    private static Detached ofMany(Object function, Object[] v) {
        return () ->
                switch (v.length) {
                    case 3 ->
                            ((Fn.F3<Object, Object, Object, Object>) function)
                                    .apply(v[0], v[1], v[2]);
                    case 4 ->
                            ((Fn.F4<Object, Object, Object, Object, Object>) function)
                                    .apply(v[0], v[1], v[2], v[3]);
                    default ->
                            ((Fn.F5<Object, Object, Object, Object, Object, Object>) function)
                                    .apply(v[0], v[1], v[2], v[3], v[4]);
                };
    }

    private static List<Object> list(Object[] values) {
        return Collections.unmodifiableList(Arrays.asList(values));
    }
}
