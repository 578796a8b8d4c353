// SPDX-License-Identifier: Apache-2.0
package io.teff.remote;

import java.io.Serializable;

/** A body that was given as a Runnable, though it is a Callable too, and is to be run as one. */
public record RunOnly(Runnable body) implements Runnable, Serializable {
    private static final long serialVersionUID = 1L;

    @Override
    public void run() {
        body.run();
    }
}
