// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.trace;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A flow's run as {@code Trace.writeJsonLines} writes it: a line about the run, then one for each task. */
final class FlowRun implements AutoCloseable {
    private static final int VERSION = 1;
    private static final int LONGEST_START = 1 << 12;
    private static final ObjectMapper JSON =
            JsonMapper.builder()
                    .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
                    .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                    .build();

    private final Path path;
    private final BufferedReader lines;
    private final Head head;
    private int line = 1;
    private int tasks;

    /** The first line. Times in ns are since {@code begunMs}. */
    record Head(
            @JsonProperty(required = true) String run,
            @JsonProperty(required = true) long begunMs,
            @JsonProperty(required = true) long nowNs,
            @JsonProperty(required = true) long pid,
            @JsonProperty(required = true) String host,
            @JsonProperty(required = true) String user,
            @JsonProperty(required = true) String folder,
            String program,
            String jvm,
            int cpus,
            long heapBytes,
            @JsonProperty(required = true) int tasks,
            @JsonProperty(required = true) int threads) {}

    /** One try; -1 for a time that has not come, null for what is not known. */
    record Try(
            int number,
            String executor,
            String thread,
            long launchedNs,
            long startedNs,
            long returnedNs) {}

    /** A task; the times of its last try are its own. */
    record Task(
            @JsonProperty(required = true) long id,
            @JsonProperty(required = true) String name,
            @JsonProperty(required = true) String app,
            @JsonProperty(required = true) String state,
            @JsonProperty(required = true) List<Long> dependencies,
            @JsonProperty(required = true) List<Long> joined,
            boolean memoized,
            @JsonProperty(required = true) long submittedNs,
            @JsonProperty(required = true) long endedNs,
            int tries,
            String executor,
            String thread,
            long launchedNs,
            long startedNs,
            long returnedNs,
            @JsonProperty(required = true) List<Try> earlier) {}

    /**
     * Opens one.
     *
     * @throws IllegalArgumentException if it is none, naming the line
     */
    FlowRun(Path path) throws IOException {
        this.path = path;
        lines = Files.newBufferedReader(path);
        boolean done = false;
        try {
            String first = readLine();
            JsonNode node = parse(first == null ? "" : first);
            if (!node.path("teff").asText().equals("flow")) {
                throw bad("it does not begin with a line that Flow.trace().writeJsonLines wrote");
            }
            if (node.path("version").asInt() != VERSION) {
                throw bad(
                        "it has version "
                                + node.path("version")
                                + ", and this teff reads "
                                + VERSION);
            }
            head = convert(node, Head.class);
            done = true;
        } finally {
            if (!done) {
                lines.close();
            }
        }
    }

    /** Whether a file begins like one, or like any other text in JSON. */
    static boolean looksLikeOne(Path path) throws IOException {
        try (var in = Files.newInputStream(path)) {
            String start =
                    new String(
                            in.readNBytes(LONGEST_START),
                            java.nio.charset.StandardCharsets.ISO_8859_1);
            return start.stripLeading().startsWith("{");
        }
    }

    Head head() {
        return head;
    }

    /** The next task; null if there is none. Says so if the file was cut before the last. */
    Task next() throws IOException {
        String text = readLine();
        if (text == null) {
            if (tasks < head.tasks()) {
                throw bad(
                        "it is cut: it has "
                                + tasks
                                + " tasks, and its first line says "
                                + head.tasks());
            }
            return null;
        }
        line++;
        tasks++;
        return convert(parse(text), Task.class);
    }

    private String readLine() throws IOException {
        try {
            return lines.readLine();
        } catch (CharacterCodingException e) {
            throw bad("it is no text in UTF-8");
        }
    }

    private JsonNode parse(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw bad("no JSON: " + e.getOriginalMessage());
        }
    }

    private <T> T convert(JsonNode node, Class<T> type) {
        try {
            return JSON.treeToValue(node, type);
        } catch (JsonProcessingException | IllegalArgumentException e) {
            String message =
                    e instanceof JsonProcessingException json
                            ? json.getOriginalMessage()
                            : e.getMessage();
            throw bad(message);
        }
    }

    private IllegalArgumentException bad(String why) {
        return new IllegalArgumentException(path + ", line " + line + ": " + why);
    }

    @Override
    public void close() throws IOException {
        lines.close();
    }
}
