// SPDX-License-Identifier: Apache-2.0
package io.teff.flow;

import java.io.Serializable;
import java.nio.file.Path;
import java.util.Map;

/**
 * A command of a bash app and what it is to be run with. Files are given by name, since paths cannot be
 * sent; null where there is none.
 */
record CommandLine(
        String task,
        String line,
        Map<String, String> environment,
        String directory,
        String out,
        boolean appendsOut,
        String err,
        boolean appendsErr)
        implements Serializable {

    /**
     * The command of one try.
     *
     * @throws BashAppNoReturn if the body gave no line
     */
    static CommandLine of(TaskRecord record, String line) {
        if (line == null || line.isBlank()) {
            throw new BashAppNoReturn(record.name(), line);
        }
        Options options = record.options();
        return new CommandLine(
                record.name(),
                line,
                Map.copyOf(options.environment()),
                text(options.directory()),
                text(record.stdout()),
                options.stdout() != null && options.stdout().append(),
                text(record.stderr()),
                options.stderr() != null && options.stderr().append());
    }

    private static String text(Path path) {
        return path == null ? null : path.toAbsolutePath().toString();
    }
}
