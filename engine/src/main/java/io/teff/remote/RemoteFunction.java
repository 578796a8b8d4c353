// SPDX-License-Identifier: Apache-2.0
package io.teff.remote;

import java.io.Serializable;

/**
 * A function that is registered under a name, so that a call sends the name and the arguments only.
 * It is sent once to each worker, and called there by several threads if the workers are threads.
 */
@FunctionalInterface
public interface RemoteFunction extends Serializable {
    /** Applies the function to the arguments of one call. */
    Object apply(Object[] arguments) throws Exception;
}
