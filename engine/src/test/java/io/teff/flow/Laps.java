// SPDX-License-Identifier: Apache-2.0
package io.teff.flow;

import java.util.concurrent.TimeUnit;

/** Counts repetitions of a race: at most so many, fewer on a busy machine, but never few. */
final class Laps {
    private static final int LEAST = 500;
    private static final long LONG_NS = TimeUnit.MILLISECONDS.toNanos(500);

    private final long startNs = System.nanoTime();
    private final int most;
    private int done;

    Laps(int most) {
        this.most = most;
    }

    /** Whether there is another; call once for each. */
    boolean more() {
        boolean more = done < LEAST || (done < most && System.nanoTime() - startNs < LONG_NS);
        done++;
        return more;
    }
}
