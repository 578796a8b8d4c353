// SPDX-License-Identifier: Apache-2.0
package io.teff.engine;

/**
 * The inner loop over one block of a range, in a copy of its own for each class of loop body; see
 * {@link BodyCopies} for why.
 *
 * <p>{@code block} is how many elements the kernel last found to take some microseconds. It is a hint
 * that all threads read and write without order.
 */
abstract class LoopKernel {
    private static final long BLOCK_SHORT_NS = 2_000;
    private static final long BLOCK_LONG_NS = 10_000;
    private static final int MAX_BLOCK = 1 << 20;
    private static final int FEW = 32;

    private static final int TIME_EVERY = 16;

    int block = 1;
    private int untimed; // as racy as block
    private int quick; // loops in a row that took no longer than a block; as racy

    /**
     * Runs the body over [lo, hi).
     *
     * @param out where results go, for kernels that have such a place
     * @param acc what the blocks before this one came to, as {@link #zero()} or a former return
     */
    abstract long run(Object body, Object out, long lo, long hi, long acc);

    /** What no block at all comes to. */
    long zero() {
        return 0;
    }

    /** What two neighbouring stretches come to together, the left one first. */
    long combine(long left, long right) {
        return 0;
    }

    /**
     * How many elements to run before the next look at who is hungry, with {@code rest} to go. Where an
     * element takes so long that a block has few, its neighbours may take longer still: no block is
     * then more than a small part of what is left.
     */
    final long sizeFor(long rest) {
        int b = block;
        return b < FEW ? Math.min(b, Math.max(1, rest / FEW)) : b;
    }

    /**
     * How many elements of a loop of so many to run first. While too few loops have been quick for
     * {@link #block} to be relied on, a small part: so a body that has become slow shows before much of the
     * loop has run on one thread.
     */
    final long firstSize(long size, long elements) {
        return isSure() ? size : Math.min(size, Math.max(1, elements / FEW));
    }

    /**
     * Whether that many elements are no more than a block, which need not be timed again: every so often
     * this says no, so that a body which has become slower is found out.
     */
    final boolean isKnownBlock(long elements) {
        return elements <= block && isSure() && (++untimed & TIME_EVERY - 1) != 0;
    }

    private boolean isSure() {
        return quick >= TIME_EVERY;
    }

    /** After a whole loop, on one thread, that took {@code ns}. */
    final void ran(long ns) {
        if (ns > BLOCK_LONG_NS) {
            quick = 0;
        } else if (!isSure()) {
            quick++;
        }
    }

    /** After a block that took {@code ns}: aims at some microseconds for the next. */
    final void tune(long elements, long ns) {
        int b = block;
        if (ns > BLOCK_LONG_NS && b > 1) {
            block = (int) Math.max(1, elements * BLOCK_SHORT_NS / ns);
        } else if (elements >= b && ns < BLOCK_SHORT_NS && b < MAX_BLOCK) {
            block = b * 2;
        }
    }
}
