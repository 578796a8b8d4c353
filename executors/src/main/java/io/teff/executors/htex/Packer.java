// SPDX-License-Identifier: Apache-2.0
package io.teff.executors.htex;

import io.teff.executors.htex.Message.Task;
import io.teff.executors.htex.PendingTasks.Line;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Chooses managers for tasks while some have requests: first fit, in order of priority. Tasks that
 * fit pass those that do not; but one that has been passed for {@code patience} gets a manager kept
 * for it, where nothing else begins until it fits. The interchange's thread only.
 *
 * <p>Meanwhile tasks without a request are counted too: one for each worker that can begin it at
 * once, none ahead, so that what is kept free stays free.
 */
final class Packer {
    /** What is done with the tasks. */
    interface Sink {
        void give(Task task, ManagerRecord manager);

        void refuse(Task task, String why);
    }

    private final PendingTasks pending;
    private final ManagerPool managers;
    private final long patienceNs;

    Packer(PendingTasks pending, ManagerPool managers, long patienceNs) {
        this.pending = pending;
        this.managers = managers;
        this.patienceNs = patienceNs;
    }

    /** False: nobody asks for anything, so that managers may be given as many as they take. */
    boolean isNeeded() {
        return pending.haveRequests() || managers.haveRequests();
    }

    /** Hands out what fits now. */
    void pack(long nowNs, Sink sink) {
        List<ManagerRecord> all = managers.all();
        if (all.isEmpty()) {
            return;
        }
        List<Line> lines = pending.lines();
        for (ManagerRecord manager : all) {
            if (manager.keptFor != null && !lines.contains(manager.keptFor)) {
                manager.keptFor = null; // cancelled
            }
        }
        Set<Line> blocked = new HashSet<>();
        while (!lines.isEmpty()) {
            for (Line line : lines) {
                if (blocked.contains(line)) {
                    continue;
                }
                if (all.stream().noneMatch(m -> m.room.canEverHold(line.demand))) {
                    sink.refuse(pending.poll(line), tooLarge(line.demand, all));
                    break;
                }
                ManagerRecord manager = firstFit(line, all);
                if (manager != null) {
                    line.blockedSinceNs = Line.NOT_BLOCKED;
                    all.forEach(m -> m.keptFor = m.keptFor == line ? null : m.keptFor);
                    Task task = pending.poll(line);
                    managers.assign(task, manager);
                    sink.give(task, manager);
                    break;
                }
                blocked.add(line);
                block(line, all, nowNs);
            }
            lines = pending.lines().stream().filter(line -> !blocked.contains(line)).toList();
        }
    }

    private ManagerRecord firstFit(Line line, List<ManagerRecord> all) {
        for (ManagerRecord manager : all) {
            boolean isOpen = manager.keptFor == null || manager.keptFor == line;
            if (isOpen && manager.free() > 0 && fits(line.demand, manager)) {
                return manager;
            }
        }
        return null;
    }

    private boolean fits(Demand demand, ManagerRecord manager) {
        if (demand.isPlain() && manager.requestsOut == 0 && !pending.haveRequests()) {
            return true;
        }
        int plain = Math.min(manager.out - manager.requestsOut, manager.registration.workers());
        return manager.room.fits(demand, plain);
    }

    private void block(Line line, List<ManagerRecord> all, long nowNs) {
        if (line.blockedSinceNs == Line.NOT_BLOCKED) {
            line.blockedSinceNs = nowNs;
        }
        if (nowNs - line.blockedSinceNs < patienceNs
                || all.stream().anyMatch(m -> m.keptFor == line && m.isOpen())) {
            return;
        }
        ManagerRecord emptiest = null;
        for (ManagerRecord manager : all) {
            if (manager.keptFor == null
                    && manager.isOpen()
                    && manager.room.canEverHold(line.demand)
                    && (emptiest == null || manager.out < emptiest.out)) {
                emptiest = manager;
            }
        }
        if (emptiest != null) {
            emptiest.keptFor = line;
        }
    }

    private static String tooLarge(Demand demand, List<ManagerRecord> all) {
        ManagerRecord largest = all.get(0);
        for (ManagerRecord manager : all) {
            if (manager.room.node().cores() > largest.room.node().cores()) {
                largest = manager;
            }
        }
        return tooLarge(demand.resources(), largest.room.node());
    }

    static String tooLarge(Resources asked, Resources node) {
        return "the task asks for "
                + asked
                + ", but a node has no more than "
                + node
                + ": ask for less, or use larger nodes";
    }
}
