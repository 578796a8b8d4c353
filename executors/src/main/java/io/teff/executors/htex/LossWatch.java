// SPDX-License-Identifier: Apache-2.0
package io.teff.executors.htex;

import org.zeromq.ZEvent;
import org.zeromq.ZMQ;
import org.zeromq.ZMonitor;

/**
 * Finds the managers that are gone. The interchange's thread only.
 *
 * <p>A manager is gone when it has been silent for the heartbeat threshold. With {@code fastLoss}
 * the socket's monitor tells of each connection that breaks, and a message to each manager shows
 * which it was, since a ROUTER that must deliver refuses what it has nobody for.
 */
final class LossWatch {
    private static final long[] PROBES_MS = {0, 2, 10, 50, 200};

    private final ManagerLink managers;
    private final Uplink uplink;
    private final boolean fastLoss;
    private final Heartbeats heartbeats;
    private long lastDisconnectNs;
    private int probes = PROBES_MS.length; // how many of them are done since then
    private boolean foundLoss; // by these probes

    LossWatch(Settings settings, ManagerLink managers, Uplink uplink) {
        this.managers = managers;
        this.uplink = uplink;
        fastLoss = settings.flag("fastLoss");
        heartbeats =
                new Heartbeats(
                        settings.time("heartbeatPeriod"),
                        settings.time("heartbeatThreshold"),
                        System.nanoTime());
    }

    /** When to look again at the latest. */
    long timeoutMs() {
        if (probes < PROBES_MS.length) {
            return Math.max(1, PROBES_MS[probes]);
        }
        return heartbeats.msToNext(System.nanoTime());
    }

    void connectionChanged(ZMQ.Socket monitor) {
        ZEvent event;
        while ((event = ZEvent.recv(monitor, ZMQ.DONTWAIT)) != null) {
            if (event.getEvent() != ZMonitor.Event.DISCONNECTED) {
                uplink.reject("a connection: " + event.getEvent());
            } else if (!managers.wasExpectedEnd()) {
                broke();
            }
        }
    }

    private void broke() {
        if (fastLoss) {
            lastDisconnectNs = System.nanoTime();
            probes = 0;
            foundLoss = false;
        } else {
            uplink.reject("a connection that broke"); // if a manager's, its silence will tell
        }
    }

    void look(long now) {
        boolean probe =
                probes < PROBES_MS.length
                        && now - lastDisconnectNs >= PROBES_MS[probes] * 1_000_000;
        boolean beat = heartbeats.isDue(now);
        if (!probe && !beat) {
            return;
        }
        for (ManagerRecord manager : managers.all()) {
            boolean isGone = probe && !managers.send(manager, Frames.empty(Frames.HEARTBEAT));
            if (isGone || heartbeats.isLost(manager.heardNs, now)) {
                foundLoss = true;
                managers.lose(
                        manager, isGone ? "its connection broke" : "it was silent for too long");
            }
        }
        if (probe && ++probes == PROBES_MS.length && !foundLoss) {
            uplink.reject("a connection that was no manager's");
        }
    }
}
