// SPDX-License-Identifier: Apache-2.0
package io.teff.mpi.executor;

import java.util.ArrayList;
import java.util.List;

/** Bytes that came in one frame as results, or say what was thrown. */
final class Answers extends ResultBatch {
    private final List<OpenCalls.Call> calls = new ArrayList<>();
    private final List<byte[]> values = new ArrayList<>();
    private final List<Boolean> failures = new ArrayList<>();

    void add(OpenCalls.Call call, byte[] value, boolean isFailure) {
        calls.add(call);
        values.add(value);
        failures.add(isFailure);
    }

    @Override
    int size() {
        return calls.size();
    }

    @Override
    boolean isPlain(int i) {
        return calls.get(i).receiver.isPlain();
    }

    @Override
    void hand(int i) {
        OpenCalls.Call call = calls.get(i);
        if (failures.get(i)) {
            call.receiver.thrown(call.tag, call.function, values.get(i));
        } else {
            call.receiver.returned(call.tag, values.get(i));
        }
    }
}
