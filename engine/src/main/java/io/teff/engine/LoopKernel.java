// SPDX-License-Identifier: Apache-2.0
package io.teff.engine;

import java.io.IOException;
import java.io.InputStream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;

/**
 * The inner loop over one block of a range, in a copy of its own for each class of loop body.
 *
 * <p>Why a copy: the JIT inlines a lambda into a loop by what the loop's bytecode has called so far.
 * One shared loop that has met three bodies calls all of them through an interface, at some
 * nanoseconds an element, and can be neither unrolled nor vectorised. So the class file of the kernel
 * is defined once more, as a hidden class, for each body class: each copy has a profile of its own
 * and comes out as a hand-written loop would.
 *
 * <p>{@code block} is how many elements the kernel last found to take some microseconds. It is a hint
 * that all threads read and write without order.
 */
abstract class LoopKernel {
    private static final long BLOCK_SHORT_NS = 2_000;
    private static final long BLOCK_LONG_NS = 10_000;
    private static final int MAX_BLOCK = 1 << 20;
    private static final int FEW = 32;

    int block = 1;

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

    /** After a block that took {@code ns}: aims at some microseconds for the next. */
    final void tune(long elements, long ns) {
        int b = block;
        if (ns > BLOCK_LONG_NS && b > 1) {
            block = (int) Math.max(1, elements * BLOCK_SHORT_NS / ns);
        } else if (elements >= b && ns < BLOCK_SHORT_NS && b < MAX_BLOCK) {
            block = b * 2;
        }
    }

    /** Copies of one kernel, by the class of the loop body. */
    static final class Copies extends ClassValue<LoopKernel> {
        private final Class<? extends LoopKernel> template;

        Copies(Class<? extends LoopKernel> template) {
            this.template = template;
        }

        @Override
        protected LoopKernel computeValue(Class<?> body) {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            try {
                Class<?> copy = lookup.defineHiddenClass(bytes(), true).lookupClass();
                return (LoopKernel)
                        lookup.findConstructor(copy, MethodType.methodType(void.class)).invoke();
            } catch (Throwable error) {
                throw new LinkageError("cannot copy " + template.getName(), error);
            }
        }

        private byte[] bytes() throws IOException {
            String name = template.getName();
            String file = name.substring(name.lastIndexOf('.') + 1) + ".class";
            try (InputStream in = template.getResourceAsStream(file)) {
                if (in == null) {
                    throw new IOException("no class file " + file);
                }
                return in.readAllBytes();
            }
        }
    }
}
