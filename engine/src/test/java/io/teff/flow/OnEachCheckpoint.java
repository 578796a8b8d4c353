// SPDX-License-Identifier: Apache-2.0
package io.teff.flow;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** What tests of checkpoints share: an executor, a file, flows that use both, a count of runs. */
abstract class OnEachCheckpoint {
    final Executor executor;
    final AtomicInteger runs = new AtomicInteger();
    Path file;

    @TempDir Path folder;

    OnEachCheckpoint(On on) {
        executor = on.open();
    }

    @BeforeEach
    void name() {
        file = folder.resolve("new").resolve("run.ckpt");
    }

    @AfterEach
    void close() throws InterruptedException {
        On.close(executor);
        Thread[] threads = new Thread[1000];
        int n = Thread.enumerate(threads);
        assertThat(Arrays.copyOf(threads, n))
                .extracting(Thread::getName)
                .noneMatch(name -> name.equals("teff-flow-checkpoint"));
    }

    FlowBuilder builder() {
        return Flow.builder().executor("x", executor);
    }

    Flow open(CheckpointMode mode) {
        return builder().checkpoint(file, mode).build();
    }

    App1<Integer, Integer> square(Flow flow) {
        return flow.app(
                        "square",
                        (Integer x) -> {
                            runs.incrementAndGet();
                            return x * x;
                        })
                .with(o -> o.memoize(true));
    }

    /** Of a file that may be in use. */
    static int records(Path file) throws IOException {
        Path copy = Files.createTempFile(file.getParent(), "copy", "");
        try {
            Files.write(copy, Files.readAllBytes(file));
            AtomicInteger n = new AtomicInteger();
            CheckpointFile.read(copy, (key, result) -> n.incrementAndGet());
            return n.get();
        } finally {
            Files.delete(copy);
        }
    }
}
