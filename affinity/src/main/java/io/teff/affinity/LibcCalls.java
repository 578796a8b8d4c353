// SPDX-License-Identifier: Apache-2.0
package io.teff.affinity;

import com.sun.jna.Native;
import com.sun.jna.NativeLong;
import com.sun.jna.Platform;

/**
 * The C library's calls through JNA: some microseconds each, no file, no process.
 *
 * <p>Initializing this class loads JNA's native part. On JDK 24 and newer that prints a warning
 * unless native access was granted, so {@link PinningWay} opens it only when that is silent.
 */
final class LibcCalls implements ThreadCalls {
    /** A constant, so that reading it loads nothing. */
    static final String WHY = "sched_setaffinity through JNA";

    private static final int CALLING_THREAD = 0;
    private static final int EPERM = 1;
    private static final int EINVAL = 22;

    /** Words of the first mask tried, for 1024 CPUs; grows while the kernel finds it too small. */
    private static final int FIRST_WORDS = 16;

    private static final int MOST_WORDS = (CpuSet.MAX_ID + 1) / Long.SIZE;

    static {
        Native.register(LibcCalls.class, Platform.C_LIBRARY_NAME);
    }

    /**
     * Loads JNA and tries it.
     *
     * @throws LinkageError when JNA, its native part or one of the calls is missing
     */
    static LibcCalls load() {
        LibcCalls calls = new LibcCalls();
        if (calls.mask().isEmpty()) {
            throw new UnsatisfiedLinkError("sched_getaffinity failed, " + error());
        }
        return calls;
    }

    private static native int sched_setaffinity(int pid, NativeLong maskBytes, long[] mask);

    private static native int sched_getaffinity(int pid, NativeLong maskBytes, long[] mask);

    private static native int sched_getcpu();

    @Override
    public String pin(CpuSet asked) {
        long[] mask = asked.toMask();
        return sched_setaffinity(CALLING_THREAD, bytes(mask), mask) == 0
                ? ""
                : "sched_setaffinity failed, " + error();
    }

    @Override
    public CpuSet mask() {
        for (int words = FIRST_WORDS; words <= MOST_WORDS; words *= 2) {
            long[] mask = new long[words];
            if (sched_getaffinity(CALLING_THREAD, bytes(mask), mask) == 0) {
                return CpuSet.ofMask(mask);
            }
            if (Native.getLastError() != EINVAL) {
                break;
            }
        }
        return CpuSet.of();
    }

    @Override
    public int currentCpu() {
        return Math.max(UNKNOWN_CPU, sched_getcpu());
    }

    @Override
    public boolean canPin() {
        return true;
    }

    @Override
    public String why() {
        return WHY;
    }

    private static NativeLong bytes(long[] mask) {
        return new NativeLong((long) mask.length * Long.BYTES);
    }

    private static String error() {
        int errno = Native.getLastError();
        return switch (errno) {
            case EPERM -> "EPERM: not permitted";
            case EINVAL -> "EINVAL: none of these CPUs is online and allowed";
            default -> "errno " + errno;
        };
    }
}
