// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.uts;

/**
 * How many children a node has, by its depth and its random number. Immutable, but for what it remembers of
 * the depths near the root.
 */
final class Branching {
    /** No node has more, but the root of a binomial tree, and those of a balanced one. */
    static final int MAX_CHILDREN = 100;

    private static final double RANGE = 0x1p31;
    private static final int REMEMBERED = 1024;

    private final Tree tree;
    private final int rootChildren;
    private final double geometricDepth;
    private final double[] logs; // ln(1 - p) of the geometric distribution, by depth

    Branching(Tree tree) {
        this.tree = tree;
        rootChildren = (int) tree.b();
        geometricDepth = tree.f() * tree.d();
        logs = new double[Math.min(REMEMBERED, 5 * tree.d() + 2)];
        for (int depth = 0; depth < logs.length; depth++) {
            logs[depth] = log(depth);
        }
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

    /** By inversion of the distribution function. */
    private int geometric(int random, int depth) {
        double log = depth < logs.length ? logs[depth] : log(depth);
        if (log == Double.NEGATIVE_INFINITY) {
            return 0;
        }
        double children = Math.floor(Math.log(1 - random / RANGE) / log);
        return (int) Math.min(children, MAX_CHILDREN);
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
