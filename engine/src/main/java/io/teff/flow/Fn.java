// SPDX-License-Identifier: Apache-2.0
package io.teff.flow;

import java.io.Serializable;
import java.util.concurrent.Callable;

/**
 * Functions of none to five arguments that may throw anything an app may throw. They are {@link
 * Serializable}, so that a lambda as the body of an app can be sent to a {@link RemoteExecutor} if all
 * it captures is.
 */
public final class Fn {
    private Fn() {}

    /** Of no argument. */
    @FunctionalInterface
    public interface F0<R> extends Callable<R>, Serializable {}

    /** Of one argument. */
    @FunctionalInterface
    public interface F1<A, R> extends Serializable {
        /** Computes. */
        R apply(A a) throws Exception;
    }

    /** Of two arguments. */
    @FunctionalInterface
    public interface F2<A, B, R> extends Serializable {
        /** Computes. */
        R apply(A a, B b) throws Exception;
    }

    /** Of three arguments. */
    @FunctionalInterface
    public interface F3<A, B, C, R> extends Serializable {
        /** Computes. */
        R apply(A a, B b, C c) throws Exception;
    }

    /** Of four arguments. */
    @FunctionalInterface
    public interface F4<A, B, C, D, R> extends Serializable {
        /** Computes. */
        R apply(A a, B b, C c, D d) throws Exception;
    }

    /** Of five arguments. */
    @FunctionalInterface
    public interface F5<A, B, C, D, E, R> extends Serializable {
        /** Computes. */
        R apply(A a, B b, C c, D d, E e) throws Exception;
    }
}
