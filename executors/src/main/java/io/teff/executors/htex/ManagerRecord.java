// SPDX-License-Identifier: Apache-2.0
package io.teff.executors.htex;

import java.util.HexFormat;

/** What the interchange knows of one manager. The interchange's thread only. */
final class ManagerRecord {
    final byte[] identity;
    final Registration registration;
    final NodeRoom room;
    int out; // tasks it has
    int requestsOut; // those of them with requests, which hold room
    PendingTasks.Line keptFor; // nothing else is to begin there; null: anything may
    long heardNs;
    long idleSinceNs; // of the last end, while out is 0
    boolean isHeld;
    boolean isDraining;

    ManagerRecord(byte[] identity, Registration registration, long nowNs) {
        this.identity = identity;
        this.registration = registration;
        room = new NodeRoom(registration.node(), registration.workers());
        heardNs = nowNs;
        idleSinceNs = nowNs;
    }

    String id() {
        return HexFormat.of().formatHex(identity);
    }

    /** How many more tasks it may get. */
    int free() {
        return isOpen() ? registration.capacity() - out : 0;
    }

    /** Whether it may get any. */
    boolean isOpen() {
        return !isHeld && !isDraining;
    }

    void taskEnded(long nowNs) {
        out--;
        if (out == 0) {
            idleSinceNs = nowNs;
        }
    }

    /** One line of the command {@code managers}. */
    String describe(long nowNs) {
        return String.join(
                "\t",
                id(),
                registration.block(),
                registration.host(),
                String.valueOf(registration.pid()),
                String.valueOf(registration.workers()),
                String.valueOf(registration.capacity()),
                String.valueOf(out),
                String.valueOf(out == 0 ? (nowNs - idleSinceNs) / 1_000_000 : -1),
                String.valueOf(isHeld),
                String.valueOf(isDraining),
                room.node().toString(),
                room.held().toString());
    }
}
