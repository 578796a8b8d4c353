// SPDX-License-Identifier: Apache-2.0
package io.teff.mpi.executor;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Arrays;

/**
 * Packs records for one rank into frames, in the memory that the transport sends from. A frame leaves
 * when it is full, or on {@link #flush}. What finds no room waits here, and leaves with one of the next
 * calls; only what must not be refused may be left to wait. Under the lock of the {@link Peer}.
 */
final class Outbox {
    private final Transport transport;
    private final int to;
    private final Claim claim = new Claim();
    private final ArrayDeque<Object> waiting =
            new ArrayDeque<>(); // Words and Bytes, the oldest first
    private long waitingBytes;
    private int end; // of what is written in the frame; 0: no frame is claimed
    private int records;
    private int number;

    /** A short record that waits. */
    private record Word(int head, int call, long value) {}

    /** Values of a lane that wait. */
    private static final class Values {
        final int call;
        final int first;
        final long[] values;

        Values(int call, int first, long[] values) {
            this.call = call;
            this.first = first;
            this.values = values;
        }
    }

    /** Bytes on their way: they leave in pieces that fit. */
    private static final class Bytes {
        final int head;
        final int call;
        final byte[] bytes;
        int sent;

        Bytes(int head, int call, byte[] bytes) {
            this.head = head;
            this.call = call;
            this.bytes = bytes;
        }
    }

    Outbox(Transport transport, int to) {
        this.transport = transport;
        this.to = to;
    }

    /** Whether a record of so many bytes has room now, in this frame or a new one. */
    boolean hasRoom(int bytes) {
        if (end != 0 && end + bytes > transport.frameBytes()) {
            seal();
        }
        if (end == 0) {
            if (!transport.claim(to, claim)) {
                return false;
            }
            end = Wire.HEADER;
        }
        return true;
    }

    /** Writes a call, after {@link #hasRoom}. */
    void call(int function, int call, long a, long b) {
        claim.buffer.putLong(claim.offset + end + 8, a);
        claim.buffer.putLong(claim.offset + end + 16, b);
        head(Wire.CALL | function << 8, call);
        end += Wire.CALL_BYTES;
    }

    /** Writes the calls of a lane, after {@link #hasRoom} for {@link #laneBytes}. */
    void lane(LaneBatch batch, int call) {
        int start = claim.offset + end;
        claim.buffer.putInt(start + 8, batch.n);
        claim.buffer.putInt(start + 12, 0);
        words(start + Wire.WORD_BYTES, batch.arguments, 0, 2 * batch.n);
        head(Wire.LANE_CALL | batch.function << 8, call);
        end += laneBytes(batch.n);
    }

    static int laneBytes(int calls) {
        return Wire.WORD_BYTES + 2 * calls * Long.BYTES;
    }

    private void words(int at, long[] from, int first, int count) {
        ByteBuffer buffer = claim.buffer;
        for (int i = 0; i < count; i++) {
            buffer.putLong(at + i * Long.BYTES, from[first + i]);
        }
    }

    /** Writes values of a lane's calls, or lets them wait. */
    void laneResult(int call, int first, long[] values, int from, int count) {
        int bytes = Wire.WORD_BYTES + count * Long.BYTES;
        if (!waiting.isEmpty() || !hasRoom(bytes)) {
            waiting.add(new Values(call, first, Arrays.copyOfRange(values, from, from + count)));
            return;
        }
        writeValues(call, first, values, from, count);
    }

    private void writeValues(int call, int first, long[] values, int from, int count) {
        int start = claim.offset + end;
        claim.buffer.putInt(start + 8, first);
        claim.buffer.putInt(start + 12, count);
        words(start + Wire.WORD_BYTES, values, from, count);
        head(Wire.LANE_RESULT, call);
        end += Wire.WORD_BYTES + count * Long.BYTES;
    }

    private void head(int head, int call) {
        claim.buffer.putInt(claim.offset + end, head);
        claim.buffer.putInt(claim.offset + end + Integer.BYTES, call);
        records++;
    }

