// SPDX-License-Identifier: Apache-2.0
package io.teff.flow;

import java.util.List;

/** A body returned, but files that {@link Options#outputs} promised are not there. */
public final class MissingOutputs extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final transient List<DataFile> files;

    MissingOutputs(String name, List<DataFile> files) {
        super(
                name
                        + " did not make "
                        + String.join(", ", files.stream().map(DataFile::toString).toList())
                        + ", which its outputs name",
                null,
                true,
                false);
        this.files = List.copyOf(files);
    }

    /** What is missing. */
    public List<DataFile> files() {
        return files == null ? List.of() : files;
    }
}
