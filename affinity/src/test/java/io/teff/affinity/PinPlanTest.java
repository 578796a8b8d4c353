// SPDX-License-Identifier: Apache-2.0
package io.teff.affinity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PinPlanTest {
    @TempDir Path root;

    @Test
    void noneLeavesEveryWorkerFree() {
        Topology t = FakeMachine.smt(root).topology();
        assertThat(PinPlan.NONE.assign(t, 3)).containsExactly(-1, -1, -1);
        assertThat(PinPlan.NONE.assign(t, 0)).isEmpty();
    }

    @Test
    void compactFillsCoresThenCachesThenSockets() {
        Topology t = FakeMachine.twoSockets(root).topology();
        assertThat(PinPlan.COMPACT.assign(t, 16))
                .containsExactly(0, 8, 1, 9, 2, 10, 3, 11, 4, 12, 5, 13, 6, 14, 7, 15);
    }

    @Test
    void spreadTakesTurnsOverSocketsThenCachesThenCoresThenThreads() {
        Topology t = FakeMachine.twoSockets(root).topology();
        assertThat(PinPlan.SPREAD.assign(t, 16))
                .containsExactly(0, 4, 2, 6, 1, 5, 3, 7, 8, 12, 10, 14, 9, 13, 11, 15);
    }

    @Test
    void spreadUsesEveryCoreBeforeASecondThread() {
        Topology t = FakeMachine.smt(root).topology();
        assertThat(PinPlan.SPREAD.assign(t, 8)).containsExactly(0, 2, 4, 6, 1, 3, 5, 7);
        assertThat(PinPlan.COMPACT.assign(t, 8)).containsExactly(0, 1, 2, 3, 4, 5, 6, 7);
    }

    @Test
    void bigCoresComeBeforeSmallOnes() {
        FakeMachine m = FakeMachine.hybrid(root);
        for (int id = 0; id < 8; id++) {
            m.maxFreqKhz(id, id < 4 ? 5_100_000 : 3_900_000);
        }
        assertThat(PinPlan.SPREAD.assign(m.topology(), 8)).containsExactly(0, 2, 4, 5, 6, 7, 1, 3);
        assertThat(PinPlan.COMPACT.assign(m.topology(), 8)).containsExactly(0, 1, 2, 3, 4, 5, 6, 7);
    }

    @Test
    void bigCoresComeFirstAlsoWhenNumberedLast() {
        FakeMachine m = FakeMachine.hybrid(root);
        for (int id = 0; id < 8; id++) {
            m.capacity(id, id < 4 ? 400 : 1024);
        }
        assertThat(PinPlan.SPREAD.assign(m.topology(), 8)).containsExactly(4, 5, 6, 7, 0, 2, 1, 3);
        assertThat(PinPlan.COMPACT.assign(m.topology(), 8)).containsExactly(4, 5, 6, 7, 0, 1, 2, 3);
    }

    @Test
    void onlyTheAllowedPartOfTheMachineIsUsed() {
        Topology t = FakeMachine.twoSockets(root).allowed("1,5,8-9").topology();
        assertThat(PinPlan.COMPACT.assign(t, 4)).containsExactly(8, 1, 9, 5);
        assertThat(PinPlan.SPREAD.assign(t, 4)).containsExactly(1, 5, 8, 9);
        assertThat(PinPlan.parse("0-8").assign(t, 3)).containsExactly(1, 5, 8);
    }

    @Test
    void moreWorkersThanCpusStartAgain() {
        Topology t = FakeMachine.smt(root).allowed("2-4").topology();
        assertThat(PinPlan.COMPACT.assign(t, 7)).containsExactly(2, 3, 4, 2, 3, 4, 2);
        assertThat(PinPlan.explicit(CpuSet.of(3, 4)).assign(t, 3)).containsExactly(3, 4, 3);
    }

    @Test
    void listWithoutAllowedCpuIsRefusedWithBothMasks() {
        Topology t = FakeMachine.smt(root).allowed("0-3").topology();
        PinPlan plan = PinPlan.parse("4-5,99");
        assertThatThrownBy(() -> plan.assign(t, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("no CPU of the pin list 4-5,99 is allowed; allowed: 0-3");
    }

    @Test
    void negativeWorkersAreRefused() {
        Topology t = FakeMachine.smt(root).topology();
        assertThatThrownBy(() -> PinPlan.SPREAD.assign(t, -2))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageEndingWith(": -2");
    }

    @Test
    void emptyExplicitListIsRefused() {
        assertThatThrownBy(() -> PinPlan.explicit(CpuSet.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("empty");
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "compact", "spread", "0-3,8", "7"})
    void plansPrintWhatTheyAreReadFrom(String text) {
        assertThat(PinPlan.parse(text)).hasToString(text).isEqualTo(PinPlan.parse(" " + text));
        assertThat(PinPlan.parse(text)).hasSameHashCodeAs(PinPlan.parse(text));
    }

    @Test
    void wordsAreTheConstants() {
        assertThat(PinPlan.parse("None")).isSameAs(PinPlan.NONE);
        assertThat(PinPlan.parse("COMPACT")).isSameAs(PinPlan.COMPACT);
        assertThat(PinPlan.parse("spread")).isSameAs(PinPlan.SPREAD);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "close", "0-", "a-b", "compact,1"})
    void unknownPlansAreRefusedByName(String text) {
        assertThatThrownBy(() -> PinPlan.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "pin must be none, compact, spread or a CPU list such as 0-3,8: " + text);
    }

    @Test
    void onRandomMachinesEveryPlanIsFairAndUsesAllowedCpusOnly() {
        long seed = 4_711L;
        SplittableRandom random = new SplittableRandom(seed);
        for (int round = 0; round < 300; round++) {
            Topology t = randomMachine(random);
            int workers = 1 + random.nextInt(3 * t.cpus().size());
            PinPlan list = PinPlan.explicit(someOf(t.allowed(), random));
            for (PinPlan plan : List.of(PinPlan.COMPACT, PinPlan.SPREAD, list)) {
                String what =
                        "seed %d round %d: %s of %d workers on %s"
                                .formatted(seed, round, plan, workers, t.describe());
                int[] cpus = plan.assign(t, workers);
                CpuSet usable = plan.equals(list) ? CpuSet.parse(list.toString()) : t.allowed();
                assertThat(cpus).as(what).hasSize(workers);
                assertThat(usable.containsAll(CpuSet.of(cpus))).as(what).isTrue();
                for (int cpu : usable.toArray()) {
                    long uses = Arrays.stream(cpus).filter(c -> c == cpu).count();
                    assertThat(uses)
                            .as(what)
                            .isBetween(
                                    (long) (workers / usable.size()),
                                    (long) ((workers + usable.size() - 1) / usable.size()));
                }
                assertThat(plan.assign(t, workers)).as(what).isEqualTo(cpus);
            }
            int cores = (int) t.allowed().stream().map(c -> t.cpu(c).core()).distinct().count();
            long used =
                    Arrays.stream(PinPlan.SPREAD.assign(t, cores))
                            .map(c -> t.cpu(c).core())
                            .distinct()
                            .count();
            assertThat(used).as("seed %d round %d: a core each", seed, round).isEqualTo(cores);
        }
    }

    private static Topology randomMachine(SplittableRandom random) {
        int count = 1 + random.nextInt(40);
        int threads = 1 + random.nextInt(3);
        int coresPerCache = 1 + random.nextInt(4);
        int cachesPerNode = 1 + random.nextInt(3);
        List<Cpu> cpus = new ArrayList<>();
        int id = 0;
        for (int i = 0; i < count; i++) {
            id += 1 + random.nextInt(2); // some are offline
            int core = i / threads;
            int cache = core / coresPerCache;
            int node = cache / cachesPerNode;
            cpus.add(new Cpu(id, core, node / 2, node, cache, 0, 0, core % 2));
        }
        CpuSet online = CpuSet.of(cpus.stream().mapToInt(Cpu::id).toArray());
        return new Topology(cpus, someOf(online, random), Optional.empty(), "random", List.of());
    }

    private static CpuSet someOf(CpuSet set, SplittableRandom random) {
        int[] kept = set.stream().filter(id -> random.nextInt(3) > 0).toArray();
        return kept.length == 0 ? CpuSet.of(set.first()) : CpuSet.of(kept);
    }
}
