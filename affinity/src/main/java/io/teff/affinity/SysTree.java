// SPDX-License-Identifier: Apache-2.0
package io.teff.affinity;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The small text files of {@code /sys} and {@code /proc} below a root, where a file that is missing
 * or unreadable is an empty answer: containers and other systems leave out any of them.
 */
record SysTree(Path root) {

    /** The whole text, or empty. */
    Optional<String> text(String path) {
        try {
            // ISO-8859-1 decodes any byte, so that a strange file is strange text and no error.
            byte[] bytes = Files.readAllBytes(root.resolve(path));
            return Optional.of(new String(bytes, StandardCharsets.ISO_8859_1));
        } catch (IOException | SecurityException missingOrForbidden) {
            return Optional.empty();
        }
    }

    List<String> lines(String path) {
        return text(path).map(t -> t.lines().toList()).orElse(List.of());
    }

    /** The one word or line that most files hold, without its newline; empty when blank. */
    Optional<String> word(String path) {
        return text(path).map(String::strip).filter(t -> !t.isEmpty());
    }

    OptionalLong value(String path) {
        Optional<String> word = word(path);
        return word.isPresent() ? number(word.get()) : OptionalLong.empty();
    }

    /** The CPU list a file holds; empty when it is missing or is no list. */
    Optional<CpuSet> cpus(String path) {
        return text(path).flatMap(SysTree::cpuList);
    }

    /** What follows {@code key:} in a file of such lines, as {@code /proc/self/status} is. */
    Optional<String> field(String path, String key) {
        return lines(path).stream()
                .filter(line -> line.startsWith(key + ":"))
                .map(line -> line.substring(key.length() + 1).strip())
                .findFirst();
    }

    boolean isDirectory(String path) {
        return Files.isDirectory(root.resolve(path));
    }

    static Optional<CpuSet> cpuList(String text) {
        try {
            return Optional.of(CpuSet.parse(text));
        } catch (IllegalArgumentException notAList) {
            return Optional.empty();
        }
    }

    static OptionalLong number(String text) {
        try {
            return OptionalLong.of(Long.parseLong(text));
        } catch (NumberFormatException notANumber) {
            return OptionalLong.empty();
        }
    }
}
