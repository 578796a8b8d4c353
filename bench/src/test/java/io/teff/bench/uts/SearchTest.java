// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.uts;

import static org.assertj.core.api.Assertions.assertThat;

import io.teff.bench.uts.Tree.Shape;
import io.teff.engine.Engine;
import io.teff.engine.EngineConfig;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.ArrayDeque;
import java.util.concurrent.ForkJoinPool;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the searches find, on one thread and on several. */
@Timeout(240)
class SearchTest {
    private static final Tree BINOMIAL =
            new Tree(Tree.Type.BINOMIAL, Shape.LINEAR, 200, 6, 42, 0.124, 8, 0.5, 1);

    private static Tree geometric(Shape shape, double b, int d, int r) {
        return new Tree(Tree.Type.GEOMETRIC, shape, b, d, r, 0.1, 4, 0.5, 1);
    }

    private static Totals onEngine(Tree tree, int workers) {
        UtsTask task = new UtsTask(tree);
        try (Engine engine = Engine.start(EngineConfig.builder().workers(workers).build())) {
            long descendants = engine.invoke(task, 0, 0, Walk.root(tree));
            return task.counted().totals(descendants);
        }
    }

    private static Totals onForkJoinPool(Tree tree, int workers) {
        UtsAction.Shared shared = new UtsAction.Shared(tree);
        UtsAction root = new UtsAction(shared, Walk.root(tree));
        ForkJoinPool pool = new ForkJoinPool(workers);
        try {
            pool.invoke(root);
        } finally {
            pool.shutdownNow();
        }
        return shared.counted.totals(root.descendants());
    }

    /** As simply as can be: an object for each node, a new digest for each hash. */
    private static Totals slowly(Tree tree) throws Exception {
        Branching branching = new Branching(tree);
        ArrayDeque<Node> open = new ArrayDeque<>();
        byte[] seed = ByteBuffer.allocate(20).putInt(16, tree.r()).array();
        open.push(hashed(seed, 0));
        long nodes = 0;
        long leaves = 0;
        int deepest = 0;
        while (!open.isEmpty()) {
            Node node = open.pop();
            nodes++;
            deepest = Math.max(deepest, node.depth);
            int random = ByteBuffer.wrap(node.state).getInt(16) & 0x7fffffff;
            int children = branching.children(random, node.depth);
            leaves += children == 0 ? 1 : 0;
            for (int i = 0; i < children; i++) {
                byte[] input = ByteBuffer.allocate(24).put(node.state).putInt(i).array();
                open.push(hashed(input, node.depth + 1));
            }
        }
        return new Totals(nodes, leaves, deepest);
    }

    private static Node hashed(byte[] input, int depth) throws Exception {
        Node node = new Node();
        byte[] hash = MessageDigest.getInstance("SHA-1").digest(input);
        System.arraycopy(hash, 0, node.state, 0, hash.length);
        node.depth = depth;
        return node;
    }

    @ParameterizedTest
    @ValueSource(strings = {"T1", "T2", "T3", "T4", "T5"})
    void loopFindsWhatIsInTheNamedTrees(String name) {
        NamedTree named = NamedTree.named(name).orElseThrow();
        assertThat(Walk.plain(named.tree())).isEqualTo(named.totals());
    }

    @ParameterizedTest
    @CsvSource({"T1, 1", "T1, 2", "T1, 3", "T3, 1", "T3, 3"})
    void engineFindsTheSame(String name, int workers) {
        NamedTree named = NamedTree.named(name).orElseThrow();
        assertThat(onEngine(named.tree(), workers)).isEqualTo(named.totals());
    }

    @ParameterizedTest
    @CsvSource({"T1, 2", "T3, 3"})
    void forkJoinPoolFindsTheSame(String name, int workers) {
        NamedTree named = NamedTree.named(name).orElseThrow();
        assertThat(onForkJoinPool(named.tree(), workers)).isEqualTo(named.totals());
    }

    @ParameterizedTest
    @Tag("slow")
    @ValueSource(strings = {"T1L", "T2L", "T3L"})
    void engineFindsWhatIsInTheLargeTrees(String name) {
        NamedTree named = NamedTree.named(name).orElseThrow();
        assertThat(onEngine(named.tree(), 2)).isEqualTo(named.totals());
    }

