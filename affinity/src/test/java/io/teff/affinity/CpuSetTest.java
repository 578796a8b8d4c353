// SPDX-License-Identifier: Apache-2.0
package io.teff.affinity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.NoSuchElementException;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CpuSetTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "0 | 0",
                "0-3,8 | 0-3,8",
                "8,0-3 | 0-3,8",
                " 1 , 2 | 1-2",
                "0-1,1-2,2 | 0-2",
                "63-64 | 63-64",
                "5-5 | 5",
                "65535 | 65535"
            })
    void listFormIsReadAndPrinted(String text, String printed) {
        assertThat(CpuSet.parse(text)).hasToString(printed);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "x",
                "1-",
                "-1",
                "3-1",
                "1,,2",
                "1,",
                ",",
                "0-3/2",
                "1 2",
                "65536",
                "99999999999"
            })
    void otherTextIsRefusedByName(String text) {
        assertThatThrownBy(() -> CpuSet.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("0-3,8")
                .hasMessageEndingWith(": " + text);
    }

    @Test
    void nullTextIsRefused() {
        assertThatThrownBy(() -> CpuSet.parse(null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageEndingWith(": null");
    }

    @Test
    void idsOutsideTheRangeAreRefusedByName() {
        assertThatThrownBy(() -> CpuSet.of(3, -1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageEndingWith(": -1");
        assertThatThrownBy(() -> CpuSet.of(65_536))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageEndingWith(": 65536");
    }

    @Test
    void emptySetHasNoFirstAndPrintsNothing() {
        CpuSet empty = CpuSet.parse(" \n");
        assertThat(empty).isEqualTo(CpuSet.of()).hasToString("");
        assertThat(empty.isEmpty()).isTrue();
        assertThat(empty.size()).isZero();
        assertThatThrownBy(empty::first).isInstanceOf(NoSuchElementException.class);
    }

    @Test
    void queriesAnswerForMembersOnly() {
        CpuSet set = CpuSet.of(8, 3, 100, 3);
        assertThat(set.size()).isEqualTo(3);
        assertThat(set.first()).isEqualTo(3);
        assertThat(set.toArray()).containsExactly(3, 8, 100);
        assertThat(set.contains(100)).isTrue();
        assertThat(set.contains(4)).isFalse();
        assertThat(set.contains(-1)).isFalse();
        assertThat(set.isEmpty()).isFalse();
    }

    @Test
    void setsCombineWithoutChanging() {
        CpuSet a = CpuSet.parse("0-5");
        CpuSet b = CpuSet.parse("4-9");
        assertThat(a.intersect(b)).hasToString("4-5");
        assertThat(a.minus(b)).hasToString("0-3");
        assertThat(a.containsAll(CpuSet.parse("1,5"))).isTrue();
        assertThat(a.containsAll(b)).isFalse();
        assertThat(a).hasToString("0-5").hasSameHashCodeAs(CpuSet.of(5, 4, 3, 2, 1, 0));
        assertThat(b).hasToString("4-9");
    }

    @Test
    void masksBeyond64CpusKeepEveryBit() {
        CpuSet set = CpuSet.parse("0,63-64,127,1000");
        assertThat(set.toMask()).hasSize(16);
        assertThat(set.toMask()[0]).isEqualTo(1L | Long.MIN_VALUE);
        assertThat(set.toMask()[1]).isEqualTo(1L | Long.MIN_VALUE);
        assertThat(CpuSet.ofMask(set.toMask())).isEqualTo(set);
    }

    @Test
    void everySetIsReadBackFromWhatItPrints() {
        long seed = 20_260_101L;
        SplittableRandom random = new SplittableRandom(seed);
        for (int round = 0; round < 500; round++) {
            int[] ids = random.ints(random.nextInt(40), 0, 200).toArray();
            CpuSet set = CpuSet.of(ids);
            assertThat(CpuSet.parse(set.toString()))
                    .as("seed %d round %d", seed, round)
                    .isEqualTo(set);
            for (int id : ids) {
                assertThat(set.contains(id)).as("seed %d round %d id %d", seed, round, id).isTrue();
            }
        }
    }
}
