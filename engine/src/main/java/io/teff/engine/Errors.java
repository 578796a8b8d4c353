// SPDX-License-Identifier: Apache-2.0
package io.teff.engine;

/** How throwables travel from the thread that met them to the one that must know. */
final class Errors {
    private static final int PROBE_DEPTH = 64;
    private static final int WAKE_DEPTH = 256; // some 4 KB where it is compiled, 200 ns

    private Errors() {}

    /** Throws anything, checked or not: a join rethrows just what its fork threw. Never returns. */
    static RuntimeException sneak(Throwable error) {
        Errors.<RuntimeException>raise(error);
        throw new AssertionError(error);
    }

    @SuppressWarnings("unchecked") // the compiler forgets which exceptions are checked
    private static <E extends Throwable> void raise(Throwable error) throws E {
        throw (E) error;
    }

    /** The first error, with the second one added to it. */
    static Throwable join(Throwable first, Throwable second) {
        if (second == null || second == first) {
            return first;
        }
        if (first == null) {
            return second;
        }
        first.addSuppressed(second);
        return first;
    }

    /**
     * Whether some more calls fit on this thread's stack. Asked before a thread that is deep in its
     * own recursion takes on other work: what it takes it must be able to finish.
     */
    static boolean stackHasRoom() {
        return stackHasRoom(PROBE_DEPTH);
    }

    /** Whether a sleeper can be woken on this thread's stack without an overflow half-way. */
    static boolean stackHasRoomToWake() {
        return stackHasRoom(WAKE_DEPTH);
    }

    private static boolean stackHasRoom(int depth) {
        try {
            return probe(depth) == depth;
        } catch (StackOverflowError full) {
            return false;
        }
    }

    private static int probe(int depth) {
        return depth == 0 ? 0 : 1 + probe(depth - 1);
    }
}
