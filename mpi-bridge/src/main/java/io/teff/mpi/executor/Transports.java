// SPDX-License-Identifier: Apache-2.0
package io.teff.mpi.executor;

import io.teff.mpi.Comm;
import io.teff.mpi.Mpi;
import io.teff.mpi.NativeBuffer;
import io.teff.mpi.SharedWindow;
import java.nio.ByteBuffer;

/**
 * Chooses what carries frames: shared memory to the ranks of the same node, messages to the others; or
 * messages to all, with {@code -Dteff.mpi.rings=false} on all ranks.
 */
final class Transports {
    private static final String RINGS = "teff.mpi.rings";

    /** Of a message to a rank of the same node, which Open MPI sends at once up to 4096 with its own. */
    private static final int NEAR_MESSAGE_BYTES = 4000;

    private static final int FAR_MESSAGE_BYTES = 16 << 10;

    private Transports() {}

    /**
     * Opens it on all ranks, which must all call; the only time at which they wait for each other. What
     * they share is freed by {@link Mpi#close}, unless one of them was forgotten.
     */
    static Transport open(Mpi mpi) {
        Comm world = mpi.world().dup();
        Comm node = world.node();
        boolean hasRings = agreeOnRings(world);
        boolean isWithinNode = world.allReduce(node.size(), Comm.Op.MAX) > 1;
        int message = isWithinNode && !hasRings ? NEAR_MESSAGE_BYTES : FAR_MESSAGE_BYTES;
        int frame = message - MessageTransport.HEADER;
        if (!hasRings || node.size() == 1) {
            frame = agreeOnFrames(world, frame);
            return new MessageTransport(world, frame);
        }
        RingSize ring = RingSize.of(node.size());
        frame = agreeOnFrames(world, Math.min(frame, ring.frameBytes()));
        int[] ranks = ranks(world, node);
        RingTransport rings = rings(world, node, ranks, ring.withFrames(frame));
        return node.size() == world.size()
                ? rings
                : new MixedTransport(rings, ranks, new MessageTransport(world, frame));
    }

    private static boolean agreeOnRings(Comm world) {
        String property = System.getProperty(RINGS, "true");
        if (!property.equals("true") && !property.equals("false")) {
            throw new IllegalArgumentException(RINGS + " must be true or false: " + property);
        }
        long mine = property.equals("true") ? 1 : 0;
        long least = world.allReduce(mine, Comm.Op.MIN);
        if (least != world.allReduce(mine, Comm.Op.MAX)) {
            throw new IllegalStateException(
                    RINGS + " must be the same on all ranks: on " + world + " it is " + property);
        }
        return least == 1;
    }

    /** What all ranks can take. */
    private static int agreeOnFrames(Comm world, int frameBytes) {
        return (int) world.allReduce(frameBytes, Comm.Op.MIN);
    }

    private static RingTransport rings(Comm world, Comm node, int[] ranks, RingSize ring) {
        SharedWindow window = node.allocateShared(RingTransport.partBytes(node.size(), ring));
        ByteBuffer[] parts = new ByteBuffer[node.size()];
        for (int i = 0; i < parts.length; i++) {
            parts[i] = window.part(i);
        }
        RingTransport rings =
                new RingTransport(world.rank(), world.size(), ranks, parts, ring, window::abandon);
        rings.clear();
        node.barrier();
        return rings;
    }

    /** Which rank of the world each rank of the node is. */
    private static int[] ranks(Comm world, Comm node) {
        NativeBuffer word = NativeBuffer.allocate(Integer.BYTES);
        int[] ranks = new int[node.size()];
        for (int i = 0; i < ranks.length; i++) {
            word.bytes().putInt(0, world.rank());
            node.bcast(word, Integer.BYTES, i);
            ranks[i] = word.bytes().getInt(0);
        }
        return ranks;
    }
}
