// SPDX-License-Identifier: Apache-2.0
package io.teff.mpi.executor;

import java.nio.ByteBuffer;

/**
 * Another rank, as this one sees it: the calls that it has, what is on its way to it, and whether it
 * is alive. Any thread may call; its lock is held for some ten nanoseconds, or while a frame is filled.
 *
 * <p>The first call goes out at once; those that follow while it is not answered gather in the frame
 * until that is full or a worker has time to look: then the other rank has work, and loses none by it.
 * (Nagle's algorithm, RFC 896, with a worker's look for the timer.)
 */
final class Peer {
    private static final long GATHER_NS = 20_000;
    private static final int MAX_WAITING_BYTES = 4 << 20;

    final int rank;
    private final SpinLock lock = new SpinLock();
    private final Outbox outbox; // under lock
    private final OpenCalls calls; // under lock
    private volatile boolean isLost; // written under lock
    private boolean isClosed; // under lock: nothing is sent any more
    private boolean takesCalls = true; // under lock
    private volatile boolean hasMail; // written under lock
    private long mailSince; // under the driver's token; 0: not seen yet

    Peer(int rank, Transport transport, int window) {
        this.rank = rank;
        outbox = new Outbox(transport, rank);
        calls = new OpenCalls(window);
    }

    boolean isLost() {
        return isLost;
    }

    /** Calls that it has not answered, about. */
    int open() {
        return calls.count();
    }