    @Test
    void allFindTheSameInSmallTreesOfEveryShape() throws Exception {
        Tree balanced = new Tree(Tree.Type.BALANCED, Shape.LINEAR, 3.9, 7, 5, 0.1, 4, 0.5, 1);
        assertThat(Walk.plain(balanced)).isEqualTo(new Totals(3280, 2187, 7)); // (3^8 - 1) / 2
        Tree[] trees = {
            balanced,
            BINOMIAL,
            geometric(Shape.FIXED, 3, 7, 0),
            geometric(Shape.LINEAR, 4, 8, 0),
            geometric(Shape.EXPDEC, 4, 5, 0),
            geometric(Shape.CYCLIC, 3, 5, 0),
            new Tree(Tree.Type.HYBRID, Shape.FIXED, 4, 8, 0, 0.24, 4, 0.6, 3),
        };
        for (Tree tree : trees) {
            Totals totals = slowly(tree);
            assertThat(totals.nodes()).as(tree.describe()).isGreaterThan(100);
            assertThat(Walk.plain(tree)).as(tree.describe()).isEqualTo(totals);
            for (int workers = 1; workers <= 3; workers++) {
                assertThat(onEngine(tree, workers)).as(tree.describe()).isEqualTo(totals);
                assertThat(onForkJoinPool(tree, workers)).as(tree.describe()).isEqualTo(totals);
            }
        }
    }

    @Test
    void rootAloneIsALeaf() {
        Tree tree = new Tree(Tree.Type.BINOMIAL, Shape.LINEAR, 0.5, 6, 0, 0.1, 4, 0.5, 1);
        Totals one = new Totals(1, 1, 0);
        assertThat(Walk.plain(tree)).isEqualTo(one);
        assertThat(onEngine(tree, 1)).isEqualTo(one);
        assertThat(onForkJoinPool(tree, 1)).isEqualTo(one);
    }

    @Test
    void treeOfOneLongBranchNeedsNoDeepStack() {
        Tree tree = new Tree(Tree.Type.BALANCED, Shape.LINEAR, 1, 300_000, 1, 0.1, 4, 0.5, 1);
        Totals totals = new Totals(300_001, 1, 300_000);
        assertThat(Walk.plain(tree)).isEqualTo(totals);
        assertThat(onEngine(tree, 2)).isEqualTo(totals);
        assertThat(onForkJoinPool(tree, 2)).isEqualTo(totals);
    }

    /** With b = 4 and d = 16 the expectation is 4 / sqrt(depth). */
    @Test
    void exponentialDecreaseFollowsItsFormula() {
        Branching branching = new Branching(geometric(Shape.EXPDEC, 4, 16, 0));
        double[] expected = {4, 4, 4 / Math.sqrt(2), 0, 2};
        for (int depth : new int[] {0, 1, 2, 4, 16}) {
            double b = depth == 16 ? 1 : expected[depth];
            for (double u : new double[] {0.01, 0.3, 0.55, 0.73, 0.9, 0.99}) {
                int random = (int) (u * 0x1p31);
                int children = (int) (Math.log(1 - u) / Math.log(b / (1 + b)));
                assertThat(branching.children(random, depth)).isEqualTo(children);
            }
        }
    }

    @Test
    void familiesAreLimited() {
        Branching wide =
                new Branching(
                        new Tree(Tree.Type.GEOMETRIC, Shape.FIXED, 1e5, 3, 0, 0.1, 4, 0.5, 1));
        assertThat(wide.children(Integer.MAX_VALUE, 0)).isEqualTo(100);
        assertThat(wide.children(0, 0)).isZero();
        Branching root =
                new Branching(
                        new Tree(
                                Tree.Type.BINOMIAL, Shape.FIXED, 2000.9, 3, 0, 0.001, 500, 0.5, 1));
        assertThat(root.children(0, 0)).isEqualTo(2000);
        assertThat(root.children(0, 1)).isEqualTo(100);
        assertThat(root.children(Integer.MAX_VALUE, 1)).isZero();
    }

    @Test
    void nodesTravelWhole() {
        Node root = Walk.root(NamedTree.T1.tree());
        root.depth = 77;
        Node copy = Node.CODEC.decode(Node.CODEC.encode(root));
        assertThat(copy.state).isEqualTo(root.state);
        assertThat(copy.depth).isEqualTo(77);
        assertThat(copy.children).isEqualTo(root.children).isPositive();
    }
}
