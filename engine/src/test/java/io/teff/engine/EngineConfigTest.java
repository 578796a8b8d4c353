// SPDX-License-Identifier: Apache-2.0
package io.teff.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.teff.affinity.CpuSet;
import io.teff.affinity.PinPlan;
import java.time.Duration;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class EngineConfigTest {
    private static Arguments bad(
            String option, Object value, UnaryOperator<EngineConfig.Builder> set) {
        return Arguments.of(option, String.valueOf(value), set);
    }

    static Stream<Arguments> badValues() {
        return Stream.of(
                bad("workers", 0, b -> b.workers(0)),
                bad("workers", -3, b -> b.workers(-3)),
                bad("workers", 4097, b -> b.workers(4097)),
                bad("name", null, b -> b.name(null)),
                bad("name", " ", b -> b.name(" ")),
                bad("pin", null, b -> b.pin(null)),
                bad("idle", null, b -> b.idle(null)),
                bad("inboxCapacity", 1000, b -> b.inboxCapacity(1000)),
                bad("inboxCapacity", 0, b -> b.inboxCapacity(0)),
                bad("inboxCapacity", 1, b -> b.inboxCapacity(1)),
                bad("inboxCapacity", Integer.MIN_VALUE, b -> b.inboxCapacity(Integer.MIN_VALUE)),
                bad("dequeCapacity", 3, b -> b.dequeCapacity(3)),
                bad("dequeCapacity", -4, b -> b.dequeCapacity(-4)),
                bad("maxDequeCapacity", 100, b -> b.maxDequeCapacity(100)),
                bad("maxDequeCapacity", 8, b -> b.dequeCapacity(16).maxDequeCapacity(8)),
                bad("maxForks", 0, b -> b.maxForks(0)),
                bad("maxForks", (1 << 28) + 1, b -> b.maxForks((1 << 28) + 1)),
                bad("whenFull", null, b -> b.whenFull(null)),
                bad("whenFullInside", null, b -> b.whenFullInside(null)),
                bad("fullTimeout", null, b -> b.fullTimeout(null)),
                bad("fullTimeout", "PT-1S", b -> b.fullTimeout(Duration.ofSeconds(-1))),
                bad("maxSpares", -1, b -> b.maxSpares(-1)),
                bad("maxSpares", 5000, b -> b.maxSpares(5000)),
                bad("stackBytes", -1, b -> b.stackBytes(-1)),
                bad("sampleWaits", -1, b -> b.sampleWaits(-1)));
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("badValues")
    void badValueIsNamedWithItsOption(
            String option, String value, UnaryOperator<EngineConfig.Builder> set) {
        EngineConfig.Builder builder = set.apply(EngineConfig.builder());
        assertThatThrownBy(builder::build)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(option + " must be ")
                .hasMessageEndingWith(": " + value);
    }

    @Test
    void capacityThatIsNoPowerOfTwoSaysWhatItMustBe() {
        assertThatThrownBy(() -> EngineConfig.builder().inboxCapacity(1000).build())
                .hasMessage("inboxCapacity must be a power of two from 2 to 2^30: 1000");
    }

    @Test
    void pinListWithoutAllowedCpuIsRefusedAtTheStart() {
        EngineConfig config =
                EngineConfig.builder().workers(1).pin(PinPlan.explicit(CpuSet.of(4000))).build();
        assertThatThrownBy(() -> Engine.start(config))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("4000");
    }

    @Test
    void printsItsOptions() {
        EngineConfig config =
                EngineConfig.builder()
                        .workers(3)
                        .name("grain")
                        .idle(IdlePreset.ECONOMY)
                        .inboxCapacity(32)
                        .dequeCapacity(8)
                        .maxDequeCapacity(64)
                        .maxForks(77)
                        .whenFull(FullPolicy.REJECT)
                        .whenFullInside(FullPolicy.TIMED)
                        .fullTimeout(Duration.ofMillis(5))
                        .maxSpares(2)
                        .stackBytes(1 << 20)
                        .sampleWaits(9)
                        .seed(4)
                        .build();
        assertThat(config.toString())
                .isEqualTo(
                        "EngineConfig[name=grain, workers=3, pin=none, idle=ECONOMY,"
                                + " inboxCapacity=32, dequeCapacity=8..64, maxForks=77,"
                                + " whenFull=REJECT/TIMED inside, maxSpares=2, stackBytes=1048576,"
                                + " sampleWaits=9]");
        assertThat(config.fullTimeout()).isEqualTo(Duration.ofMillis(5));
        assertThat(config.seed()).isEqualTo(4);
    }

    @Test
    void builderMayBeUsedAgainWithoutTouchingWhatItBuilt() {
        EngineConfig.Builder builder = EngineConfig.builder().workers(2);
        EngineConfig two = builder.build();
        EngineConfig three = builder.workers(3).build();
        assertThat(two.workers()).isEqualTo(2);
        assertThat(three.workers()).isEqualTo(3);
    }

    @Test
    void defaultIsOneWorkerPerProcessor() {
        EngineConfig config = EngineConfig.builder().build();
        assertThat(config.workers()).isEqualTo(Runtime.getRuntime().availableProcessors());
        assertThat(config.pin()).isEqualTo(PinPlan.NONE);
        assertThat(config.idle()).isEqualTo(IdlePreset.BALANCED);
        assertThat(config.whenFull()).isEqualTo(FullPolicy.BLOCK);
        assertThat(config.whenFullInside()).isEqualTo(FullPolicy.HELP);
    }
}
