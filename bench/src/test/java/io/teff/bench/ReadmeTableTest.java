// SPDX-License-Identifier: Apache-2.0
package io.teff.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReadmeTableTest {
    private static final String PAGE =
            """
            # Title

            <!-- compare:begin -->
            an old table
            <!-- compare:end -->

            the rest
            """;
    private static final String RESULT =
            """
            {"bench": "compare", "clean": true,
             "env": {"cpu_model": "A processor", "java_version": "17.0.1", "commit": "abc"},
             "rows": [%s]}
            """
                    .formatted(
                            String.join(
                                    ",",
                                    row("double", "sequential", 1, 0.5),
                                    row("double", "engine", 1, 0.004),
                                    row("double", "engine", 2, 0.002),
                                    row("double", "engine.lane", 2, 0.001),
                                    row("double", "threads", 2, 0.0123),
                                    row("double", "forkjoin", 2, 0.003),
                                    row("blur", "engine", 2, 0.00025),
                                    row("blur", "threads", 2, 0.0002)));

    @TempDir Path folder;
    private Path readme;
    private Path json;
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @BeforeEach
    void writeFiles() throws IOException {
        readme = Files.writeString(folder.resolve("README.md"), PAGE);
        json = Files.writeString(folder.resolve("compare.json"), RESULT);
    }

    @Test
    void tableReplacesTheOldOne() throws IOException {
        assertThat(run()).isZero();

        String expected =
                """
                # Title

                <!-- compare:begin -->
                | program, ms a run | sequential | engine | threads | forkjoin | engine is faster by |
                |---|---:|---:|---:|---:|---:|
                | double | 500 | 2.00 | 12.3 | 3.00 | 1.50x |
                | blur | - | 0.250 | 0.200 | - | 0.80x |

                Medians of at least 7 interleaved rounds with 2 workers, against the best other pool of each line.
                A processor, JDK 17.0.1, commit abc. Made by `scripts/teff compare` and `scripts/readme-table`;
                spread and raw points are in [results/compare](results/compare).
                <!-- compare:end -->

                the rest
                """;
        assertThat(readme).hasContent(expected);
        assertThat(run()).as("a second time").isZero();
        assertThat(readme).hasContent(expected);
    }

    @Test
    void noisyMachineIsNamed() throws IOException {
        Files.writeString(json, RESULT.replace("\"clean\": true", "\"clean\": false"));
        assertThat(run()).isZero();
        assertThat(Files.readString(readme)).contains("commit abc; **the machine was not quiet**.");
    }

    @Test
    void wrongAnswerIsRefused() throws IOException {
        Files.writeString(json, RESULT.replaceFirst("\"verified\": true", "\"verified\": false"));
        assertThat(run()).isEqualTo(1);
        assertThat(complaint()).contains("not verified", "double on sequential");
        assertThat(readme).hasContent(PAGE);
    }

    @Test
    void emptyResultIsRefused() throws IOException {
        Files.writeString(json, "{\"rows\": []}");
        assertThat(run()).isEqualTo(1);
        assertThat(complaint()).contains("compare.json: it has no rows");
        assertThat(readme).hasContent(PAGE);
    }

    @Test
    void missingMarkersAndFilesAreNamed() throws IOException {
        Files.writeString(readme, "no markers");
        assertThat(run()).isEqualTo(2);
        assertThat(complaint()).contains("README.md: no line <!-- compare:begin -->");

        Files.delete(json);
        assertThat(run()).isEqualTo(2);
        assertThat(complaint()).contains("compare.json");
    }

    private static String row(String program, String executor, int workers, double seconds) {
        return """
               {"workload": "%s", "contender": "%s", "workers": %d, "params": {"n": 10, "tasks": 10},
                "metric": "s", "median": %s, "low": 0, "high": 1, "rounds": 7, "verified": true}
               """
                .formatted(program, executor, workers, seconds);
    }

    private int run() {
        try (PrintStream stream = new PrintStream(err, true, StandardCharsets.UTF_8)) {
            return ReadmeTable.run(new String[] {readme.toString(), json.toString()}, stream);
        }
    }

    private String complaint() {
        return err.toString(StandardCharsets.UTF_8);
    }
}
