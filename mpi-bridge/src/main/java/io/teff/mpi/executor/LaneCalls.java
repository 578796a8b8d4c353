// SPDX-License-Identifier: Apache-2.0
package io.teff.mpi.executor;

import java.nio.ByteBuffer;
import java.util.function.LongBinaryOperator;

/** Calls of one function that came from a lane, under one number. */
final class LaneCalls extends DrawnCalls {
    private final int function;
    private final int number;
    private final long[] arguments; // a and b of each in turn

    /** Reads what follows a {@link Wire#LANE_CALL}'s two words. */
    LaneCalls(
            Serving serving, Peer from, int function, int number, ByteBuffer at, int start, int n) {
        super(serving, from, n);
        this.function = function;
        this.number = number;
        arguments = new long[2 * n];
        at.slice(start, 2 * n * Long.BYTES).order(at.order()).asLongBuffer().get(arguments);
    }

    @Override
    void call(int first, int end, long[] values) {
        LongBinaryOperator body = serving.longs(function);
        int answered = first;
        for (int i = first; i < end; i++) {
            try {
                if (body == null) {
                    throw serving.unknown(function);
                }
                values[i - first] = body.applyAsLong(arguments[2 * i], arguments[2 * i + 1]);
            } catch (Throwable error) {
                from.answerLane(number, answered, values, answered - first, i - answered);
                answered = i + 1;
                serving.laneFailed(from, number, i, error);
            }
        }
        from.answerLane(number, answered, values, answered - first, end - answered);
    }
}
