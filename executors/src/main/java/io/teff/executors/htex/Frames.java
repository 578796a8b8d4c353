// SPDX-License-Identifier: Apache-2.0
package io.teff.executors.htex;

import io.teff.remote.BadFrame;
import io.teff.remote.ByteReader;
import io.teff.remote.ByteWriter;

/**
 * The wire format, the same on sockets and pipes: a frame is a header and fields in network order.
 *
 * <pre>
 * header    magic "TX" (2 bytes), version (1), type (1)
 * string    length (int), UTF-8
 * bytes     length (int), bytes
 *
 * TASKS       n, n x (id long, priority int,             submit > interchange > manager > worker
 *             Demand, payload bytes)
 * CANCEL      n, n x (id long, interrupt byte)                the same way
 * ASSIGNED    n, n x name string                           manager > worker: the accelerators of
 *                                                          the tasks that come next
 * RECALL      nothing                                         manager > worker: give back what waits
 * RESULTS     n, n x (id long, status byte, bytes)            worker > manager > interchange > submit
 * RETURNED    n, n x id long                                  worker > manager: answers RECALL
 * READY       nothing                                         worker > manager: it can begin
 * REGISTER    see Registration                                manager > interchange, first of all
 * REGISTERED  nothing                                         interchange > manager: its answer
 * HEARTBEAT   nothing                                         both ways; also answers itself
 * DRAINING    nothing                                         manager > interchange: no more tasks
 * DIE         nothing                                         interchange > manager: the end
 * HELLO       token, endpoints: tasks, commands, managers     interchange > submit: it is there
 * BAD_STATE   reason string                                   interchange > submit: all tasks fail
 * ASK, ANSWER a word and strings                              submit > interchange, and back
 * </pre>
 *
 * <p>On a pipe each frame has its length (int) before it; ZeroMQ keeps frames apart by itself.
 */
final class Frames {
    static final byte VERSION = 2;
    static final int HEADER = 4;

    static final byte TASKS = 1;
    static final byte CANCEL = 2;
    static final byte RECALL = 3;
    static final byte RESULTS = 4;
    static final byte RETURNED = 5;
    static final byte READY = 6;
    static final byte REGISTER = 7;
    static final byte REGISTERED = 8;
    static final byte HEARTBEAT = 9;
    static final byte DRAINING = 10;
    static final byte DIE = 11;
    static final byte HELLO = 12;
    static final byte BAD_STATE = 13;
    static final byte ASK = 14;
    static final byte ANSWER = 15;
    static final byte ASSIGNED = 16;

    /** Statuses of a result. All but RUNNING and USAGE are the end of the task. */
    static final byte OK = 0;

    static final byte FAILED = 1;

    /** Answers a cancel: it had not begun, and will not. */
    static final byte DROPPED = 2;

    /** Answers a cancel: it had begun, and its result is still to come. */
    static final byte RUNNING = 3;

    static final byte WORKER_LOST = 4;
    static final byte MANAGER_LOST = 5;

    /** What the task has used; its end is to come at once. */
    static final byte USAGE = 6;

    /** It was stopped, since it needed far more memory than its label. */
    static final byte OVERRUN = 7;

    /** It asks for more than any node has. */
    static final byte REFUSED = 8;

    private static final byte MAGIC_0 = 'T';
    private static final byte MAGIC_1 = 'X';

    private Frames() {}

    /** A frame without fields. */
    static byte[] empty(byte type) {
        return new Writer(type).toBytes();
    }

    /** Writes one frame; may be used again after {@link #reset}. For one thread at a time. */
    static final class Writer extends ByteWriter {
        private int items;

        Writer(byte type) {
            reset(type);
        }

        Writer reset(byte type) {
            clear();
            items = 0;
            u8(MAGIC_0).u8(MAGIC_1).u8(VERSION).u8(type);
            return this;
        }

        /** Leaves room for the number of items, which {@link #item} counts. */
        Writer list() {
            i32(0);
            return this;
        }

        /** One more item begins; only after {@link #list}, directly behind the header. */
        Writer item() {
            items++;
            setI32(HEADER, items);
            return this;
        }

        int items() {
            return items;
        }
    }

    /** Reads one frame, and believes nothing of it. */
    static final class Reader extends ByteReader {
        private final byte type;

        Reader(byte[] bytes) throws BadFrame {
            super(checked(bytes), HEADER, bytes.length);
            type = bytes[3];
        }

        private static byte[] checked(byte[] bytes) throws BadFrame {
            if (bytes.length < HEADER || bytes[0] != MAGIC_0 || bytes[1] != MAGIC_1) {
                throw new BadFrame("no frame of ours: " + bytes.length + " bytes");
            }
            if (bytes[2] != VERSION) {
                throw new BadFrame(
                        "frame of version " + bytes[2] + ", this side speaks " + VERSION);
            }
            return bytes;
        }

        byte type() {
            return type;
        }
    }
}
