// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.uts;

import java.util.List;
import java.util.Optional;

/**
 * A tree that UTS names, and what is in it.
 *
 * @param name its name
 * @param tree its parameters
 * @param totals what a search finds
 */
record NamedTree(String name, Tree tree, Totals totals) {
    static final NamedTree T1 =
            geometric("T1", Tree.Shape.FIXED, 4, 10, 19, 4_130_071, 3_305_118, 10);

    /** Those of 4, of 100 and of 1600 million nodes. */
    static final List<NamedTree> ALL =
            List.of(
                    T1,
                    geometric("T2", Tree.Shape.CYCLIC, 6, 16, 502, 4_117_769, 2_342_762, 81),
                    binomial("T3", 0.124875, 8, 42, 4_112_897, 3_599_034, 1572),
                    new NamedTree(
                            "T4",
                            new Tree(
                                    Tree.Type.HYBRID,
                                    Tree.Shape.LINEAR,
                                    6,
                                    16,
                                    1,
                                    0.234375,
                                    4,
                                    0.5,
                                    1),
                            new Totals(4_132_453, 3_108_986, 134)),
                    geometric("T5", Tree.Shape.LINEAR, 4, 20, 34, 4_147_582, 2_181_318, 20),
                    geometric("T1L", Tree.Shape.FIXED, 4, 13, 29, 102_181_082, 81_746_377, 13),
                    geometric("T2L", Tree.Shape.CYCLIC, 7, 23, 220, 96_793_510, 53_791_152, 67),
                    binomial("T3L", 0.200014, 5, 7, 111_345_631, 89_076_904, 17_844),
                    geometric(
                            "T1XL", Tree.Shape.FIXED, 4, 15, 29, 1_635_119_272, 1_308_100_063, 15));

    private static NamedTree geometric(
            String name,
            Tree.Shape shape,
            double b,
            int d,
            int r,
            long nodes,
            long leaves,
            int depth) {
        Tree other = Tree.DEFAULT;
        Tree tree =
                new Tree(Tree.Type.GEOMETRIC, shape, b, d, r, other.q(), other.m(), other.f(), 1);
        return new NamedTree(name, tree, new Totals(nodes, leaves, depth));
    }

    private static NamedTree binomial(
            String name, double q, int m, int r, long nodes, long leaves, int depth) {
        Tree other = Tree.DEFAULT;
        Tree tree =
                new Tree(Tree.Type.BINOMIAL, other.shape(), 2000, other.d(), r, q, m, other.f(), 1);
        return new NamedTree(name, tree, new Totals(nodes, leaves, depth));
    }

    /** By its name, in letters of either case. */
    static Optional<NamedTree> named(String name) {
        return ALL.stream().filter(tree -> tree.name.equalsIgnoreCase(name)).findFirst();
    }

    /** The one of these parameters, whatever its work for each node. */
    static Optional<NamedTree> of(Tree tree) {
        Tree plain = tree.ofOneHash();
        return ALL.stream().filter(named -> named.tree.equals(plain)).findFirst();
    }
}
