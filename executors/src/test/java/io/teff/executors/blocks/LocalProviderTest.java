// SPDX-License-Identifier: Apache-2.0
package io.teff.executors.blocks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.teff.executors.blocks.BlockStatus.State;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LocalProviderTest {
    @TempDir Path dir;

    private final LocalProvider provider = new LocalProvider(Duration.ofMillis(300));

    private BlockJob job(String command, Duration walltime) {
        return new BlockJob("block", command, 1, 1, walltime, dir);
    }

    private BlockStatus ended(String id) {
        Awaitility.await().until(() -> status(id).state().isTerminal());
        return status(id);
    }

    private BlockStatus status(String id) {
        return provider.status(List.of(id)).get(id);
    }

    @Test
    void blockRunsItsCommandAndCompletes() throws Exception {
        String id = provider.submit(job("echo out; echo err >&2; pwd", null));
        assertThat(ended(id)).isEqualTo(new BlockStatus(State.COMPLETED, 0, ""));
        assertThat(Files.readString(dir.resolve("block.out")))
                .isEqualTo("out\n" + dir.toRealPath() + "\n");
        assertThat(Files.readString(dir.resolve("block.err"))).isEqualTo("err\n");
    }

    @Test
    void failureHasItsExitCode() throws Exception {
        String id = provider.submit(job("exit 3", null));
        assertThat(ended(id)).isEqualTo(new BlockStatus(State.FAILED, 3, "exit code 3"));
    }

    @Test
    void cancelEndsTheWholeGroupEvenWhatIgnoresTerm() throws Exception {
        String stubborn = "trap '' TERM; sleep 300 & echo $! > child; sleep 300";
        String id = provider.submit(job(stubborn, null));
        Path child = dir.resolve("child");
        Awaitility.await().until(() -> Files.exists(child) && Files.size(child) > 0);
        long pid = Long.parseLong(Files.readString(child).strip());
        assertThat(ProcessHandle.of(pid)).isPresent();
        assertThat(status(id).state()).isEqualTo(State.RUNNING);
        provider.cancel(List.of(id, "unknown"));
        assertThat(status(id).state()).isEqualTo(State.CANCELLED);
        // a killed orphan is seen for as long as nobody has taken its exit code
        Awaitility.await()
                .until(() -> ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isEmpty());
        provider.cancel(List.of(id)); // again: no error
    }

    @Test
    void walltimeEndsABlock() throws Exception {
        String id = provider.submit(job("sleep 300", Duration.ofMillis(50)));
        BlockStatus end = ended(id);
        assertThat(end.state()).isEqualTo(State.TIMEOUT);
        assertThat(end.message()).isEqualTo("walltime reached");
    }

    @Test
    void unknownIdIsMissing() {
        assertThat(status("no such").state()).isEqualTo(State.MISSING);
    }

    @Test
    void moreThanOneNodeIsRefused() {
        BlockJob two = new BlockJob("b", "true", 2, 1, null, dir);
        assertThatExceptionOfType(BlockException.class)
                .isThrownBy(() -> provider.submit(two))
                .withMessageContaining("one node, not 2");
    }

    @Test
    void directoryThatIsNotThereIsNamed() {
        BlockJob nowhere = new BlockJob("b", "true", 1, 1, null, dir.resolve("nowhere"));
        assertThatExceptionOfType(BlockException.class)
                .isThrownBy(() -> provider.submit(nowhere))
                .withMessageContaining("cannot start")
                .havingCause()
                .withMessageContaining("nowhere");
    }

    @Test
    void badJobsAreRefusedByValue() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new BlockJob("b", "true", 0, 1, null, dir))
                .withMessageContaining("0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> job("true", Duration.ofSeconds(-1)))
                .withMessageContaining("PT-1S");
        assertThatIllegalArgumentException().isThrownBy(() -> job(" ", null));
    }
}
