// SPDX-License-Identifier: Apache-2.0
package io.teff.mpi.executor;

import java.util.List;

/** Calls with bytes that came together. Each is drawn for itself: it may be long, or wait for another. */
final class ServedBatch extends DrawnCalls {
    private final List<ServedCall> calls;

    ServedBatch(Serving serving, Peer from, List<ServedCall> calls) {
        super(serving, from, calls.size(), 1);
        this.calls = calls;
    }

    @Override
    void call(int first, int end, long[] values) {
        for (int i = first; i < end; i++) {
            calls.get(i).run(serving, from);
        }
    }
}
