// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.uts;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/**
 * One thread's part of a search: it makes the children of a node, counts them, and keeps those that have
 * children themselves on a stack of nodes which it uses again and again. Allocates nothing once the stack is
 * high enough.
 *
 * <p>A child's state is the SHA-1 hash of its parent's, followed by its number. The JDK's {@link
 * MessageDigest}, made once for each walk, is what hashes: where the processor has SHA instructions the JVM
 * uses them, and then it is far ahead of a compression of one block written out in Java.
 */
final class Walk extends WalkPads {
    private static final VarHandle INTS =
            MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final int NUMBER_AT = Node.STATE_BYTES;
    private static final int RANDOM_AT = Node.STATE_BYTES - Integer.BYTES;

    private final Branching branching;
    private final int hashesPerChild;
    private final MessageDigest sha1 = sha1();
    private final byte[] input = new byte[Node.STATE_BYTES + Integer.BYTES];
    private Node[] stack = new Node[0];
    private int size;
    private int depth; // of the children that are made now
    private int deepest;
    private long leaves;

    Walk(Tree tree, Branching branching) {
        this.branching = branching;
        hashesPerChild = tree.g();
        grow();
    }

    static MessageDigest sha1() {
        try {
            return MessageDigest.getInstance("SHA-1");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every JDK has SHA-1", e);
        }
    }

    /** The whole tree on this thread: its totals. */
    static Totals plain(Tree tree) {
        Walk walk = new Walk(tree, new Branching(tree));
        Node next = root(tree);
        long nodes = 1;
        while (true) {
            nodes += walk.expand(next);
            if (walk.size == 0) {
                return new Totals(
                        nodes, walk.takeLeaves() + (nodes == 1 ? 1 : 0), walk.takeDeepest());
            }
            next = walk.pop();
        }
    }

    /** The root, nobody's node. */
    static Node root(Tree tree) {
        byte[] seed = new byte[Node.STATE_BYTES];
        INTS.set(seed, RANDOM_AT, tree.r());
        Node root = new Node();
        System.arraycopy(sha1().digest(seed), 0, root.state, 0, Node.STATE_BYTES);
        root.children = new Branching(tree).children(random(root.state), 0);
        return root;
    }

    private static int random(byte[] state) {
        return (int) INTS.get(state, RANDOM_AT) & Integer.MAX_VALUE;
    }

    /**
     * Makes the children of a node, and keeps those that have children themselves; says how many there are
     * in all. Whether one has children is not to be foreseen, so nothing branches on it: each is made in the
     * place where it would be kept, and the next one takes that place if it was a leaf.
     */
    int expand(Node parent) {
        int children = parent.children;
        enter(parent);
        if (children > 0 && depth > deepest) {
            deepest = depth;
        }
        int from = size;
        for (int i = 0; i < children; i++) {
            Node child = stack[size];
            hash(i, child.state);
            int below = branching.children(random(child.state), depth);
            child.depth = depth;
            child.children = below;
            size += -below >>> Integer.SIZE - 1; // 1 if there are any
            if (size == stack.length) {
                grow();
            }
        }
        leaves += children - (size - from);
        return children;
    }

    private void enter(Node parent) {
        System.arraycopy(parent.state, 0, input, 0, Node.STATE_BYTES);
        depth = parent.depth + 1;
    }

    private void hash(int number, byte[] output) {
        INTS.set(input, NUMBER_AT, number);
        for (int i = hashesPerChild; i > 0; i--) {
            sha1.update(input, 0, input.length);
            try {
                sha1.digest(output, 0, Node.STATE_BYTES);
            } catch (DigestException e) {
                throw new AssertionError("20 bytes are room enough", e);
            }
        }
    }

    /** So many hashes and nothing else, in families as a tree's; gives the last random number. */
    static int hashes(Tree tree, long count) {
        Walk walk = new Walk(tree.ofOneHash(), new Branching(tree));
        Node parent = root(tree);
        byte[] child = walk.stack[0].state;
        walk.enter(parent);
        for (long i = 0; i < count; i++) {
            walk.hash((int) i & 3, child);
            if ((i & 3) == 3) {
                System.arraycopy(child, 0, walk.input, 0, Node.STATE_BYTES);
            }
        }
        return random(child);
    }

    /** The node that was kept so many after the first. */
    Node kept(int index) {
        return stack[index];
    }

    /** Takes the newest off; it stays as it is until the next child is made. */
    Node pop() {
        return stack[--size];
    }

    /** Gives one away for good: another object takes its place. */
    Node detach(int index) {
        Node node = stack[index];
        stack[index] = new Node();
        return node;
    }

    /** How many are kept. */
    int size() {
        return size;
    }

    /** Forgets those above the first so many. */
    void cut(int size) {
        this.size = size;
    }

    /** Leaves since the last call. */
    long takeLeaves() {
        long taken = leaves;
        leaves = 0;
        return taken;
    }

    /** Depth of the deepest child since the last call. */
    int takeDeepest() {
        int taken = deepest;
        deepest = 0;
        return taken;
    }

    private void grow() {
        int from = stack.length;
        stack = Arrays.copyOf(stack, Math.max(64, 2 * from));
        for (int i = from; i < stack.length; i++) {
            stack[i] = new Node();
        }
    }
}
