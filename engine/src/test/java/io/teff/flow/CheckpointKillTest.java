// SPDX-License-Identifier: Apache-2.0
package io.teff.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.teff.engine.Jdks;
import io.teff.engine.Overdue;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A program with a checkpoint is killed again and again. Whatever the moment: what anybody has seen
 * of a result is in the file, what is in the file is not run again, and the end is right.
 */
class CheckpointKillTest {
    private static final List<On> ON = List.of(On.values());
    private static final Duration LONGEST =
            Duration.ofSeconds(60); // a second unless others are busy

    @TempDir Path folder;

    private final long seed = ThreadLocalRandom.current().nextLong();
    private final SplittableRandom random = new SplittableRandom(seed);
    private final ResultCodec codec = new ResultCodec(null, getClass().getClassLoader());
    private Path checkpoint;
    private Path log;
    private int killsWanted;
    private int kills;
    private int lives;
    private int durableTasks;

    @Test
    void someKills() throws Exception {
        assertSurvives(10);
    }

    @Test
    @Tag("slow")
    @Timeout(value = 15, unit = TimeUnit.MINUTES) // ten seconds unless others are busy
    void fiftyKills() throws Exception {
        assertSurvives(50);
    }

    private void assertSurvives(int kills) throws Exception {
        killsWanted = kills;
        System.out.println("CheckpointKillTest seed " + seed);
        int rounds = 0;
        int unfinished = 0;
        while (this.kills < killsWanted) {
            checkpoint = folder.resolve("round" + rounds + ".ckpt");
            log = folder.resolve("round" + rounds + ".log");
            Files.createFile(log);
            while (!live()) {
                unfinished++;
            }
            rounds++;
        }
        System.out.printf(
                "%d lives, %d kills, %d wavefronts finished, %d unfinished lives,"
                        + " %d tasks found durable%n",
                lives, this.kills, rounds, unfinished, durableTasks);
        assertThat(durableTasks).as("seed " + seed).isGreaterThan(0);
    }

