// SPDX-License-Identifier: Apache-2.0
package io.teff.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.teff.engine.Countdowns.Arrival;
import org.junit.jupiter.api.Test;

/** Who has a node, step by step; what two threads may see of it is in {@link CountdownsStress}. */
class CountdownsTest {
    private static final int DEGREE = 3;

    private final Countdowns counts = new Countdowns(new int[] {DEGREE});

    @Test
    void lastHasTheNode() {
        assertThat(counts.arrive(0)).isFalse();
        assertThat(counts.arrive(0)).isFalse();
        assertThat(counts.arrive(0)).isTrue();
        assertIsAsBefore();
    }

    @Test
    void lastLeavesTheNodeToTheOneWhoWaits() {
        assertThat(counts.arriveAndWait(0)).isEqualTo(Arrival.WAITS);
        assertThat(counts.hasCome(0)).isFalse();
        assertThat(counts.arrive(0)).isFalse();
        assertThat(counts.hasCome(0)).isFalse();
        assertThat(counts.arrive(0)).as("the last").isFalse();
        assertThat(counts.hasCome(0)).isTrue();
        assertIsAsBefore();
    }

    @Test
    void oneWaitsAndNotTwo() {
        assertThat(counts.arriveAndWait(0)).isEqualTo(Arrival.WAITS);
        assertThat(counts.arriveAndWait(0)).isEqualTo(Arrival.EARLY);
        assertThat(counts.arriveAndWait(0)).as("the last").isEqualTo(Arrival.EARLY);
        assertThat(counts.hasCome(0)).isTrue();
        assertIsAsBefore();
    }

    @Test
    void lastNeedNotWait() {
        counts.arrive(0);
        counts.arrive(0);
        assertThat(counts.arriveAndWait(0)).isEqualTo(Arrival.LAST);
        assertIsAsBefore();
    }

    @Test
    void whoHasGivenUpGetsNothing() {
        counts.arriveAndWait(0);
        assertThat(counts.giveUp(0)).isTrue();
        assertThat(counts.arrive(0)).isFalse();
        assertThat(counts.arrive(0)).isTrue();
        assertIsAsBefore();
    }

    @Test
    void whoGivesUpTooLateHasTheNode() {
        counts.arriveAndWait(0);
        counts.arrive(0);
        counts.arrive(0);
        assertThat(counts.giveUp(0)).isFalse();
        assertIsAsBefore();
    }

    @Test
    void moreThanACounterHoldsAreRefused() {
        int[] degrees = {1, Countdowns.MAX, Countdowns.MAX + 1};
        assertThatThrownBy(() -> new Countdowns(degrees))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("node 2 has 128 predecessors, more than 127");
    }

    private void assertIsAsBefore() {
        for (int i = 1; i < DEGREE; i++) {
            assertThat(counts.arriveAlone(0)).isFalse();
        }
        assertThat(counts.arriveAlone(0)).isTrue();
    }
}
