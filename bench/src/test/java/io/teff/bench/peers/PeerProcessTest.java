// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.peers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands of a shell stand for peers: they lead a session as those do, and start orphans. */
class PeerProcessTest {
    private static final Duration LONG = Duration.ofSeconds(30);
    private static final String ORPHAN = "(sleep 1000 & echo $! > $NOTES/pid)";

    @TempDir private Path notes;

    @AfterEach
    void nothingIsLeft() throws IOException {
        assertThat(Leftovers.folders()).isEmpty();
        assertThat(Leftovers.processes()).isEmpty();
    }

    @Test
    void outputIsWhatTheCommandPrinted() throws Exception {
        assertThat(run("cat given; echo to stderr >&2", LONG)).isEqualTo("a file");
    }

    @Test
    void whatItLeavesBehindIsKilled() throws Exception {
        run(ORPHAN, LONG);
        theOrphanIsDead();
    }

    @Test
    void aCommandThatIsNotDoneInTimeIsKilledWithItsOrphans() throws Exception {
        assertThatThrownBy(
                        () -> run(ORPHAN + "; echo so far >&2; sleep 1000", Duration.ofSeconds(1)))
                .isInstanceOf(IOException.class)
                .hasMessage("not done after 1 s; try a smaller --size: so far");
        theOrphanIsDead();
    }

    @Test
    void anInterruptKillsIt() throws Exception {
        FutureTask<String> task = new FutureTask<>(() -> run(ORPHAN + "; sleep 1000", LONG));
        Thread thread = new Thread(task, "interrupted");
        thread.start();
        while (!Files.exists(notes.resolve("pid")) || Files.size(notes.resolve("pid")) == 0) {
            Thread.sleep(5);
        }
        thread.interrupt();
        assertThatThrownBy(task::get).hasCauseInstanceOf(InterruptedException.class);
        theOrphanIsDead();
        thread.join();
    }

    @Test
    void aFailureHasTheEndOfStandardError() {
        assertThatThrownBy(() -> run("seq 1 9 >&2; exit 3", LONG))
                .isInstanceOf(IOException.class)
                .hasMessage("exit code 3: 5 | 6 | 7 | 8 | 9");
    }

    private String run(String line, Duration limit) throws Exception {
        return PeerProcess.run(
                List.of("setsid", "sh", "-c", line),
                Map.of("NOTES", notes.toString()),
                limit,
                folder -> Files.writeString(folder.resolve("given"), "a file"));
    }

    /** Gone, or waiting to be collected by whoever has adopted it. */
    private void theOrphanIsDead() throws IOException {
        Path stat = Path.of("/proc", Files.readString(notes.resolve("pid")).strip(), "stat");
        String text = Files.exists(stat) ? Files.readString(stat) : ") Z";
        assertThat(text).containsPattern("\\) [ZX]");
    }
}
