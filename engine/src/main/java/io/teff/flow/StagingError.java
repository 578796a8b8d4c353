// SPDX-License-Identifier: Apache-2.0
package io.teff.flow;

/** A file could not be fetched, or not be brought where it belongs; its cause says why. */
public final class StagingError extends RuntimeException {
    private static final long serialVersionUID = 1;

    private StagingError(String message, Throwable cause) {
        super(message, cause);
    }

    static StagingError in(DataFile file, Throwable cause) {
        return new StagingError("cannot fetch " + file.shown() + ": " + describe(cause), cause);
    }

    static StagingError out(DataFile file, Throwable cause) {
        return new StagingError(
                "cannot bring " + file.path() + " to " + file.shown() + ": " + describe(cause),
                cause);
    }

    private static String describe(Throwable error) {
        String message = error.getMessage();
        String type = error.getClass().getSimpleName();
        if (message == null) {
            return type;
        }
        // of a missing file Java says just the name
        return message.contains(" ") ? message : type + ": " + message;
    }
}
