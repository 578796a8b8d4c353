// SPDX-License-Identifier: Apache-2.0
package io.teff.mpi.executor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class PulseTest {
    private static long tickMs(long quietMs) {
        long tickNs = Pulse.tickNs(TimeUnit.MILLISECONDS.toNanos(quietMs));
        return TimeUnit.NANOSECONDS.toMillis(tickNs);
    }

    @Test
    void sleepsASixteenthOfTheQuiet() {
        assertThat(tickMs(0)).isEqualTo(1);
        assertThat(tickMs(16)).isEqualTo(1);
        assertThat(tickMs(64)).isEqualTo(4);
        assertThat(tickMs(10_000)).isEqualTo(8);
    }

    /** A rank whose only worker is in a long task has nobody else to look. */
    @Test
    void busyRankHearsOfWhatComesAfterAQuietTime() throws Exception {
        try (InOneJvm ranks = Functions.ranks(2)) {
            MpiExecutor root = ranks.root();
            Thread.sleep(200); // from now on its pulse sleeps long
            boolean hasCome =
                    root.engine()
                            .submit(
                                    () -> {
                                        CompletableFuture<Long> call =
                                                root.call(Functions.OTHER, Functions.SQUARE, 7, 0);
                                        while (!call.isDone()) {
                                            Thread.onSpinWait();
                                        }
                                        return call.get() == 49;
                                    })
                            .get();
            assertThat(hasCome).isTrue();
        }
    }
}
