// SPDX-License-Identifier: Apache-2.0
package io.teff.flow;

import java.nio.file.Path;

/** A file that a command's output was to go to cannot be opened; its cause says why. */
public final class BadStdStreamFile extends RuntimeException {
    private static final long serialVersionUID = 1;

    BadStdStreamFile(String name, String stream, Path file, Throwable cause) {
        super(name + " cannot write its " + stream + " to " + file + ": " + cause, cause);
    }
}
