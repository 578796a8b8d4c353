// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.uts;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The table of a distribution says what its formula says, at its edges most of all. */
class BranchingTest {
    private static final double NONE = Double.NEGATIVE_INFINITY;

    @ParameterizedTest
    @ValueSource(doubles = {0.1, 0.5, 1, 2, 4, 17, 1000})
    void tableIsTheFormula(double expected) {
        double log = Math.log(1 - 1 / (1 + expected));
        Branching.Table table = new Branching.Table(log);
        SplittableRandom random = new SplittableRandom(31);
        int edges = 0;
        for (int i = 0; i < 200_000; i++) {
            int r = random.nextInt() & Integer.MAX_VALUE;
            assertThat(table.children(r)).isEqualTo(Branching.inverse(r, log));
        }
        for (int children = 1; children <= Branching.MAX_CHILDREN; children++) {
            int r = firstWith(children, log);
            if (r > 0) {
                assertThat(table.children(r)).isEqualTo(Branching.inverse(r, log));
                assertThat(table.children(r - 1)).isEqualTo(Branching.inverse(r - 1, log));
                assertThat(table.children(r)).isGreaterThan(table.children(r - 1));
                edges++;
            }
        }
        assertThat(edges).isGreaterThan(5);
        for (int r : new int[] {0, 1, Integer.MAX_VALUE - 1, Integer.MAX_VALUE}) {
            assertThat(table.children(r)).isEqualTo(Branching.inverse(r, log));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1 << 30, Integer.MAX_VALUE})
    void belowTheDeepestThereIsNobody(int random) {
        assertThat(new Branching.Table(NONE).children(random)).isZero();
    }

    /** Where the inverse says: the smallest random number near there with so many; 0 if none is. */
    private static int firstWith(int children, double log) {
        double u = 1 - Math.exp(children * log);
        long near = Math.round(u * 0x1p31);
        for (long r = Math.max(1, near - 1_000); r <= Math.min(near + 1_000, 0x7FFF_FFFFL); r++) {
            if (Branching.inverse((int) r, log) >= children
                    && Branching.inverse((int) r - 1, log) < children) {
                return (int) r;
            }
        }
        return 0;
    }
}
