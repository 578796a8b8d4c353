// SPDX-License-Identifier: Apache-2.0
package io.teff.executors.htex;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Map;
import java.util.Properties;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What one process tells the next that it starts: names and values, as a text. Immutable.
 *
 * <p>It holds the secrets of the executor, so it travels by a pipe or by a file that only its owner
 * may read, never on a command line.
 */
final class Settings {
    private final SortedMap<String, String> values;

    private Settings(SortedMap<String, String> values) {
        this.values = values;
    }

    static Settings empty() {
        return new Settings(new TreeMap<>());
    }

    /** The same with one more, or another, value. */
    Settings with(String name, Object value) {
        TreeMap<String, String> more = new TreeMap<>(values);
        more.put(name, String.valueOf(value));
        return new Settings(more);
    }

    String text(String name) {
        String value = values.get(name);
        if (value == null) {
            throw new IllegalArgumentException("settings without " + name);
        }
        return value;
    }

    String text(String name, String otherwise) {
        return values.getOrDefault(name, otherwise);
    }

    int number(String name) {
        return Integer.parseInt(text(name));
    }

    boolean flag(String name) {
        return Boolean.parseBoolean(text(name));
    }

    Duration time(String name) {
        return Duration.parse(text(name));
    }

    Path path(String name) {
        return Path.of(text(name));
    }

    /** All values whose names begin with {@code prefix}, without it. */
    Map<String, String> group(String prefix) {
        TreeMap<String, String> found = new TreeMap<>();
        values.tailMap(prefix)
                .forEach(
                        (name, value) -> {
                            if (name.startsWith(prefix)) {
                                found.put(name.substring(prefix.length()), value);
                            }
                        });
        return found;
    }

    byte[] toBytes() throws IOException {
        Properties all = new Properties();
        all.putAll(values);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        all.store(out, null);
        return out.toByteArray();
    }

    static Settings of(byte[] bytes) throws IOException {
        Properties all = new Properties();
        all.load(new ByteArrayInputStream(bytes));
        TreeMap<String, String> values = new TreeMap<>();
        for (String name : all.stringPropertyNames()) {
            values.put(name, all.getProperty(name));
        }
        return new Settings(values);
    }

    /** Into a new file that only the owner may read. */
    void write(Path file) throws IOException {
        Files.deleteIfExists(file);
        if (file.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            Files.createFile(
                    file,
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rw-------")));
        }
        Files.write(file, toBytes());
    }

    static Settings read(Path file) throws IOException {
        return of(Files.readAllBytes(file));
    }
}
