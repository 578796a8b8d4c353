// SPDX-License-Identifier: Apache-2.0
package io.teff.mpi.executor;

import java.nio.ByteBuffer;
import java.util.function.LongBinaryOperator;

/** Single calls of numbers that came one behind the other. */
final class LongBatch extends DrawnCalls {
    private final int[] functions;
    private final int[] numbers;
    private final long[] as;
    private final long[] bs;

    /** Reads n records. */
    LongBatch(Serving serving, Peer from, ByteBuffer buffer, int at, int n) {
        super(serving, from, n);
        functions = new int[n];
        numbers = new int[n];
        as = new long[n];
        bs = new long[n];
        for (int i = 0; i < n; i++) {
            int record = at + i * Wire.CALL_BYTES;
            functions[i] = buffer.getInt(record) >>> 8;
            numbers[i] = buffer.getInt(record + 4);
            as[i] = buffer.getLong(record + 8);
            bs[i] = buffer.getLong(record + 16);
        }
    }

    @Override
    void call(int first, int end, long[] values) {
        int[] ended = new int[end - first];
        int n = 0;
        for (int i = first; i < end; i++) {
            LongBinaryOperator body = serving.longs(functions[i]);
            try {
                if (body == null) {
                    throw serving.unknown(functions[i]);
                }
                values[n] = body.applyAsLong(as[i], bs[i]);
                ended[n++] = numbers[i];
            } catch (Throwable error) {
                serving.failed(from, numbers[i], error);
            }
        }
        from.answer(ended, values, n);
    }
}
