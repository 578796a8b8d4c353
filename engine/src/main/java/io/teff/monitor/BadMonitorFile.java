// SPDX-License-Identifier: Apache-2.0
package io.teff.monitor;

import java.io.IOException;
import java.nio.file.Path;

/** A file that cannot be read as what an engine tells of itself, or no longer; the message says why. */
public final class BadMonitorFile extends IOException {
    private static final long serialVersionUID = 1;

    private final transient Path path;
    private final Reason reason;

    /** What is the matter with it. */
    public enum Reason {
        /** It was never written by an engine. */
        FOREIGN,
        /** It has been cut, or was copied in part. */
        TRUNCATED,
        /** Its layout is older than what this reader reads. */
        OLDER,
        /** Its layout is newer than what this reader reads. */
        NEWER,
        /** Its header contradicts itself. */
        DAMAGED,
        /** Another file has taken its place while it was read: open it again. */
        REPLACED
    }

    BadMonitorFile(Path path, Reason reason, String message) {
        super(path + " " + message);
        this.path = path;
        this.reason = reason;
    }

    /**
     * A file that was cut.
     *
     * @param bytes that its header says it has; -1 if that is not known
     */
    static BadMonitorFile truncated(Path path, long size, long bytes) {
        return new BadMonitorFile(
                path,
                Reason.TRUNCATED,
                "is truncated: it has "
                        + size
                        + " bytes"
                        + (bytes < 0 ? "" : ", and its header says " + bytes));
    }

    /** The file; null in a copy that was serialized. */
    public Path path() {
        return path;
    }

    /** What is the matter with it. */
    public Reason reason() {
        return reason;
    }
}
