// SPDX-License-Identifier: Apache-2.0
package io.teff.mpi.executor;

import io.teff.remote.NotTransferable;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Reads the frames that arrive, and gathers the tasks that come of them. A frame that is not what was
 * sent is given up as a whole from there on: both sides deal the calls again that it may have held. Under
 * the {@link Driver}'s token.
 */
final class Inbound implements FrameHandler {
    static NotTransferable tooLarge(String what, int bytes, int most) {
        return new NotTransferable(
                what + " of " + bytes + " bytes; the most is " + most + ": send it in parts", null);
    }

    private final Driver driver;
    private final int mostBytes; // of one call or result
    private final Map<Key, Pieces> pieces = new HashMap<>();
    private List<Runnable> tasks = new ArrayList<>();
    private List<ResultBatch> results = new ArrayList<>();
    private List<ServedCall> calls = new ArrayList<>(); // of this frame
    private Answers answers = new Answers(); // the same
    private volatile int damaged; // read by anybody

    private record Key(int rank, int type, int call) {}

    /** A payload that comes in several records. */
    private static final class Pieces {
        final int total;
        final byte[] bytes; // null: it was refused, and the rest of it is let go by
        int got;

        Pieces(int total, byte[] bytes) {
            this.total = total;
            this.bytes = bytes;
        }
    }

    /** Takes calls and results of so many bytes; larger ones fail. */
    Inbound(Driver driver, int mostBytes) {
        this.driver = driver;
        this.mostBytes = mostBytes;
    }

    /** Frames that were not what was sent, so far. */
    int damaged() {
        return damaged;
    }

    /** Whether all that has come is with the engine. */
    boolean isEmpty() {
        return tasks.isEmpty() && results.isEmpty() && calls.isEmpty() && answers.isEmpty();
    }

    boolean hasTasks() {
        return !tasks.isEmpty();
    }

    /** The tasks that have gathered: the caller's from now on. */
    List<Runnable> takeTasks() {
        List<Runnable> taken = tasks;
        if (!taken.isEmpty()) {
            tasks = new ArrayList<>();
        }
        return taken.isEmpty() ? List.of() : taken;
    }

    /** The results: as {@link #takeTasks}. */
    List<ResultBatch> takeResults() {
        List<ResultBatch> taken = results;
        if (!taken.isEmpty()) {
            results = new ArrayList<>();
        }
        return taken.isEmpty() ? List.of() : taken;
    }

    void add(Runnable task) {
        tasks.add(task);
    }

    /** Nothing comes from this rank any more. */
    void forget(int rank) {
        pieces.keySet().removeIf(key -> key.rank == rank);
    }

    @Override
    public void onFrame(int from, ByteBuffer buffer, int offset, int bytes) {
        driver.members().heard(from);
        Peer peer = driver.peer(from);
        boolean isGood =
                isWhole(buffer, offset, bytes)
                        && read(peer, buffer, offset + Wire.HEADER, offset + bytes);
        gather(peer); // first: what has come is not dealt again
        if (!isGood) {
            int before = damaged;
            damaged = before + 1;
            peer.tell(Wire.DAMAGED, 0, 0);
            isDamaged(peer);
        }
    }

    /** Calls and answers with bytes that came so far in this frame go on together. */
    private void gather(Peer from) {
        if (!calls.isEmpty()) {
            tasks.add(driver.serving().bytes(from, calls));
            calls = new ArrayList<>();
        }
        if (!answers.isEmpty()) {
            from.takeAnswered(answers);
            if (answers.size() > 0) {
                results.add(answers);
            }
            answers = new Answers();
        }
    }

    private static boolean isWhole(ByteBuffer buffer, int offset, int bytes) {
        return bytes >= Wire.HEADER
                && (bytes & 7) == 0
                && buffer.getInt(offset + Wire.BYTES_AT) == bytes
                && buffer.getInt(offset) == Wire.checksum(buffer, offset, bytes);
    }

    /** A frame to or from this rank got lost: what it held is not known. */
    private void isDamaged(Peer peer) {
        driver.thief().forget(peer.rank);
        forget(peer.rank);
        tasks.add(driver.redeal().of(peer.takeAll(), peer));
    }

