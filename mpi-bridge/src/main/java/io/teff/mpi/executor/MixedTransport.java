// SPDX-License-Identifier: Apache-2.0
package io.teff.mpi.executor;

/** Ranks of this node by one transport, the others by another; both know all ranks by number. */
final class MixedTransport implements Transport {
    private final Transport near;
    private final Transport far;
    private final boolean[] isNear;
    private boolean isFarFirst;

    /** The first one reaches these ranks. */
    MixedTransport(Transport near, int[] ranks, Transport far) {
        this.near = near;
        this.far = far;
        isNear = new boolean[near.size()];
        for (int rank : ranks) {
            isNear[rank] = true;
        }
    }

    private Transport to(int rank) {
        return rank >= 0 && rank < isNear.length && isNear[rank] ? near : far;
    }

    @Override
    public int rank() {
        return near.rank();
    }

    @Override
    public int size() {
        return near.size();
    }

    @Override
    public int frameBytes() {
        return Math.min(near.frameBytes(), far.frameBytes());
    }

    @Override
    public boolean claim(int to, Claim into) {
        return to(to).claim(to, into);
    }

    @Override
    public void send(int to, Claim claim, int bytes) {
        to(to).send(to, claim, bytes);
    }

    /** Polls both, each of them first every other time, so that a low limit leaves neither out. */
    @Override
    public int poll(FrameHandler handler, int limit) {
        isFarFirst = !isFarFirst;
        Transport first = isFarFirst ? far : near;
        Transport second = isFarFirst ? near : far;
        int taken = first.poll(handler, limit);
        return taken + second.poll(handler, limit - taken);
    }

    @Override
    public void forget(int rank) {
        to(rank).forget(rank);
    }

    @Override
    public void close() {
        near.close();
        far.close();
    }

    @Override
    public String toString() {
        return near + " and " + far;
    }
}
