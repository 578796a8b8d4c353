// SPDX-License-Identifier: Apache-2.0
package io.teff.executors.htex;

import io.teff.executors.htex.Message.Cancel;
import io.teff.executors.htex.Message.Result;
import io.teff.executors.htex.Message.Task;
import io.teff.remote.BadFrame;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.zeromq.ZMQ;
import org.zeromq.ZMQException;
import zmq.ZError;

/**
 * The interchange's side of its managers: lets them in, hands each as many tasks as it has room for,
 * takes their results, and knows what is lost with one. The interchange's thread only.
 *
 * <p>Bytes that are no frame of ours, and managers without the token of this executor, are counted
 * and otherwise ignored.
 */
final class ManagerLink {
    private static final int MAX_BATCH_BYTES = 1 << 20;

    private final Settings settings;
    private final ZMQ.Socket workers;
    private final Uplink uplink;
    private final HtexLog log;
    private final PendingTasks pending;
    private final ManagerPool pool;
    private final Packer packer;
    private final Set<String> seenBlocks = new LinkedHashSet<>();
    private final Set<String> heldBlocks = new LinkedHashSet<>();
    private final Frames.Writer out = new Frames.Writer(Frames.TASKS);
    private int expectedEnds; // connections that break because we said so
    private boolean isBad;

    ManagerLink(
            Settings settings,
            PendingTasks pending,
            ZMQ.Socket workers,
            Uplink uplink,
            HtexLog log) {
        this.settings = settings;
        this.pending = pending;
        this.workers = workers;
        this.uplink = uplink;
        this.log = log;
        pool = new ManagerPool(new Random(Long.parseLong(settings.text("seed"))));
        packer = new Packer(pending, pool, settings.time("patience").toNanos());
    }

    List<ManagerRecord> all() {
        return pool.all();
    }

    int tasksOut() {
        return pool.tasksOut();
    }

    /** Blocks that ever had a manager. */
    Set<String> seenBlocks() {
        return Collections.unmodifiableSet(seenBlocks);
    }

    /** A message of which the sender is known, and the rest is still in the socket. */
    void take(byte[] identity) {
        if (!workers.hasReceiveMore()) {
            uplink.reject("a message without content");
            return;
        }
        byte[] frame = workers.recv();
        boolean isOne = !workers.hasReceiveMore();
        while (workers.hasReceiveMore()) {
            frame = workers.recv();
        }
        ManagerRecord manager = pool.find(identity);
        try {
            if (!isOne) {
                throw new BadFrame("a message of several parts");
            }
            Frames.Reader in = new Frames.Reader(frame);
            if (manager == null) {
                if (in.type() != Frames.REGISTER) {
                    throw new BadFrame("frame of type " + in.type() + " from nobody we know");
                }
                register(identity, Registration.read(in));
                return;
            }
            manager.heardNs = System.nanoTime();
            switch (in.type()) {
                case Frames.RESULTS -> results(manager, Result.read(in), frame);
                case Frames.REGISTER -> send(manager, Frames.empty(Frames.REGISTERED)); // again
                case Frames.HEARTBEAT -> send(manager, Frames.empty(Frames.HEARTBEAT));
                case Frames.DRAINING -> {
                    manager.isDraining = true;
                    log.note("manager " + manager.id() + " drains");
                    endIfDrained(manager);
                }
                default -> throw new BadFrame("frame of type " + in.type() + " from a manager");
            }
        } catch (BadFrame e) {
            uplink.reject(e.getMessage());
        }
    }

    private void register(byte[] identity, Registration registration) throws BadFrame {
        if (!registration.token().equals(settings.text("token"))) {
            throw new BadFrame("a manager with another token");
        }
        int javaVersion = Runtime.version().feature();
        if (registration.protocol() != Frames.VERSION
                || registration.javaVersion() != javaVersion) {
            isBad = true;
            String reason =
                    "the manager of block "
                            + registration.block()
                            + " at "
                            + registration.host()
                            + " has protocol "
                            + registration.protocol()
                            + " and Java "
                            + registration.javaVersion()
                            + ", here it is protocol "
                            + Frames.VERSION
                            + " and Java "
                            + javaVersion
                            + ": start both with the same JDK and the same class path";
            log.failure(reason, null);
            uplink.send(new Frames.Writer(Frames.BAD_STATE).string(reason).toBytes());
            return;
        }
        ManagerRecord manager = new ManagerRecord(identity, registration, System.nanoTime());
        manager.isHeld = heldBlocks.contains(registration.block());
        pool.add(manager);
        seenBlocks.add(registration.block());
        log.note("manager " + manager.id() + " of block " + registration.block());
        send(manager, Frames.empty(Frames.REGISTERED));
    }

    private void results(ManagerRecord manager, List<Result> all, byte[] frame) {
        boolean areAllIts = true;
        List<Result> its = new ArrayList<>(all.size());
        for (Result result : all) {
            boolean isIts =
                    result.isEnd()
                            ? pool.ended(result.id(), manager, manager.heardNs)
                            : pool.ownerOf(result.id()) == manager;
            if (isIts) {
                its.add(result);
                log.debug("result", result.id(), result.status());
            } else {
                areAllIts = false;
                uplink.reject("result of task " + result.id() + ", which is not that manager's");
            }
        }
        if (areAllIts) {
            uplink.send(frame); // unchanged
        } else if (!its.isEmpty()) {
            out.reset(Frames.RESULTS).list();
            its.forEach(result -> result.write(out));
            uplink.send(out.toBytes());
        }
        endIfDrained(manager);
    }

