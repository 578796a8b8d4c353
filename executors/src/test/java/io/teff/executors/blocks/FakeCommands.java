// SPDX-License-Identifier: Apache-2.0
package io.teff.executors.blocks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Commands that play those of a batch system: each notes how it was called and says its piece. */
final class FakeCommands {
    private final Path folder;

    FakeCommands(Path folder) {
        this.folder = folder;
    }

    /** {@code name} prints {@code output} and ends well. */
    FakeCommands says(String name, String output) throws IOException {
        return runs(name, "cat <<'END'\n" + output + "\nEND");
    }

    /** {@code name} fails as real ones do: a message on stderr, an exit code. */
    FakeCommands fails(String name, int code, String message) throws IOException {
        return runs(name, "cat >&2 <<'END'\n" + message + "\nEND\nexit " + code);
    }

    FakeCommands runs(String name, String shell) throws IOException {
        Path file = folder.resolve(name);
        Files.writeString(
                file,
                "#!/bin/sh\n{ printf '%s' \""
                        + name
                        + "\"; [ $# -eq 0 ] || printf ' %s' \"$@\"; echo; } >>"
                        + log()
                        + "\n"
                        + shell
                        + "\n");
        if (!file.toFile().setExecutable(true)) {
            throw new IOException("cannot be made executable: " + file);
        }
        return this;
    }

    private Path log() {
        return folder.resolve("log");
    }

    /** How the commands were called since the last time this was asked. */
    List<String> calls() throws IOException {
        if (!Files.exists(log())) {
            return List.of();
        }
        List<String> calls = Files.readAllLines(log());
        Files.delete(log());
        return calls;
    }

    BatchOptions.Builder options() {
        return BatchOptions.builder().commands(folder);
    }
}
