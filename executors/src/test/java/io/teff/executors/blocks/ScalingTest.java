// SPDX-License-Identifier: Apache-2.0
package io.teff.executors.blocks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.teff.executors.blocks.BlocksConfig.Strategy;
import io.teff.executors.blocks.Scaling.Decision;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ScalingTest {
    private static BlocksConfig.Builder config() {
        return BlocksConfig.builder(Path.of("")).maxIdle(Duration.ofNanos(100));
    }

    private static int decide(
            BlocksConfig.Builder config, int active, int tasks, int slots, long idleNs) {
        return new Scaling(config.build()).decide(active, tasks, slots, idleNs).blocks();
    }

    @ParameterizedTest
    @CsvSource({
        // active, tasks, slots, parallelism, blocks more
        "1, 4, 4, 1.0, 0",
        "1, 5, 4, 1.0, 1",
        "1, 9, 4, 1.0, 2",
        "1, 9, 4, 0.5, 1",
        "2, 9, 4, 0.5, 0",
        "1, 1000000, 4, 1.0, 9",
        "10, 1000000, 4, 1.0, 0",
        "12, 1000000, 4, 1.0, 0",
        "0, 1, 4, 1.0, 1",
        "0, 1000, 4, 0.0, 1",
        "1, 1000, 4, 0.0, 0",
        "5, 1, 4, 1.0, 0",
        "0, 0, 4, 1.0, 0",
    })
    void simpleGoesOutWhenSlotsAreFewerThanWanted(
            int active, int tasks, int slots, double parallelism, int more) {
        BlocksConfig.Builder config = config().maxBlocks(10).parallelism(parallelism);
        assertThat(Math.max(0, decide(config, active, tasks, slots, 0))).isEqualTo(more);
    }

    @Test
    void simpleGoesInToTheLeastWhenNothingWasToDoForLongEnough() {
        BlocksConfig.Builder config = config().minBlocks(2).maxBlocks(10);
        assertThat(decide(config, 5, 0, 4, 99)).isZero();
        assertThat(decide(config, 5, 0, 4, 100)).isEqualTo(-3);
        assertThat(decide(config, 5, 1, 4, 0)).isZero();
        assertThat(decide(config, 2, 0, 4, 100)).isZero();
        assertThat(decide(config, 1, 0, 4, 0)).isEqualTo(1);
    }

    @Test
    void autoAlsoLetsSingleIdleBlocksGoButNeverTheLastWhileThereIsWork() {
        BlocksConfig config =
                config().strategy(Strategy.AUTO).maxBlocks(10).parallelism(0.5).build();
        Scaling scaling = new Scaling(config);
        assertThat(scaling.decide(5, 16, 4, 0)).isEqualTo(new Decision(-3, true));
        assertThat(scaling.decide(5, 1, 4, 0)).isEqualTo(new Decision(-4, true));
        assertThat(scaling.decide(1, 1, 4, 0).blocks()).isZero();
        assertThat(scaling.decide(5, 0, 4, 100)).isEqualTo(new Decision(-5, false));
    }

    @Test
    void noneNeverDoesAnything() {
        BlocksConfig.Builder config = config().strategy(Strategy.NONE).maxBlocks(10);
        assertThat(decide(config, 0, 1000, 4, 0)).isZero();
        assertThat(decide(config, 5, 0, 4, 1000)).isZero();
    }

    @Test
    void badNumbersAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> config().parallelism(1.5).build())
                .withMessage("parallelism must be from 0 to 1: 1.5");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> config().parallelism(Double.NaN).build());
        assertThatIllegalArgumentException()
                .isThrownBy(() -> config().minBlocks(3).initBlocks(1).maxBlocks(5).build())
                .withMessageEndingWith("3, 1, 5");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> config().maxBlocks(0).initBlocks(0).build());
        assertThatIllegalArgumentException()
                .isThrownBy(() -> config().nodesPerBlock(0).build())
                .withMessage("nodesPerBlock must be at least 1: 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> config().period(Duration.ZERO).build())
                .withMessage("period must be positive: PT0S");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> BlocksConfig.builder(Path.of("/no/such")).build())
                .withMessage("directory must exist: /no/such");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> config().name("a b").build())
                .withMessageEndingWith("\"a b\"");
    }
}