    /** One life of the program; true if it came to its end. */
    private boolean live() throws Exception {
        int life = lives++;
        Set<String> before = durable();
        On on = ON.get(random.nextInt(ON.size()));
        boolean force = random.nextInt(4) == 0;
        boolean toKill = kills < killsWanted;
        boolean early = random.nextInt(8) == 0;
        long delayUs = early ? random.nextInt(400_000) : random.nextInt(120_000);
        Process process = start(on, life, force);
        String about = "seed " + seed + " life " + life + " on " + on + " force " + force;
        String result = null;
        try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
                Overdue overdue = new Overdue(process, LONGEST)) {
            List<String> said = new ArrayList<>();
            if (toKill) {
                String line = early ? null : out.readLine();
                assertThat(early || "ready".equals(line)).as("said " + line).isTrue();
                if (!process.waitFor(delayUs, TimeUnit.MICROSECONDS)) {
                    process.toHandle().destroyForcibly(); // SIGKILL; the output stays open
                }
            }
            String line;
            while ((line = out.readLine()) != null) {
                said.add(line);
                assertThat(line).doesNotStartWith("warning");
                if (line.startsWith("result ")) {
                    result = line.substring("result ".length());
                }
            }
            assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
            assertThat(overdue.hasKilled())
                    .as("%s: did not end\n%s%s", about, stderr(), String.join("\n", said))
                    .isFalse();
        } finally {
            process.destroyForcibly();
        }
        boolean finished = process.exitValue() == 0;
        if (!finished) {
            kills++;
            assertThat(toKill).as(about + ": " + stderr()).isTrue();
            assertThat(process.exitValue()).as(about + ": " + stderr()).isEqualTo(128 + 9);
        }
        check(life, before, about);
        if (finished) {
            assertThat(result).as(about).isEqualTo(expected());
            assertThat(durable()).hasSize(CheckpointKillMain.SIZE * CheckpointKillMain.SIZE);
        }
        return finished;
    }

    /** What ran in a life, against what was durable before and is durable after it. */
    private void check(int life, Set<String> before, String about) throws IOException {
        Set<String> after = durable();
        assertThat(after).as(about).containsAll(before);
        Set<String> ran = new HashSet<>();
        for (String line : Files.readAllLines(log)) {
            String[] words = line.split(" ", 2);
            if (Integer.parseInt(words[0]) != life) {
                continue;
            }
            assertThat(ran.add(words[1])).as(about + ": ran twice: " + line).isTrue();
            assertThat(before).as(about + ": was durable: " + line).doesNotContain(words[1]);
            String[] xy = words[1].split(",", 2);
            int x = Integer.parseInt(xy[0]);
            int y = Integer.parseInt(xy[1]);
            if (x > 0) {
                assertThat(after).as(about + ": seen by " + line).contains((x - 1) + "," + y);
            }
            if (y > 0) {
                assertThat(after).as(about + ": seen by " + line).contains(x + "," + (y - 1));
            }
        }
        durableTasks += after.size() - before.size();
    }

    /** The cells whose results are in the file; fails if one is wrong. */
    private Set<String> durable() throws IOException {
        Set<String> cells = new HashSet<>();
        if (!Files.exists(checkpoint)) {
            return cells;
        }
        long[][] values = values();
        CheckpointFile.read(
                checkpoint,
                (key, bytes) -> {
                    String text = decode(bytes);
                    String cell = text.substring(0, text.indexOf(':'));
                    String[] xy = cell.split(",", 2);
                    int x = Integer.parseInt(xy[0]);
                    int y = Integer.parseInt(xy[1]);
                    assertThat(text).isEqualTo(CheckpointKillMain.text(x, y, values[y][x]));
                    assertThat(cells.add(cell)).as("written twice: " + cell).isTrue();
                });
        return cells;
    }

    private String decode(byte[] bytes) {
        try {
            return (String) codec.decode(bytes);
        } catch (IOException | ClassNotFoundException e) {
            throw new AssertionError("a record that cannot be read", e);
        }
    }

    private static long[][] values() {
        int n = CheckpointKillMain.SIZE;
        long[][] values = new long[n][n];
        for (int y = 0; y < n; y++) {
            for (int x = 0; x < n; x++) {
                long up = y == 0 ? 1 : values[y - 1][x];
                long left = x == 0 ? 1 : values[y][x - 1];
                values[y][x] = CheckpointKillMain.cell(x, y, up, left);
            }
        }
        return values;
    }

    private static String expected() {
        int last = CheckpointKillMain.SIZE - 1;
        return CheckpointKillMain.text(last, last, values()[last][last]);
    }

    private Process start(On on, int life, boolean force, String... more) throws IOException {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                Jdks.java(Jdks.current()).toString(),
                                "-XX:TieredStopAtLevel=1",
                                "-XX:+UseSerialGC",
                                "-cp",
                                System.getProperty("java.class.path"),
                                CheckpointKillMain.class.getName(),
                                on.name(),
                                checkpoint.toString(),
                                log.toString(),
                                Integer.toString(life),
                                Boolean.toString(force)));
        command.addAll(List.of(more));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.redirectError(folder.resolve("stderr").toFile());
        builder.environment().remove("JAVA_TOOL_OPTIONS"); // the JVM reports these on stderr
        builder.environment().remove("JDK_JAVA_OPTIONS");
        return builder.start();
    }

    private String stderr() throws IOException {
        return Files.readString(folder.resolve("stderr"));
    }

    @Test
    void twoProcessesDoNotShareAFile() throws Exception {
        checkpoint = folder.resolve("shared.ckpt");
        log = folder.resolve("shared.log");
        Process process = start(On.THREADS, 0, true, "waits");
        try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
                Overdue overdue = new Overdue(process, LONGEST)) {
            assertThat(out.readLine()).as(stderr()).isEqualTo("ready");
            assertThatThrownBy(() -> CheckpointFile.open(checkpoint))
                    .isInstanceOf(BadCheckpoint.class)
                    .hasMessageContaining("is in use by another process");
            assertThat(overdue.hasKilled()).isFalse();
        } finally {
            process.destroyForcibly();
        }
        process.waitFor();
        CheckpointFile.open(checkpoint).close();
    }
}
