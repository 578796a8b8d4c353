// SPDX-License-Identifier: Apache-2.0
package io.teff.flow;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Join apps that are cancelled just when they start. */
@ParameterizedClass
@EnumSource(On.class)
class JoinCancelTest {
    private final Executor executor;

    JoinCancelTest(On on) {
        executor = on.open();
    }

    @Test
    void noneIsLeftJoining() throws InterruptedException {
        int n = 0;
        Flow flow = Flow.on(executor);
        App0<Integer> app = flow.joinApp("app", () -> new CompletableFuture<Integer>());
        for (Laps laps = new Laps(100_000); laps.more(); n++) {
            AppFuture<Integer> call = app.call();
            for (int spin = n % 64; spin > 0; spin--) {
                Thread.onSpinWait();
            }
            call.cancel(true);
        }
        flow.close();
        On.close(executor);
        assertThat(flow.summary())
                .hasToString("all: %1$d CANCELLED\napp: %1$d CANCELLED".formatted(n));
    }
}
