// SPDX-License-Identifier: Apache-2.0
package io.teff.engine;

import static io.teff.engine.EngineFixture.config;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Waits for room in a full ring; NothingStuckTest has what callers see of them. */
class IntakeTest {
    /** There was room each time, but another caller was faster: that must not begin the time anew. */
    @Test
    void timedWaitEndsAtItsDeadlineThoughThereIsRoomAgain() {
        EngineConfig config =
                config(1).whenFull(FullPolicy.TIMED).fullTimeout(Duration.ofHours(1)).build();
        try (Engine engine = Engine.start(config)) {
            Intake intake = engine.crew().intake;
            AtomicInteger looks = new AtomicInteger();
            BooleanSupplier room = () -> looks.incrementAndGet() > 0;
            intake.awaitRoom("inbox", room, null, intake.deadline());
            assertThat(looks.get()).isEqualTo(1);
            long passed = System.nanoTime() - 1;
            assertThatExceptionOfType(RejectedExecutionException.class)
                    .isThrownBy(() -> intake.awaitRoom("inbox", room, null, passed))
                    .withMessageContaining("the inbox is full");
            assertThat(looks.get()).as("looks for room after the deadline").isEqualTo(1);
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = FullPolicy.class,
            names = {"HELP", "BLOCK"})
    void waitWithoutATimeGoesOnUntilThereIsRoom(FullPolicy policy) {
        EngineConfig config = config(1).whenFull(policy).fullTimeout(Duration.ZERO).build();
        try (Engine engine = Engine.start(config)) {
            AtomicInteger looks = new AtomicInteger();
            engine.crew()
                    .intake
                    .awaitRoom(
                            "inbox",
                            () -> looks.incrementAndGet() == 1000,
                            null,
                            engine.crew().intake.deadline());
            assertThat(looks.get()).isEqualTo(1000);
        }
    }
}
