// SPDX-License-Identifier: Apache-2.0
package io.teff.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Files that flows use in turn: in use, of earlier runs, torn, lost. On each executor. */
@ParameterizedClass
@EnumSource(On.class)
class CheckpointReuseTest extends OnEachCheckpoint {
    CheckpointReuseTest(On on) {
        super(on);
    }

    @Test
    void oneFlowAtATime() {
        try (Flow first = open(CheckpointMode.TASK_EXIT)) {
            for (int i = 0; i < 2; i++) {
                assertThatThrownBy(() -> open(CheckpointMode.MANUAL))
                        .isInstanceOf(BadCheckpoint.class)
                        .hasMessageContaining("run.ckpt is in use by another flow")
                        .hasMessageContaining("close that one first");
            }
            assertThatThrownBy(() -> builder().loadCheckpoints(List.of(file)).build())
                    .isInstanceOf(BadCheckpoint.class);
            square(first).call(1).join();
        }
        try (Flow second = open(CheckpointMode.TASK_EXIT)) {
            assertThat(square(second).call(1).join()).isEqualTo(1);
        }
        assertThat(runs).hasValue(1);
    }

    @Test
    void aFlowThatIsLeftCanBeClosedLater() throws IOException {
        Flow flow = open(CheckpointMode.FLOW_EXIT);
        try {
            square(flow).call(1).join();
            flow.close(Exit.SKIP);
            assertThat(records(file)).isEqualTo(1);
            assertThatThrownBy(() -> open(CheckpointMode.FLOW_EXIT))
                    .isInstanceOf(BadCheckpoint.class);
        } finally {
            flow.close();
        }
        open(CheckpointMode.FLOW_EXIT).close();
    }

    @Test
    void earlierRunsAreLoadedAndCarriedOver() throws IOException {
        List<Path> files = new ArrayList<>();
        for (int run = 0; run < 3; run++) {
            file = folder.resolve("run" + run).resolve("tasks.ckpt");
            try (Flow flow =
                    builder()
                            .loadCheckpoints(Checkpoints.getLast(folder))
                            .checkpoint(file, CheckpointMode.TASK_EXIT)
                            .build()) {
                assertThat(Checkpoints.getAll(folder)).isEqualTo(files); // not the one in use
                for (int i = 0; i <= run; i++) {
                    assertThat(square(flow).call(i).join()).isEqualTo(i * i);
                }
            }
            assertThat(records(file)).isEqualTo(run + 1);
            Files.setLastModifiedTime(file, FileTime.fromMillis(1_000_000L * (run + 1)));
            files.add(file);
        }
        assertThat(runs).hasValue(3);
        Files.writeString(
                folder.resolve("run0").resolve("notes.txt"), "no checkpoint at all, this");
        assertThat(Checkpoints.getAll(folder)).isEqualTo(files);
        assertThat(Checkpoints.getLast(folder)).containsExactly(file);
        assertThat(Checkpoints.getAll(folder.resolve("none"))).isEmpty();
        byte[] before = Files.readAllBytes(file);
        try (Flow flow = builder().loadCheckpoints(files).build()) { // only reads
            assertThat(square(flow).call(2).join()).isEqualTo(4);
            assertThat(square(flow).call(20).join()).isEqualTo(400);
        }
        assertThat(file).hasBinaryContent(before);
        assertThat(runs).hasValue(4);
    }

    @Test
    void aTornFileIsUsedAsFarAsItGoesAndTheUserIsTold() throws IOException {
        try (Flow flow = open(CheckpointMode.TASK_EXIT)) {
            for (int i = 0; i < 10; i++) {
                square(flow).call(i).join();
            }
        }
        byte[] bytes = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(bytes, bytes.length - 3));
        try (Flow flow = open(CheckpointMode.TASK_EXIT)) {
            assertThat(flow.warnings()).hasSize(1);
            assertThat(flow.warnings().get(0).message())
                    .contains("run.ckpt: 9 results read")
                    .contains("unfinished record at its end cut off");
            for (int i = 0; i < 10; i++) {
                assertThat(square(flow).call(i).join()).isEqualTo(i * i);
            }
        }
        assertThat(runs).hasValue(11);
        try (Flow flow = open(CheckpointMode.TASK_EXIT)) {
            assertThat(flow.warnings()).isEmpty();
            for (int i = 0; i < 10; i++) {
                assertThat(square(flow).call(i).state()).isEqualTo(TaskState.MEMO_DONE);
            }
        }
    }

    @Test
    void tasksSucceedWhenTheFileCanNoLongerBeWritten() throws IOException {
        for (boolean force : new boolean[] {false, true}) {
            file = folder.resolve("lost" + force);
            try (Flow flow =
                    builder()
                            .checkpoint(file, CheckpointMode.TASK_EXIT)
                            .checkpointForce(force)
                            .build()) {
                assertThat(square(flow).call(1).join()).isEqualTo(1);
                flow.memos().checkpoint.file.close(); // stands for a disk that is full
                assertThat(square(flow).call(2).join()).isEqualTo(4);
                assertThat(flow.warnings()).hasSize(1);
                assertThat(flow.warnings().get(0).message())
                        .contains("1 results could not be written to checkpoint " + file);
                assertThat(flow.checkpoint()).isZero();
            }
            assertThat(records(file)).isEqualTo(1);
        }
        try (Flow flow = open(CheckpointMode.MANUAL)) {
            square(flow).call(3).join();
            flow.memos().checkpoint.file.close();
            assertThatThrownBy(flow::checkpoint).isInstanceOf(UncheckedIOException.class);
            assertThatThrownBy(flow::checkpoint).isInstanceOf(UncheckedIOException.class); // kept
        }
    }
}
