// SPDX-License-Identifier: Apache-2.0
package io.teff.executors.htex;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** More tasks than the interchange has memory for. */
final class HtexMemoryTest {
    private static final int TASKS = 100_000;

    @TempDir Path dir;

    private static int nap(byte[] ballast) throws InterruptedException {
        Thread.sleep(1);
        return ballast.length;
    }

    @Test
    @Tag("slow")
    @Timeout(900)
    void interchangeWithoutMemoryEndsAndIsReplaced() throws Exception {
        HtexConfig config =
                HtexConfig.tuned()
                        .directory(dir)
                        .workersPerNode(1)
                        .prefetch(8)
                        .jvmOptions("-Xmx64m", "-XX:TieredStopAtLevel=1")
                        .build();
        byte[] ballast = new byte[1000];
        int lost = 0;
        try (HtexExecutor htex = new HtexExecutor(config)) {
            assertThat(htex.submit(() -> 1).get(60, SECONDS)).isEqualTo(1);
            long first = htex.interchangePid();
            List<CompletableFuture<Integer>> all = new ArrayList<>(TASKS);
            for (int i = 0; i < TASKS; i++) {
                all.add(htex.submit(() -> nap(ballast)));
            }
            for (CompletableFuture<Integer> one : all) {
                try {
                    assertThat(one.get(600, SECONDS)).isEqualTo(ballast.length);
                } catch (ExecutionException e) {
                    assertThat(e.getCause()).isInstanceOf(InterchangeLost.class);
                    lost++;
                }
            }
            assertThat(htex.submit(() -> 2).get(60, SECONDS)).isEqualTo(2);
            assertThat(htex.interchangePid()).isNotEqualTo(first);
        }
        assertThat(lost).isBetween(1, TASKS);
        Children.assertNoneLeft(dir);
    }
}
