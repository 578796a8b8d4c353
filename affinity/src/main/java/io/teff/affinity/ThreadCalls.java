// SPDX-License-Identifier: Apache-2.0
package io.teff.affinity;

/** One way to pin and query the calling thread. No method throws for what the system refuses. */
interface ThreadCalls {
    /** {@link #currentCpu} when it cannot be known. */
    int UNKNOWN_CPU = -1;

    /** Restricts the calling thread to {@code asked}; empty when done, otherwise what went wrong. */
    String pin(CpuSet asked);

    /** The calling thread's mask; empty when unknown. */
    CpuSet mask();

    /** The CPU the calling thread runs on, or {@link #UNKNOWN_CPU}. */
    int currentCpu();

    /** Whether {@link #pin} can be expected to work. */
    boolean canPin();

    /** The way taken, in words; for a way that cannot pin, the reason. */
    String why();
}
