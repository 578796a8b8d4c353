// SPDX-License-Identifier: Apache-2.0
package io.teff.executors.blocks;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What a user tells a batch system beyond the size of blocks. Immutable.
 *
 * <pre>{@code
 * BatchOptions.builder()
 *         .account("physics")
 *         .queue("long")
 *         .line("#SBATCH --constraint=haswell")
 *         .build()
 * }</pre>
 */
public final class BatchOptions {
    private final Map<String, String> values;
    private final List<String> lines;
    private final Map<String, String> environment;
    private final Path commands; // null: those on the PATH
    private final Duration commandTimeout;

    private BatchOptions(Builder builder) {
        // null is a value here: it unsets what the system has by default
        values = new LinkedHashMap<>(builder.values);
        lines = List.copyOf(builder.lines);
        environment = Map.copyOf(builder.environment);
        commands = builder.commands;
        commandTimeout = builder.commandTimeout;
    }

    /** Nothing but the defaults. */
    public static BatchOptions none() {
        return builder().build();
    }

    public static Builder builder() {
        return new Builder();
    }

    Map<String, String> values() {
        return values;
    }

    List<String> lines() {
        return lines;
    }

    Map<String, String> environment() {
        return environment;
    }

    Path commands() {
        return commands;
    }

    Duration commandTimeout() {
        return commandTimeout;
    }

    @Override
    public String toString() {
        return "BatchOptions[values="
                + values
                + ", lines="
                + lines
                + ", commandTimeout="
                + commandTimeout
                + "]";
    }

    /** Collects {@link BatchOptions}. Not thread-safe. */
    public static final class Builder {
        private final Map<String, String> values = new LinkedHashMap<>();
        private final List<String> lines = new ArrayList<>();
        private final Map<String, String> environment = new LinkedHashMap<>();
        private Path commands;
        private Duration commandTimeout = Duration.ofMinutes(1);

        private Builder() {}

        /** Whose budget blocks are charged to; default: the system's. */
        public Builder account(String account) {
            return value("account", Objects.requireNonNull(account, "account"));
        }

        /** The queue or partition; default: the system's. */
        public Builder queue(String queue) {
            return value("queue", Objects.requireNonNull(queue, "queue"));
        }

        /**
         * The value of a placeholder in the system's templates, such as {@code image}; null leaves
         * out what mentions it, such as {@code exclusive} of Slurm. Default: that of the system.
         */
        public Builder value(String placeholder, String value) {
            if (value != null && (value.isBlank() || value.lines().count() > 1)) {
                throw new IllegalArgumentException(
                        placeholder + " must be one line and not blank: \"" + value + "\"");
            }
            values.put(placeholder, value);
            return this;
        }

        /** Adds a line to the directives of the script, as it is; default: there are none. */
        public Builder line(String directive) {
            if (directive.lines().count() != 1) {
                throw new IllegalArgumentException(
                        "a directive is one line: \"" + directive + "\"");
            }
            lines.add(directive);
            return this;
        }

        /** Sets a variable for the system's commands; default: they have this JVM's environment. */
        public Builder environment(String variable, String value) {
            environment.put(variable, value);
            return this;
        }

        /** The directory that has the system's commands; default: they are on the PATH. */
        public Builder commands(Path directory) {
            if (!Files.isDirectory(directory)) {
                throw new IllegalArgumentException("no directory of commands: " + directory);
            }
            commands = directory.toAbsolutePath();
            return this;
        }

        /** How long one command of the system may take; default: 60 s. */
        public Builder commandTimeout(Duration timeout) {
            if (timeout.isZero() || timeout.isNegative()) {
                throw new IllegalArgumentException("commandTimeout must be positive: " + timeout);
            }
            commandTimeout = timeout;
            return this;
        }

        public BatchOptions build() {
            return new BatchOptions(this);
        }
    }
}
