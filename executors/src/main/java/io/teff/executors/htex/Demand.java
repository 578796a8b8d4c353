// SPDX-License-Identifier: Apache-2.0
package io.teff.executors.htex;

import io.teff.remote.BadFrame;

/**
 * What a task is given room by. PLAIN: one worker, as any task without a request. ASKED: what its
 * submitter named. LABEL: what others of its app have used; a guess, so never more than a node has.
 * NODE: a whole node, alone.
 */
record Demand(Kind kind, Resources resources) {
    enum Kind {
        PLAIN(0),
        ASKED(1),
        LABEL(2),
        NODE(3);

        private final int code; // on the wire

        Kind(int code) {
            this.code = code;
        }
    }

    static final Demand PLAIN = new Demand(Kind.PLAIN, Resources.NOTHING);
    static final Demand NODE = new Demand(Kind.NODE, Resources.NOTHING);

    static Demand asked(Resources resources) {
        return resources.isNothing() ? PLAIN : new Demand(Kind.ASKED, resources);
    }

    static Demand label(Resources resources) {
        return new Demand(Kind.LABEL, resources);
    }

    boolean isPlain() {
        return kind == Kind.PLAIN;
    }

    void write(Frames.Writer out) {
        out.u8(kind.code);
        if (kind == Kind.ASKED || kind == Kind.LABEL) {
            resources.write(out);
        }
    }

    static Demand read(Frames.Reader in) throws BadFrame {
        int kind = in.u8();
        return switch (kind) {
            case 0 -> PLAIN;
            case 1 -> new Demand(Kind.ASKED, Resources.read(in));
            case 2 -> new Demand(Kind.LABEL, Resources.read(in));
            case 3 -> NODE;
            default -> throw new BadFrame("a task with a request of kind " + kind);
        };
    }
}
