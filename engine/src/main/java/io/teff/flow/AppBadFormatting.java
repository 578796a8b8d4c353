// SPDX-License-Identifier: Apache-2.0
package io.teff.flow;

/** A bash app's body could not format its command line; its cause says why. */
public final class AppBadFormatting extends RuntimeException {
    private static final long serialVersionUID = 1;

    AppBadFormatting(String name, Throwable cause) {
        super(name + " could not format its command line: " + cause, cause);
    }
}
