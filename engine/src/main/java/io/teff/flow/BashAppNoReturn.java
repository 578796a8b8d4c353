// SPDX-License-Identifier: Apache-2.0
package io.teff.flow;

/** A bash app's body returned no command line: null, or nothing but blanks. */
public final class BashAppNoReturn extends RuntimeException {
    private static final long serialVersionUID = 1;

    BashAppNoReturn(String name, String returned) {
        super(
                name
                        + " returned "
                        + (returned == null ? "null" : "'" + returned + "'")
                        + ": the body of a bash app returns a command line",
                null,
                true,
                false);
    }
}
