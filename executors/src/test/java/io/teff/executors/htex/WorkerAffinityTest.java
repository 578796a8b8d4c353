// SPDX-License-Identifier: Apache-2.0
package io.teff.executors.htex;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.teff.affinity.CpuSet;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class WorkerAffinityTest {
    private static List<String> sets(String how, int workers, String allowed) {
        WorkerAffinity affinity = WorkerAffinity.parse(how);
        CpuSet cpus = CpuSet.parse(allowed);
        return IntStream.range(0, workers)
                .mapToObj(rank -> String.valueOf(affinity.of(rank, workers, cpus)))
                .toList();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "none;2;0-3;null null",
                "block;2;0-3;0-1 2-3",
                "block;2;0-4;0-1 2-3",
                "block;3;4,6;4 6 4",
                "block-reverse;2;0-3;2-3 0-1",
                "alternating;2;0-3;0,2 1,3",
                "alternating;3;0-1;0 1 0",
                "list:0,1:3;2;0-3;0-1 3"
            })
    void namesOfParslMeanTheSame(String how, int workers, String allowed, String sets) {
        assertThat(sets(how, workers, allowed)).containsExactly(sets.split(" ", -1));
    }

    @Test
    void badOnesAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> WorkerAffinity.parse("blocks"))
                .withMessageContaining("[none, block, block-reverse, alternating]")
                .withMessageEndingWith("blocks");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> WorkerAffinity.parse("list:0::1"))
                .withMessageContaining("a worker without CPUs: list:0::1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> WorkerAffinity.parse("list:0:x"))
                .withMessageContaining("x");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> sets("list:0", 2, "0-3"))
                .withMessageContaining("lists 1 workers, but there are 2");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> sets("list:0:9", 2, "0-3"))
                .withMessageContaining(
                        "worker 1 the CPUs 9, but those that may be used here are 0-3");
    }
}