    /** Calls that it was sent, so far. */
    long made() {
        lock.lock();
        try {
            return calls.made();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Sends a call of two numbers.
     *
     * @return false if there is no room now, or the rank is lost
     */
    boolean call(int function, long a, long b, long tag, Receiver receiver) {
        lock.lock();
        try {
            if (!takesCalls || calls.isFull() || !outbox.hasRoom(Wire.CALL_BYTES)) {
                return false;
            }
            int call = calls.add(function, a, b, null, tag, receiver);
            outbox.call(function, call, a, b);
            sent();
        } finally {
            lock.unlock();
        }
        return true;
    }

    /**
     * Sends a call with bytes.
     *
     * @return its number, or -1 as in {@link #call}
     */
    long callBytes(int function, byte[] payload, long tag, Receiver receiver) {
        lock.lock();
        try {
            if (!takesCalls || calls.isFull() || outbox.waitingBytes() > MAX_WAITING_BYTES) {
                return -1;
            }
            int call = calls.add(function, 0, 0, payload, tag, receiver);
            outbox.bytes(Wire.BYTES_CALL, function, call, payload);
            sent();
            return call & 0xffff_ffffL;
        } finally {
            lock.unlock();
        }
    }

    /** Sends a call once more that another rank had; false if there is no room now. */
    boolean send(OpenCalls.Call call) {
        return call.payload == null
                ? call(call.function, call.a, call.b, call.tag, call.receiver)
                : callBytes(call.function, call.payload, call.tag, call.receiver) >= 0;
    }

    /** As {@link #call(int, long, long, long, Receiver)}, for those of a lane. */
    boolean call(LaneBatch batch) {
        lock.lock();
        try {
            if (!takesCalls || calls.isFull() || !outbox.hasRoom(Outbox.laneBytes(batch.n))) {
                return false;
            }
            outbox.lane(batch, calls.add(batch));
            outbox.flush();
            markMail();
        } finally {
            lock.unlock();
        }
        return true;
    }

    /** Answers some calls of a lane. */
    void answerLane(int call, int first, long[] values, int from, int count) {
        if (count == 0) {
            return;
        }
        lock.lock();
        try {
            if (!isClosed) {
                outbox.laneResult(call, first, values, from, count);
                markMail();
            }
        } finally {
            lock.unlock();
        }
    }

    /** The lane's batch that some values are of; null if it is not open, or has them. */
    LaneBatch takeAnswered(int number, int first, int count) {
        lock.lock();
        try {
            return calls.answered(number, first, count);
        } finally {
            lock.unlock();
        }
    }

    private void sent() {
        if (calls.count() == 1) {
            outbox.flush();
        }
        markMail();
    }

    private void markMail() {
        boolean some = !outbox.isEmpty();
        if (hasMail != some) {
            hasMail = some;
        }
    }

    /** Answers calls of numbers, together. */
    void answer(int[] numbers, long[] values, int n) {
        lock.lock();
        try {
            if (!isClosed) {
                for (int i = 0; i < n; i++) {
                    outbox.word(Wire.LONG_RESULT, numbers[i], values[i]);
                }
                markMail();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Answers a call with bytes: {@link Wire#BYTES_RESULT} or {@link Wire#FAILURE}. */
    void answer(int type, int number, byte[] bytes) {
        lock.lock();
        try {
            if (!isClosed) {
                outbox.bytes(type, 0, number, bytes);
                markMail();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Sends a record of one word at once. */
    void tell(int type, int call, long value) {
        lock.lock();
        try {
            if (!isClosed) {
                outbox.word(type, call, value);
                outbox.flush();
                markMail();
            }
        } finally {
            lock.unlock();
        }
    }

    boolean hasMail() {
        return hasMail;
    }

    /** Under the token: sends what has been here for some looks, or for long enough. */
    void flushIfOld(long now) {
        if (mailSince == 0) {
            mailSince = now;
        } else if (now - mailSince >= GATHER_NS) {
            mailSince = 0;
            flush();
        }
    }

    /** Sends what has gathered. */
    void flush() {
        if (hasMail) { // whoever has just written sees to it itself, or the next look does
            lock.lock();
            try {
                if (!isClosed) {
                    outbox.flush();
                }
                markMail();
            } finally {
                lock.unlock();
            }
        }
    }

    /**
     * Takes the calls out that a frame of results answers, in its order.
     *
     * @param at where in the buffer the records are, of which there are n, one behind the other
     */
    void takeAnswered(ByteBuffer buffer, int at, int n, Completions into) {
        lock.lock();
        try {
            for (int i = 0; i < n; i++) {
                int record = at + i * Wire.WORD_BYTES;
                int slot = calls.slot(buffer.getInt(record + Integer.BYTES));
                if (slot >= 0 && calls.receiver(slot) != null) {
                    into.add(
                            calls.receiver(slot),
                            calls.tag(slot),
                            buffer.getLong(record + Long.BYTES));
                    calls.remove(slot);
                }
            }
        } finally {
            lock.unlock();
        }
    }

    /** Takes a call out; null if it is not open any more. */
    OpenCalls.Call take(int number) {
        lock.lock();
        try {
            return calls.take(number);
        } finally {
            lock.unlock();
        }
    }

    /** Takes the calls out that these answer. */
    void takeAnswered(Answers answers) {
        lock.lock();
        try {
            answers.take(calls);
        } finally {
            lock.unlock();
        }
    }

    /** It is lost: it gets nothing more. */
    void lose() {
        lock.lock();
        try {
            isLost = true;
            takesCalls = false;
            isClosed = true;
            outbox.clear();
            markMail();
        } finally {
            lock.unlock();
        }
    }

    /** The run has ended: it gets no more calls. Takes out those that it has not answered. */
    OpenCalls.Call[] endCalls() {
        lock.lock();
        try {
            takesCalls = false;
            return calls.takeAll();
        } finally {
            lock.unlock();
        }
    }

    /** As {@link #endCalls}, and nothing else any more. */
    void close() {
        lock.lock();
        takesCalls = false;
        isClosed = true;
        lock.unlock();
    }

    /** Takes out the calls that it has not answered. */
    OpenCalls.Call[] takeAll() {
        lock.lock();
        try {
            return calls.takeAll();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public String toString() {
        return "rank " + rank + (isLost ? ", lost" : "");
    }
}
