// SPDX-License-Identifier: Apache-2.0
package io.teff.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.teff.flow.examples.Commands;
import io.teff.flow.examples.Fibonacci;
import io.teff.flow.examples.Hello;
import io.teff.flow.examples.MonteCarlo;
import io.teff.flow.examples.Restart;
import io.teff.flow.examples.Retries;
import io.teff.flow.examples.SortFile;
import io.teff.flow.examples.Stencil;
import io.teff.flow.examples.WordCount;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The examples run, and print what they should. */
class ExamplesTest {
    @TempDir Path folder;

    @FunctionalInterface
    private interface Main {
        void run(String... args) throws Exception;
    }

    private static List<String> output(Main main, String... args) throws Exception {
        PrintStream before = System.out;
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        System.setOut(new PrintStream(bytes, true, StandardCharsets.UTF_8));
        try {
            main.run(args);
        } finally {
            System.setOut(before);
        }
        return bytes.toString(StandardCharsets.UTF_8).lines().toList();
    }

    @Test
    void hello() throws Exception {
        assertThat(output(Hello::main)).containsExactly("HELLO, WORLD!");
    }

    @Test
    void monteCarlo() throws Exception {
        assertThat(output(MonteCarlo::main)).containsExactly("0.33333");
        assertThat(output(MonteCarlo::main, "4", "50000")).containsExactly("0.33333");
    }

    @Test
    void restart() throws Exception {
        String file = folder.resolve("run.ckpt").toString();
        assertThat(output(Restart::main, file, "4"))
                .containsExactly("stopped: disk full", "4 steps made, 0 known");
        assertThat(output(Restart::main, file, "10"))
                .containsExactly("result 88573", "6 steps made, 4 known");
        assertThat(output(Restart::main, file, "0"))
                .containsExactly("result 88573", "0 steps made, 10 known");
        assertThatThrownBy(() -> Restart.main(new String[0]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("the checkpoint and how many steps");
    }

    @Test
    void commands() throws Exception {
        assertThat(output(Commands::main, folder.toString()))
                .containsExactly("exit code 0", "first line 1000");
    }

    @Test
    void sortFile() throws Exception {
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < 12_345; i++) {
            lines.add("line " + i * 7919 % 12_345);
        }
        Collections.shuffle(lines, new Random(1));
        Path in = Files.write(folder.resolve("in"), lines);
        Path out = folder.resolve("out");
        assertThat(output(SortFile::main, in.toString(), out.toString()))
                .containsExactly("12345 lines sorted");
        Collections.sort(lines);
        assertThat(Files.readAllLines(out)).isEqualTo(lines);

        Files.write(in, List.of());
        assertThat(output(SortFile::main, in.toString(), out.toString()))
                .containsExactly("0 lines sorted");
        assertThat(out).isEmptyFile();
        assertThatThrownBy(() -> SortFile.main(new String[0]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("the file to read and the file to write");
    }

    @Test
    void fibonacci() throws Exception {
        assertThat(output(Fibonacci::main))
                .containsExactly(
                        "6765",
                        "all: 32836 EXEC_DONE",
                        "add: 10945 EXEC_DONE",
                        "fibonacci: 21891 EXEC_DONE");
        assertThat(output(Fibonacci::main, "1")).startsWith("1", "all: 1 EXEC_DONE");
    }

    @Test
    void wordCount() throws Exception {
        Path a = Files.writeString(folder.resolve("a"), "A grain of teff, a small grain.\n");
        Path b = Files.writeString(folder.resolve("b"), "Of all grain: teff\n");
        assertThat(output(WordCount::main, a.toString(), b.toString()))
                .containsExactly("2 a", "1 all", "3 grain", "2 of", "1 small", "2 teff");
    }

    @Test
    void stencil() throws Exception {
        List<String> lines = output(Stencil::main);
        assertThat(lines).hasSize(8);
        for (int block = 0; block < 8; block++) {
            // a straight line from 100 left of the first of 32 cells to 0 right of the last
            double settled = 100 * (1 - (4 * block + 1) / 33.0);
            assertThat(Double.parseDouble(lines.get(block))).isEqualTo(settled, within(0.02));
        }
    }

    @Test
    void retries() throws Exception {
        assertThat(output(Retries::main))
                .containsExactly(
                        "length 11",
                        "fetched at try 3",
                        "report <- parse: For input string: \"sensor data\"",
                        "all: 4 EXEC_DONE, 1 FAILED, 1 DEP_FAIL",
                        "fetch: 2 EXEC_DONE",
                        "parse: 1 FAILED",
                        "measure: 1 EXEC_DONE",
                        "report: 1 EXEC_DONE, 1 DEP_FAIL");
    }
}
