// SPDX-License-Identifier: Apache-2.0
package io.teff.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A JVM that is told to end while a command runs. */
class KilledJvmTest {
    /** Runs the command given and never ends by itself. */
    static final class Program {
        private Program() {}

        public static void main(String[] args) {
            Flow flow = Flow.on(Runnable::run);
            flow.bashApp("command", () -> args[0]).with(o -> o.retries(5)).call();
            flow.close();
        }
    }

    @TempDir private Path folder;

    @Test
    void takesItsCommandsWithIt() throws Exception {
        Path pids = folder.resolve("pids");
        String line = "echo $$ >> %1$s; (sleep 100 & echo $! >> %1$s); sleep 100".formatted(pids);
        Process jvm =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-Djava.io.tmpdir=" + Files.createDirectory(folder.resolve("tmp")),
                                "-cp",
                                System.getProperty("java.class.path"),
                                Program.class.getName(),
                                line)
                        .redirectErrorStream(true)
                        .redirectOutput(folder.resolve("out").toFile())
                        .start();
        try {
            await().atMost(60, TimeUnit.SECONDS)
                    .until(() -> Files.exists(pids) && Files.readAllLines(pids).size() == 2);
            jvm.destroy();
            assertThat(jvm.waitFor(60, TimeUnit.SECONDS)).isTrue();
        } finally {
            jvm.destroyForcibly();
        }
        assertThat(folder.resolve("out")).isEmptyFile();
        assertThat(folder.resolve("tmp")).isEmptyDirectory();
        assertThat(Files.readAllLines(pids)).as("and tries no more").hasSize(2);
        for (String pid : Files.readAllLines(pids)) {
            assertThat(isAlive(pid)).as(pid).isFalse();
        }
    }

    private static boolean isAlive(String pid) {
        try {
            String stat = Files.readString(Path.of("/proc", pid, "stat"));
            return stat.charAt(stat.lastIndexOf(')') + 2) != 'Z';
        } catch (IOException e) {
            return false;
        }
    }
}
