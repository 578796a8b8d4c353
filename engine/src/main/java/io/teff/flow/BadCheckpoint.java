// SPDX-License-Identifier: Apache-2.0
package io.teff.flow;

/**
 * A file cannot serve as a checkpoint: it is something else, of another version, in use, or cannot be
 * opened. A checkpoint that is only damaged is used as far as it is whole, with a {@link Warning}.
 */
public final class BadCheckpoint extends RuntimeException {
    private static final long serialVersionUID = 1;

    BadCheckpoint(String message, Throwable cause) {
        super(message, cause);
    }
}
