// SPDX-License-Identifier: Apache-2.0
package io.teff.executors.htex;

import io.teff.remote.BadFrame;
import java.util.ArrayList;
import java.util.List;

/** What the frames with lists hold, once read. */
final class Message {
    private Message() {}

    /** A task on its way, seen from outside: its payload is opaque. Lower priorities go first. */
    @SuppressWarnings("ArrayRecordComponent") // compared by nobody
    record Task(long id, int priority, Demand demand, byte[] payload) {
        static List<Task> read(Frames.Reader in) throws BadFrame {
            int n = in.list(17);
            List<Task> all = new ArrayList<>(n);
            for (int i = 0; i < n; i++) {
                all.add(new Task(in.i64(), in.i32(), Demand.read(in), in.bytes()));
            }
            in.done();
            return all;
        }

        void write(Frames.Writer out) {
            out.item().i64(id).i32(priority);
            demand.write(out);
            out.bytes(payload);
        }
    }

    /** Somebody wants the task not to begin, and may want it interrupted if it has. */
    record Cancel(long id, boolean interrupt) {
        static List<Cancel> read(Frames.Reader in) throws BadFrame {
            int n = in.list(9);
            List<Cancel> all = new ArrayList<>(n);
            for (int i = 0; i < n; i++) {
                all.add(new Cancel(in.i64(), in.u8() != 0));
            }
            in.done();
            return all;
        }

        void write(Frames.Writer out) {
            out.item().i64(id).u8(interrupt ? 1 : 0);
        }
    }

    /** How a task ended, or an answer to its cancel: see {@link Frames}. */
    @SuppressWarnings("ArrayRecordComponent") // compared by nobody
    record Result(long id, byte status, byte[] bytes) {
        static List<Result> read(Frames.Reader in) throws BadFrame {
            int n = in.list(13);
            List<Result> all = new ArrayList<>(n);
            for (int i = 0; i < n; i++) {
                long id = in.i64();
                int status = in.u8();
                if (status < Frames.OK || status > Frames.REFUSED) {
                    throw new BadFrame("result " + id + " of unknown status " + status);
                }
                byte[] bytes = in.bytes();
                if (status == Frames.USAGE) {
                    Usage.of(bytes); // so that nobody later finds it to be none
                }
                all.add(new Result(id, (byte) status, bytes));
            }
            in.done();
            return all;
        }

        void write(Frames.Writer out) {
            out.item().i64(id).u8(status).bytes(bytes);
        }

        boolean isEnd() {
            return status != Frames.RUNNING && status != Frames.USAGE;
        }
    }
}
