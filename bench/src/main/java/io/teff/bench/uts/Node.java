// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.uts;

import io.teff.mpi.executor.MpiFunction;
import java.nio.ByteBuffer;

/**
 * A node of the tree: a SHA-1 hash, and what follows from it and its depth. Written by the walk that owns
 * it, which writes another node into the same object once this one's children are done.
 */
final class Node {
    /** How a node gets to another process. */
    static final MpiFunction.RefCodec<Node> CODEC =
            new MpiFunction.RefCodec<>() {
                @Override
                public byte[] encode(Node node) {
                    ByteBuffer bytes = ByteBuffer.allocate(STATE_BYTES + 2 * Integer.BYTES);
                    bytes.put(node.state).putInt(node.depth).putInt(node.children);
                    return bytes.array();
                }

                @Override
                public Node decode(byte[] bytes) {
                    ByteBuffer buffer = ByteBuffer.wrap(bytes);
                    Node node = new Node();
                    buffer.get(node.state);
                    node.depth = buffer.getInt();
                    node.children = buffer.getInt();
                    return node;
                }
            };

    static final int STATE_BYTES = 20;

    final byte[] state = new byte[STATE_BYTES];
    int depth;
    int children;
}
