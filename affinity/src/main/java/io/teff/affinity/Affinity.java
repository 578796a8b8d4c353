// SPDX-License-Identifier: Apache-2.0
package io.teff.affinity;

/**
 * Pins the calling thread to CPUs and tells where it runs.
 *
 * <p>Nothing here throws for what a system cannot or may not do, and nothing prints: results say what
 * was asked, what the thread got and why. Any thread may call any method; each call is about the
 * calling thread. Threads started by a pinned thread begin with its mask.
 *
 * <p>Linux only. The first pin loads JNA, if that is silent: since JDK 24 it is so only with {@code
 * --enable-native-access=ALL-UNNAMED}. Without that, pins go through the {@code taskset} program,
 * some milliseconds each, and queries read {@code /proc}.
 */
public final class Affinity {
    private Affinity() {}

    /** Loads JNA, if at all, when the first thread is pinned. */
    private static final class Opened {
        static final ThreadCalls CALLS = PinningWay.decide().open(LibcCalls::load);
    }

    /** Reads {@code /proc} until the first pin, then whatever that opened. */
    private static volatile ThreadCalls queries = new ProcCalls(PinningWay.decide());

    private static volatile boolean opened;

    /**
     * Restricts the calling thread to the CPUs of {@code asked}; those that are not allowed are left
     * out by the system. To undo it, pin to what {@link #currentMask} gave before.
     *
     * <p>A virtual thread is refused: it has no mask of its own.
     */
    public static PinResult pinCurrentThread(CpuSet asked) {
        if (asked.isEmpty()) {
            return new PinResult(asked, currentMask(), "no CPU was asked for");
        }
        if (isVirtual(Thread.currentThread())) {
            return new PinResult(asked, currentMask(), "a virtual thread cannot be pinned");
        }
        ThreadCalls calls = open();
        String problem = calls.pin(asked);
        CpuSet got = calls.mask();
        return new PinResult(asked, got, problem.isEmpty() ? done(calls, asked, got) : problem);
    }

    private static String done(ThreadCalls calls, CpuSet asked, CpuSet got) {
        CpuSet missing = asked.minus(got);
        return missing.isEmpty() ? calls.why() : calls.why() + "; not allowed here: " + missing;
    }

    /** The CPUs that the calling thread may run on; empty when this system cannot tell. */
    public static CpuSet currentMask() {
        return queries.mask();
    }

    /**
     * The CPU the calling thread was running on a moment ago, or -1 when this system cannot tell. It
     * may have moved since, unless it is pinned to one CPU.
     */
    public static int currentCpu() {
        return queries.currentCpu();
    }

    /** Whether pinning can be expected to work; loads nothing. */
    public static boolean available() {
        return opened ? queries.canPin() : PinningWay.decide().canPin();
    }

    /** How threads are pinned here, or why they cannot be; loads nothing. */
    public static String why() {
        return opened ? queries.why() : PinningWay.decide().why();
    }

    private static ThreadCalls open() {
        if (!opened) {
            queries = Opened.CALLS;
            opened = true;
        }
        return Opened.CALLS;
    }

    private static boolean isVirtual(Thread thread) {
        try {
            return (boolean) Thread.class.getMethod("isVirtual").invoke(thread);
        } catch (ReflectiveOperationException olderThanJdk21) {
            return false;
        }
    }
}