    /** False if there is something that no rank sends; what came before it counts. */
    private boolean read(Peer from, ByteBuffer buffer, int start, int end) {
        int at = start;
        while (at < end) {
            int type = buffer.getInt(at) & 0xff;
            int size = type == Wire.CALL ? Wire.CALL_BYTES : Wire.WORD_BYTES;
            if (end - at < size) {
                return false;
            }
            switch (type) {
                case Wire.CALL -> at = calls(from, buffer, at, end);
                case Wire.LONG_RESULT -> at = results(from, buffer, at, end);
                case Wire.BYTES_CALL,
                        Wire.BYTES_RESULT,
                        Wire.FAILURE,
                        Wire.LANE_CALL,
                        Wire.LANE_RESULT,
                        Wire.LANE_FAILURE -> {
                    int next =
                            switch (type) {
                                case Wire.LANE_CALL -> laneCalls(from, buffer, at, end);
                                case Wire.LANE_RESULT -> laneResults(from, buffer, at, end);
                                default -> piece(from, buffer, at, end);
                            };
                    if (next < 0) {
                        return false;
                    }
                    at = next;
                }
                default -> {
                    if (!word(from, type, buffer.getInt(at + 4), buffer.getLong(at + 8))) {
                        return false;
                    }
                    at += size;
                }
            }
        }
        return true;
    }

    /** Calls of numbers, as many as come one behind the other; returns where they end. */
    private int calls(Peer from, ByteBuffer buffer, int start, int end) {
        int first = start;
        int at = start;
        while (end - at >= Wire.CALL_BYTES && (buffer.getInt(at) & 0xff) == Wire.CALL) {
            int function = buffer.getInt(at) >>> 8;
            if (driver.serving().isForks(function)) {
                batch(from, buffer, first, at);
                first = at + Wire.CALL_BYTES;
                driver.thief().arrived();
                long a = buffer.getLong(at + 8);
                long b = buffer.getLong(at + 16);
                int number = buffer.getInt(at + 4);
                tasks.add(driver.serving().forks(from, number, function, a, b, null));
            }
            at += Wire.CALL_BYTES;
        }
        batch(from, buffer, first, at);
        return at;
    }

    private void batch(Peer from, ByteBuffer buffer, int start, int end) {
        int n = (end - start) / Wire.CALL_BYTES;
        if (n > 0) {
            tasks.add(new LongBatch(driver.serving(), from, buffer, start, n));
        }
    }

    private int results(Peer from, ByteBuffer buffer, int start, int end) {
        int at = start;
        while (end - at >= Wire.WORD_BYTES && (buffer.getInt(at) & 0xff) == Wire.LONG_RESULT) {
            at += Wire.WORD_BYTES;
        }
        int n = (at - start) / Wire.WORD_BYTES;
        Completions results = new Completions(n);
        from.takeAnswered(buffer, start, n, results);
        if (results.size() > 0) {
            this.results.add(results);
        }
        return at;
    }

    /** As {@link #piece}. */
    private int laneCalls(Peer from, ByteBuffer buffer, int at, int end) {
        int n = buffer.getInt(at + 8);
        int start = at + Wire.WORD_BYTES;
        if (n <= 0 || n > (end - start) / (2 * Long.BYTES)) {
            return -1;
        }
        int function = buffer.getInt(at) >>> 8;
        int number = buffer.getInt(at + 4);
        tasks.add(new LaneCalls(driver.serving(), from, function, number, buffer, start, n));
        return at + Outbox.laneBytes(n);
    }

    /** As {@link #piece}. */
    private int laneResults(Peer from, ByteBuffer buffer, int at, int end) {
        int first = buffer.getInt(at + 8);
        int n = buffer.getInt(at + 12);
        int start = at + Wire.WORD_BYTES;
        if (n <= 0 || n > (end - start) / Long.BYTES) {
            return -1;
        }
        LaneBatch batch = from.takeAnswered(buffer.getInt(at + 4), first, n);
        if (batch != null) {
            long[] values = new long[n];
            for (int i = 0; i < n; i++) {
                values[i] = buffer.getLong(start + i * Long.BYTES);
            }
            results.add(ResultBatch.of(() -> batch.results.give(batch.tags, first, values, n)));
        }
        return start + n * Long.BYTES;
    }

    /** A payload or a part of one; returns where it ends, -1 if it cannot be one. */
    private int piece(Peer from, ByteBuffer buffer, int at, int end) {
        if (end - at < Wire.CHUNK_HEADER) {
            return -1;
        }
        int head = buffer.getInt(at);
        int number = buffer.getInt(at + 4);
        int total = buffer.getInt(at + 8);
        int first = buffer.getInt(at + 12);
        int here = buffer.getInt(at + 16);
        int start = at + Wire.CHUNK_HEADER;
        if (total < 0 || here < 0 || here > end - start || first < 0 || here > total - first) {
            return -1;
        }
        if (here == total && total <= mostBytes) {
            byte[] bytes = new byte[total];
            buffer.get(start, bytes);
            payload(from, head, number, bytes);
            return start + Wire.padded(here);
        }
        Key key = new Key(from.rank, head & 0xff, number);
        Pieces all = first == 0 ? begin(from, buffer, at) : pieces.get(key);
        if (all == null || all.total != total || all.got != first) {
            return -1; // an earlier frame was damaged
        }
        if (all.bytes != null) {
            buffer.get(start, all.bytes, first, here);
        }
        all.got += here;
        if (all.got == total) {
            pieces.remove(key);
            if (all.bytes != null) {
                payload(from, head, number, all.bytes);
            }
        } else {
            driver.noteWork(); // there are more to come
            if (first == 0) {
                pieces.put(key, all);
            }
        }
        return start + Wire.padded(here);
    }

