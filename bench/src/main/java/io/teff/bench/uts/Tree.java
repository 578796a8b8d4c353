// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.uts;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Parameters of a tree, under the names that UTS gives them on its command line. Immutable.
 *
 * <p>Source: Olivier, Huan, Liu, Prins, Dinan, Sadayappan and Tseng, "UTS: an unbalanced tree search
 * benchmark", 2006.
 *
 * @param type -t, how the number of children is found
 * @param shape -a, how the geometric distribution changes with depth
 * @param b -b, children of the root; of geometric trees the number to expect
 * @param d -d, depth by which the geometric shapes go, and that of a balanced tree
 * @param r -r, the root's seed
 * @param q -q, the chance of a binomial node to have children
 * @param m -m, how many it has then
 * @param f -f, up to which part of d a hybrid tree is geometric
 * @param g -g, SHA-1 evaluations for each child; all but one for nothing
 */
record Tree(Type type, Shape shape, double b, int d, int r, double q, int m, double f, int g) {
    /** What UTS takes where nothing is said. */
    static final Tree DEFAULT =
            new Tree(Type.GEOMETRIC, Shape.LINEAR, 4, 6, 0, 15.0 / 64, 4, 0.5, 1);

    /** By the number of -t. */
    enum Type {
        BINOMIAL(0),
        GEOMETRIC(1),
        HYBRID(2),
        BALANCED(3);

        final int number;

        Type(int number) {
            this.number = number;
        }
    }

    /** By the number of -a. */
    enum Shape {
        LINEAR(0),
        EXPDEC(1),
        CYCLIC(2),
        FIXED(3);

        final int number;

        Shape(int number) {
            this.number = number;
        }
    }

    private static final int MAX_DEPTH = 1 << 20;
    private static final int MAX_NUMBER = 1 << 20;
    private static final double MAX_GROWTH = 1.001; // T3L is a little above 1, and has an end
    private static final double MAX_BALANCED = 1e15;

    /**
     * Checks all.
     *
     * @throws IllegalArgumentException naming the first that is out of range
     */
    Tree {
        check(b >= 0 && b <= MAX_NUMBER, "-b must be from 0 to 2^20: " + b);
        check(d >= 1 && d <= MAX_DEPTH, "-d must be from 1 to 2^20: " + d);
        check(q >= 0 && q <= 1, "-q must be from 0 to 1: " + q);
        check(m >= 0 && m <= MAX_NUMBER, "-m must be from 0 to 2^20: " + m);
        check(f >= 0 && f <= 1, "-f must be from 0 to 1: " + f);
        check(g >= 1 && g <= MAX_NUMBER, "-g must be from 1 to 2^20: " + g);
        boolean isBinomial = type == Type.BINOMIAL || type == Type.HYBRID;
        check(
                !isBinomial || q * Math.min(m, Branching.MAX_CHILDREN) <= MAX_GROWTH,
                "-q times -m must be at most "
                        + MAX_GROWTH
                        + ", or the tree may have no end: "
                        + q
                        + " * "
                        + m);
        boolean isGeometric = type == Type.GEOMETRIC || type == Type.HYBRID;
        check(
                !isGeometric || shape != Shape.EXPDEC || (b > 1 && d > 1),
                "-b and -d must be above 1 for this -a: " + b + ", " + d);
        check(
                !isGeometric || shape != Shape.CYCLIC || b > 0,
                "-b must be above 0 for this -a: " + b);
        check(
                type != Type.BALANCED || d * Math.log(Math.floor(b)) < Math.log(MAX_BALANCED),
                "a balanced tree of this -b and -d has more than 10^15 nodes: " + b + ", " + d);
    }

    private static void check(boolean good, String message) {
        if (!good) {
            throw new IllegalArgumentException(message);
        }
    }

    /** The same nodes, hashed once each. */
    Tree ofOneHash() {
        return new Tree(type, shape, b, d, r, q, m, f, 1);
    }

    /** SHA-1 evaluations for a tree of so many nodes. */
    long hashes(long nodes) {
        return 1 + (nodes - 1) * g;
    }

    /** Those that matter for this type, as UTS would have them. */
    Map<String, Object> params() {
        boolean isGeometric = type == Type.GEOMETRIC || type == Type.HYBRID;
        Map<String, Object> params = new LinkedHashMap<>();
        params.put("t", type.number);
        if (isGeometric) {
            params.put("a", shape.number);
        }
        if (type != Type.BINOMIAL) {
            params.put("d", d);
        }
        params.put("b", b);
        if (type != Type.GEOMETRIC && type != Type.BALANCED) {
            params.put("q", q);
            params.put("m", m);
        }
        if (type == Type.HYBRID) {
            params.put("f", f);
        }
        params.put("r", r);
        params.put("g", g);
        return params;
    }

    /** As a line to read. */
    String describe() {
        String shaped =
                type == Type.GEOMETRIC || type == Type.HYBRID
                        ? ", " + shape.name().toLowerCase(Locale.ROOT)
                        : "";
        StringBuilder options = new StringBuilder();
        params().forEach(
                        (name, value) ->
                                options.append(" -").append(name).append(' ').append(value));
        return type.name().toLowerCase(Locale.ROOT) + shaped + ":" + options;
    }
}
