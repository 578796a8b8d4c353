// SPDX-License-Identifier: Apache-2.0
package io.teff.affinity;

/**
 * What became of one request to pin a thread.
 *
 * @param asked the CPUs asked for
 * @param got the thread's mask afterwards; empty when this system cannot tell
 * @param why how it was done, or why it was not; never empty
 */
public record PinResult(CpuSet asked, CpuSet got, String why) {

    /** Whether the thread now runs on CPUs of {@link #asked} only. */
    public boolean pinned() {
        return !got.isEmpty() && asked.containsAll(got);
    }

    @Override
    public String toString() {
        return "asked " + name(asked) + ", got " + name(got) + ": " + why;
    }

    private static String name(CpuSet set) {
        return set.isEmpty() ? "nothing" : set.toString();
    }
}
