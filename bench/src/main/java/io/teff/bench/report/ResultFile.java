// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A record that a command has printed with {@code --json}.
 *
 * @param name its file, as the page calls it
 * @param record all of it
 * @param bench what was run
 * @param doubts see {@link Doubts}
 */
record ResultFile(
        String name, JsonNode record, String bench, List<String> doubts, List<ResultRow> rows) {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    /**
     * All records in these files and folders, in the order of their names.
     *
     * @param others told which JSON files of folders are no records
     * @throws IllegalArgumentException if one that was named is none, or cannot be read
     */
    static List<ResultFile> read(List<Path> named, List<String> others) {
        List<ResultFile> files = new ArrayList<>();
        for (Path path : named) {
            if (Files.isDirectory(path)) {
                for (Path file : jsonFiles(path)) {
                    ResultFile read = read(file, path.relativize(file).toString());
                    if (read == null) {
                        others.add(file.toString());
                    } else {
                        files.add(read);
                    }
                }
            } else {
                ResultFile read = read(path, String.valueOf(path.getFileName()));
                if (read == null) {
                    throw new IllegalArgumentException(
                            "'"
                                    + path
                                    + "' holds no result record; make one with a command's --json");
                }
                files.add(read);
            }
        }
        return files;
    }

    private static List<Path> jsonFiles(Path folder) {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(file -> file.toString().endsWith(".json"))
                    .filter(Files::isRegularFile)
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new IllegalArgumentException("cannot read folder '" + folder + "': " + e, e);
        }
    }

    /** Null if it is JSON, or something like it, but no record. */
    private static ResultFile read(Path file, String name) {
        JsonNode record;
        try {
            record = MAPPER.readTree(Files.readAllBytes(file));
        } catch (JsonProcessingException e) {
            return null;
        } catch (IOException e) {
            throw new IllegalArgumentException("cannot read '" + file + "': " + e, e);
        }
        if (!record.path("bench").isTextual() || !record.path("rows").isArray()) {
            return null;
        }
        List<ResultRow> rows = new ArrayList<>();
        record.get("rows").forEach(row -> rows.add(ResultRow.of(row)));
        return new ResultFile(
                name, record, record.get("bench").asText(), Doubts.of(record), List.copyOf(rows));
    }

    boolean isClean() {
        return doubts.isEmpty();
    }

    String env(String field) {
        JsonNode value = record.path("env").path(field);
        return value.isMissingNode() || value.isNull() ? "" : value.asText();
    }

    /** The command as one types it. */
    String command() {
        String words = env("command").replaceFirst("^\\S+", "").strip();
        if (env("command").startsWith("io.teff.bench.RankMain")) {
            words = "mpi " + words.replaceFirst("^(\\d+\\s*)+", "");
        }
        return words.isEmpty() ? "" : "scripts/teff " + words;
    }
}