    void endIfDrained(ManagerRecord manager) {
        if (manager.isDraining && manager.out == 0) {
            send(manager, Frames.empty(Frames.DIE));
            pool.remove(manager);
            expectedEnds++;
        }
    }

    /** Whether a connection that broke was one that we have ended. */
    boolean wasExpectedEnd() {
        if (expectedEnds == 0) {
            return false;
        }
        expectedEnds--;
        return true;
    }

    /** Passes it on to the manager that has the task. */
    void cancel(Cancel cancel) {
        ManagerRecord owner = pool.ownerOf(cancel.id());
        if (owner != null) {
            out.reset(Frames.CANCEL).list();
            cancel.write(out);
            send(owner, out.toBytes());
        } // else it has ended, and its result is on its way
    }

    /** No more tasks to a manager or to those of a block, also to those that come later. */
    List<String> hold(String managerOrBlock, boolean drain) {
        List<String> held = new ArrayList<>();
        heldBlocks.add(managerOrBlock);
        for (ManagerRecord m : pool.all()) {
            if (m.id().equals(managerOrBlock) || m.registration.block().equals(managerOrBlock)) {
                m.isHeld = true;
                if (drain) {
                    m.isDraining = true;
                    endIfDrained(m);
                }
                held.add(m.id());
            }
        }
        return held;
    }

    /** False: there is nobody any more who has this identity. */
    boolean send(ManagerRecord manager, byte[] frame) {
        try {
            return workers.send(manager.identity, ZMQ.SNDMORE | ZMQ.DONTWAIT)
                    && workers.send(frame, ZMQ.DONTWAIT);
        } catch (ZMQException e) {
            if (e.getErrorCode() == ZError.EHOSTUNREACH) {
                return false;
            }
            throw e;
        }
    }

    /** It is gone, and its tasks with it. */
    void lose(ManagerRecord manager, String why) {
        Collection<Long> lost = pool.remove(manager);
        String what =
                "manager "
                        + manager.id()
                        + " of block "
                        + manager.registration.block()
                        + " (process "
                        + manager.registration.pid()
                        + " at "
                        + manager.registration.host()
                        + ") is gone: "
                        + why;
        log.failure(what + "; tasks lost: " + lost.size(), null);
        for (long id : lost) {
            uplink.report(id, Frames.MANAGER_LOST, what);
        }
    }

    /** Hands out what there is room for. */
    void dispatch() {
        if (isBad || pending.size() == 0) {
            return;
        }
        if (packer.isNeeded()) {
            Map<ManagerRecord, List<Task>> chosen = new LinkedHashMap<>();
            packer.pack(System.nanoTime(), new Chosen(chosen));
            chosen.forEach(this::hand);
            return;
        }
        List<ManagerRecord> ready = pool.ready();
        while (pending.size() > 0 && !ready.isEmpty()) {
            handOut(ready);
            ready = pool.ready();
        }
    }

    private final class Chosen implements Packer.Sink {
        private final Map<ManagerRecord, List<Task>> tasks;

        Chosen(Map<ManagerRecord, List<Task>> tasks) {
            this.tasks = tasks;
        }

        @Override
        public void give(Task task, ManagerRecord manager) {
            tasks.computeIfAbsent(manager, m -> new ArrayList<>()).add(task);
        }

        @Override
        public void refuse(Task task, String why) {
            uplink.report(task.id(), Frames.REFUSED, why);
        }
    }

    private void hand(ManagerRecord manager, List<Task> tasks) {
        out.reset(Frames.TASKS).list();
        for (int i = 0; i < tasks.size(); i++) {
            tasks.get(i).write(out);
            log.debug("task to manager", tasks.get(i).id(), manager.out);
            if (i == tasks.size() - 1 || out.size() >= MAX_BATCH_BYTES) {
                if (!send(manager, out.toBytes())) {
                    lose(manager, "its connection broke");
                    return;
                }
                out.reset(Frames.TASKS).list();
            }
        }
    }

    /** To each what it has room for; what one message cannot hold goes in the next round. */
    private void handOut(List<ManagerRecord> ready) {
        for (ManagerRecord manager : ready) {
            int free = manager.free();
            out.reset(Frames.TASKS).list();
            while (out.items() < free && out.size() < MAX_BATCH_BYTES) {
                Task task = pending.poll();
                if (task == null) {
                    break;
                }
                task.write(out);
                pool.assign(task, manager);
                log.debug("task to manager", task.id(), manager.out);
            }
            if (out.items() == 0) {
                return;
            }
            // If it has gone this moment, its tasks are lost with it, as those before them.
            if (!send(manager, out.toBytes())) {
                lose(manager, "its connection broke");
            }
        }
    }

    /** Tells all to end. */
    void end() {
        for (ManagerRecord manager : pool.all()) {
            send(manager, Frames.empty(Frames.DIE));
        }
        workers.setLinger(200);
    }
}
