// SPDX-License-Identifier: Apache-2.0
package io.teff.remote;

import java.io.Serializable;
import java.util.concurrent.Callable;

/** A body that can travel: a lambda of this type is serializable if all that it captures is. */
@FunctionalInterface
public interface RemoteCallable<T> extends Callable<T>, Serializable {}