    /** The first piece has come; there may be no place for all of them. */
    private Pieces begin(Peer from, ByteBuffer buffer, int at) {
        int total = buffer.getInt(at + 8);
        String what = (buffer.getInt(at) & 0xff) == Wire.BYTES_CALL ? "a call" : "a result";
        NotTransferable error;
        if (total > mostBytes) {
            error = tooLarge(what, total, mostBytes);
        } else {
            try {
                return new Pieces(total, new byte[total]);
            } catch (OutOfMemoryError e) {
                error =
                        new NotTransferable(
                                what
                                        + " of "
                                        + total
                                        + " bytes, for which rank "
                                        + driver.rank()
                                        + " has no memory: its heap has at most "
                                        + Runtime.getRuntime().maxMemory()
                                        + " bytes; send it in parts, or raise -Xmx",
                                e);
            }
        }
        refuse(from, buffer, at, error);
        return new Pieces(total, null);
    }

    /** Fails the call that a payload is of, and nothing else. */
    private void refuse(Peer from, ByteBuffer buffer, int at, NotTransferable error) {
        int head = buffer.getInt(at);
        int number = buffer.getInt(at + 4);
        switch (head & 0xff) {
            case Wire.BYTES_CALL -> {
                if (driver.serving().isForks(head >>> 8)) {
                    driver.thief().arrived();
                }
                driver.serving().failed(from, number, error);
            }
            case Wire.LANE_FAILURE -> {
                byte[] index = new byte[Integer.BYTES];
                buffer.get(at + Wire.CHUNK_HEADER, index);
                laneFailure(from, number, ByteBuffer.wrap(index).getInt(), batch -> error);
            }
            default -> {
                OpenCalls.Call call = from.take(number);
                if (call != null) {
                    results.add(ResultBatch.of(() -> call.receiver.failed(call.tag, error)));
                }
            }
        }
    }

    private void payload(Peer from, int head, int number, byte[] bytes) {
        int type = head & 0xff;
        if (type == Wire.BYTES_CALL) {
            int function = head >>> 8;
            if (driver.serving().isForks(function)) {
                driver.thief().arrived();
                tasks.add(driver.serving().forks(from, number, function, 0, 0, bytes));
            } else {
                calls.add(new ServedCall(number, function, bytes));
            }
            return;
        }
        if (type == Wire.LANE_FAILURE) {
            byte[] failure = Arrays.copyOfRange(bytes, Integer.BYTES, bytes.length);
            laneFailure(
                    from,
                    number,
                    ByteBuffer.wrap(bytes).getInt(),
                    batch -> driver.serving().failure(batch.function, failure));
            return;
        }
        answers.add(number, bytes, type == Wire.FAILURE);
    }

    private void laneFailure(
            Peer from, int number, int index, Function<LaneBatch, Throwable> error) {
        LaneBatch batch = from.takeAnswered(number, index, 1);
        if (batch != null) {
            results.add(
                    ResultBatch.of(
                            () -> batch.results.fail(batch.tags[index], error.apply(batch))));
        }
    }

    /** A record of one word; false if there is none of this type. */
    private boolean word(Peer from, int type, int call, long value) {
        switch (type) {
            case Wire.CANCEL -> {
                gather(from); // it may be one of these
                driver.serving().cancel(from, call, value != 0);
            }
            case Wire.CANCELLED -> {
                OpenCalls.Call dropped = value == 0 ? null : from.take(call);
                if (dropped != null) {
                    results.add(ResultBatch.of(() -> dropped.receiver.dropped(dropped.tag)));
                }
            }
            case Wire.STEAL -> driver.thief().wanted(from, value != 0);
            case Wire.NOTHING -> driver.thief().refused(from);
            case Wire.BEAT -> {} // it was heard, that is all
            case Wire.DAMAGED -> {
                gather(from); // as at the end of a frame
                isDamaged(from);
            }
            case Wire.LOST, Wire.ASK, Wire.COUNTS, Wire.END -> {
                gather(from);
                driver.members().told(from, type, value);
            }
            default -> {
                return false;
            }
        }
        return true;
    }
}
