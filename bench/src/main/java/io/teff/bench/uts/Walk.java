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

    private final Object owner;
    private final Branching branching;
    private final int hashesPerChild;
    private final MessageDigest sha1 = sha1();
    private final byte[] input = new byte[Node.STATE_BYTES + Integer.BYTES];
    private Node[] stack = new Node[0];
    private int size;
    private int depth; // of the children that are made now
    private int deepest;
    private long leaves;

    /** A walk; its nodes will say that they are {@code owner}'s. */
    Walk(Tree tree, Branching branching, Object owner) {
        this.owner = owner;
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
        Walk walk = new Walk(tree, new Branching(tree), null);
        Node next = root(tree);
        long nodes = 1;
        while (true) {
            int children = walk.enter(next);
            nodes += children;
            for (int i = 0; i < children; i++) {
                if (walk.make(i)) {
                    walk.push();
                }
            }
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
        Node root = new Node(null);
        System.arraycopy(sha1().digest(seed), 0, root.state, 0, Node.STATE_BYTES);
        root.children = new Branching(tree).children(random(root.state), 0);
        return root;
    }

    private static int random(byte[] state) {
        return (int) INTS.get(state, RANDOM_AT) & Integer.MAX_VALUE;
    }

    /** Makes this node the parent of the next children; says how many there are. */
    int enter(Node parent) {
        System.arraycopy(parent.state, 0, input, 0, Node.STATE_BYTES);
        depth = parent.depth + 1;
        if (parent.children > 0 && depth > deepest) {
            deepest = depth;
        }
        return parent.children;
    }

    /** Makes a child; says whether it has children. It is lost with the next, unless it is pushed. */
    boolean make(int number) {
        Node child = stack[size];
        hash(number, child.state);
        int children = branching.children(random(child.state), depth);
        if (children == 0) {
            leaves++;
            return false;
        }
        child.depth = depth;
        child.children = children;
        return true;
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
        Walk walk = new Walk(tree.ofOneHash(), new Branching(tree), null);
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

    /** Keeps the child that was made last. */
    Node push() {
        Node kept = stack[size++];
        if (size == stack.length) {
            grow();
        }
        return kept;
    }

    /** The newest of those that are kept. */
    Node newest() {
        return stack[size - 1];
    }

    /** Takes it off; it stays as it is until the next child is made. */
    Node pop() {
        return stack[--size];
    }

    /** Takes the newest off for good: another object takes its place. */
    Node detach() {
        Node newest = stack[--size];
        stack[size] = new Node(owner);
        return newest;
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
            stack[i] = new Node(owner);
        }
    }
}
