// SPDX-License-Identifier: Apache-2.0
package io.teff.remote;

import java.io.Serializable;

/** A body without a value that can travel: see {@link RemoteCallable}. */
@FunctionalInterface
public interface RemoteRunnable extends Runnable, Serializable {}
