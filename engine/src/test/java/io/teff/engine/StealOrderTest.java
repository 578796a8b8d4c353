// SPDX-License-Identifier: Apache-2.0
package io.teff.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class StealOrderTest {
    /** Two packages of four workers: 1 within a package, 10 across. */
    private static int twoPackages(int a, int b) {
        return a / 4 == b / 4 ? 1 : 10;
    }

    @Test
    void visitsEachOtherOnce() {
        StealOrder order = new StealOrder(2, 5, (a, b) -> 0, EngineFixture.seed(this));
        for (int i = 0; i < 100; i++) {
            assertThat(order.next()).containsExactlyInAnyOrder(0, 1, 3, 4);
        }
    }

    @Test
    void visitsTheNearestFirst() {
        StealOrder order =
                new StealOrder(5, 8, StealOrderTest::twoPackages, EngineFixture.seed(this));
        for (int i = 0; i < 100; i++) {
            int[] visit = order.next();
            assertThat(Arrays.copyOf(visit, 3)).containsExactlyInAnyOrder(4, 6, 7);
            assertThat(Arrays.copyOfRange(visit, 3, 7)).containsExactlyInAnyOrder(0, 1, 2, 3);
        }
    }

    @Test
    void startsAnywhereWithinADistance() {
        StealOrder order =
                new StealOrder(0, 8, StealOrderTest::twoPackages, EngineFixture.seed(this));
        Set<Integer> near = new HashSet<>();
        Set<Integer> far = new HashSet<>();
        for (int i = 0; i < 200; i++) {
            int[] visit = order.next();
            near.add(visit[0]);
            far.add(visit[3]);
        }
        assertThat(near).containsExactlyInAnyOrder(1, 2, 3);
        assertThat(far).containsExactlyInAnyOrder(4, 5, 6, 7);
    }

    @Test
    void spareVisitsEveryWorker() {
        StealOrder order = new StealOrder(9, 4, (a, b) -> 0, EngineFixture.seed(this));
        assertThat(order.next()).containsExactlyInAnyOrder(0, 1, 2, 3);
    }

    @Test
    void onlyWorkerVisitsNobody() {
        assertThat(new StealOrder(0, 1, (a, b) -> 0, 1).next()).isEmpty();
    }

    @Test
    void sameSeedGivesTheSameOrder() {
        long seed = EngineFixture.seed(this);
        StealOrder one = new StealOrder(0, 16, (a, b) -> 0, seed);
        StealOrder two = new StealOrder(0, 16, (a, b) -> 0, seed);
        for (int i = 0; i < 50; i++) {
            assertThat(one.next()).containsExactly(two.next());
        }
    }
}
