// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.uts;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * How many children a node has, by its depth and its random number. Immutable.
 *
 * <p>The geometric distribution is inverted by a logarithm, which costs a tenth of the node's hash.
 * So for the depths near the root tables say from which random number on there is one child more; they are
 * made by the formula itself.
 */
final class Branching {
    /** No node has more, but the root of a binomial tree, and those of a balanced one. */
    static final int MAX_CHILDREN = 100;

    private static final double RANGE = 0x1p31;
    private static final int TABLES = 256;

    private final Tree tree;
    private final int rootChildren;
    private final double geometricDepth;
    private final Table[] tables; // by depth; depths of one distribution share theirs

    Branching(Tree tree) {
        this.tree = tree;
        rootChildren = (int) tree.b();
        geometricDepth = tree.f() * tree.d();
        boolean isGeometric = tree.type() == Tree.Type.GEOMETRIC || tree.type() == Tree.Type.HYBRID;
        tables = new Table[isGeometric ? Math.min(TABLES, 5 * tree.d() + 2) : 0];
        Map<Double, Table> byLog = new HashMap<>();
        Arrays.setAll(tables, depth -> byLog.computeIfAbsent(log(depth), Table::new));
    }

    /** Children of a node whose random number is this one of 31 bits. */
    int children(int random, int depth) {
        return switch (tree.type()) {
            case BINOMIAL -> depth == 0 ? rootChildren : binomial(random);
            case GEOMETRIC -> geometric(random, depth);
            case HYBRID -> depth < geometricDepth ? geometric(random, depth) : binomial(random);
            case BALANCED -> depth < tree.d() ? rootChildren : 0;
        };
    }

    private int binomial(int random) {
        return random / RANGE < tree.q() ? Math.min(tree.m(), MAX_CHILDREN) : 0;
    }

    private int geometric(int random, int depth) {
        return depth < tables.length ? tables[depth].children(random) : inverse(random, log(depth));
    }

    /** By inversion of the distribution function; {@code log} is ln(1 - p). */
    static int inverse(int random, double log) {
        if (log == Double.NEGATIVE_INFINITY) {
            return 0;
        }
        double children = Math.floor(Math.log(1 - random / RANGE) / log);
        return (int) Math.min(children, MAX_CHILDREN);
    }

    /** {@link #inverse} of one distribution, for all random numbers. */
    static final class Table {
        private static final int GUIDE_BITS = 10;
        private static final int SHIFT = 31 - GUIDE_BITS;

        private final int[] last = new int[MAX_CHILDREN + 1]; // random number with so many children
        private final byte[] guide =
                new byte[1 << GUIDE_BITS]; // children, by the highest bits at least

        Table(double log) {
            Arrays.setAll(last, children -> lastWith(children, log));
            for (int i = 0; i < guide.length; i++) {
                guide[i] = (byte) inverse(i << SHIFT, log);
            }
        }

        /** The greatest random number with no more children than these. */
        private static int lastWith(int children, double log) {
            int low = 0; // has none
            int high = Integer.MAX_VALUE;
            while (low < high) {
                int middle = high - (high - low) / 2;
                if (inverse(middle, log) <= children) {
                    low = middle;
                } else {
                    high = middle - 1;
                }
            }
            return low;
        }

        int children(int random) {
            int children = guide[random >>> SHIFT];
            while (random > last[children]) {
                children++;
            }
            return children;
        }
    }

    private double log(int depth) {
        return Math.log(1 - 1 / (1 + expected(depth)));
    }

    /** How many children to expect. */
    private double expected(int depth) {
        double b = tree.b();
        double d = tree.d();
        if (depth == 0) {
            return b;
        }
        return switch (tree.shape()) {
            case LINEAR -> depth < d ? b * (1 - depth / d) : 0;
            case EXPDEC -> b * Math.pow(depth, -Math.log(b) / Math.log(d));
            case CYCLIC -> depth > 5 * d ? 0 : Math.pow(b, Math.sin(2 * Math.PI * depth / d));
            case FIXED -> depth < d ? b : 0;
        };
    }
}