    /** Writes a record of one word, or lets it wait. */
    void word(int type, int call, long value) {
        if (waiting.isEmpty() && hasRoom(Wire.WORD_BYTES)) {
            writeWord(type, call, value);
        } else {
            waiting.add(new Word(type, call, value));
        }
    }

    private void writeWord(int head, int call, long value) {
        claim.buffer.putLong(claim.offset + end + Long.BYTES, value);
        head(head, call);
        end += Wire.WORD_BYTES;
    }

    /** Writes bytes, or lets them wait. */
    void bytes(int type, int function, int call, byte[] bytes) {
        int head = type | function << 8;
        if (waiting.isEmpty()
                && bytes.length <= mostOfPiece()
                && hasRoom(Wire.CHUNK_HEADER + Wire.padded(bytes.length))) {
            writePiece(head, call, bytes, 0, bytes.length);
            return;
        }
        Bytes all = new Bytes(head, call, bytes);
        waitingBytes += bytes.length;
        if (!waiting.isEmpty()) {
            waiting.add(all);
            sendWaiting();
        } else if (!writePieces(all)) {
            waiting.add(all);
        }
    }

    /** How many bytes wait. */
    long waitingBytes() {
        return waitingBytes;
    }

    boolean isEmpty() {
        return end == 0 && waiting.isEmpty();
    }

    private void sendWaiting() {
        Object next;
        while ((next = waiting.poll()) != null) {
            if (!write(next)) {
                waiting.addFirst(next);
                return;
            }
        }
    }

    /** False if there is no room for it, or for all of it. */
    private boolean write(Object next) {
        if (next instanceof Bytes bytes) {
            return writePieces(bytes);
        }
        if (next instanceof Word word) {
            if (hasRoom(Wire.WORD_BYTES)) {
                writeWord(word.head, word.call, word.value);
                return true;
            }
            return false;
        }
        Values values = (Values) next;
        if (hasRoom(Wire.WORD_BYTES + values.values.length * Long.BYTES)) {
            writeValues(values.call, values.first, values.values, 0, values.values.length);
            return true;
        }
        return false;
    }

    /** Whether all of it has been written. */
    private boolean writePieces(Bytes all) {
        do {
            int here = Math.min(mostOfPiece(), all.bytes.length - all.sent);
            if (!hasRoom(Wire.CHUNK_HEADER + Wire.padded(here))) {
                return false;
            }
            writePiece(all.head, all.call, all.bytes, all.sent, here);
            all.sent += here;
            waitingBytes -= here;
        } while (all.sent < all.bytes.length);
        return true;
    }

    private int mostOfPiece() {
        return transport.frameBytes() - Wire.HEADER - Wire.CHUNK_HEADER;
    }

    /** So many of the bytes from there on, after {@link #hasRoom}. */
    private void writePiece(int head, int call, byte[] bytes, int from, int count) {
        ByteBuffer buffer = claim.buffer;
        int at = claim.offset + end;
        int padded = Wire.padded(count);
        buffer.putInt(at + 8, bytes.length);
        buffer.putInt(at + 12, from);
        buffer.putInt(at + 16, count);
        buffer.putInt(at + 20, 0);
        if (padded != 0) {
            buffer.putLong(at + Wire.CHUNK_HEADER + padded - Long.BYTES, 0);
        }
        buffer.put(at + Wire.CHUNK_HEADER, bytes, from, count);
        head(head, call);
        end += Wire.CHUNK_HEADER + padded;
    }

    /** Sends what is here, as far as there is room. */
    void flush() {
        sendWaiting();
        seal();
    }

    private void seal() {
        if (end != 0) {
            ByteBuffer buffer = claim.buffer;
            int at = claim.offset;
            buffer.putInt(at + Wire.BYTES_AT, end);
            buffer.putInt(at + Wire.NUMBER_AT, number++);
            buffer.putInt(at + Wire.RECORDS_AT, records);
            buffer.putInt(at, Wire.checksum(buffer, at, end));
            transport.send(to, claim, end);
            end = 0;
            records = 0;
        }
    }

    /** Forgets what waits: nobody is there any more. */
    void clear() {
        waiting.clear();
        waitingBytes = 0;
    }
}
