// SPDX-License-Identifier: Apache-2.0
package io.teff.executors.htex;

import io.teff.executors.htex.Message.Cancel;
import io.teff.executors.htex.Message.Result;
import io.teff.executors.htex.Message.Task;
import io.teff.remote.BadFrame;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;

/**
 * The worker processes of one manager, and the queue that they share. Without batching each has one
 * task at a time. With batching each may have several, so that a pipe carries many in one write;
 * when others have nothing to do, what a worker has not begun is called back.
 *
 * <p>Threads: the manager's, and the reader of each worker. All state is guarded by this.
 */
final class WorkerProcesses implements Workers, WorkerProcess.Listener {
    private static final long STUCK_NS = 5_000_000;
    private static final int MOST_FAILED_STARTS = 3;

    private final Node node;
    private final int count;
    private final Grants grants;
    private final int credit;
    private final String block;
    private final Settings settings;
    private final Path settingsFile;
    private final Outbox outbox;
    private final HtexLog log;
    private final Runnable onHopeless;
    private final boolean fastLoss;
    private final ArrayDeque<Task> queue = new ArrayDeque<>();
    private final Set<Long> cancelled = new HashSet<>(); // while they are on their way back
    private final WorkerProcess[] workers;
    private final List<Runnable> losses = new ArrayList<>(); // seen, for the next tick
    private final Frames.Writer out = new Frames.Writer(Frames.TASKS);
    private int queuedRequests; // tasks in the queue that have requests
    private int failedStarts;
    private boolean isClosed;

    /**
     * @param credit tasks that a worker may have at a time
     * @param onHopeless called when workers die again and again before they are ready
     */
    WorkerProcesses(
            Node node,
            int credit,
            String block,
            Settings settings,
            Path settingsFile,
            Outbox outbox,
            HtexLog log,
            Runnable onHopeless) {
        this.node = node;
        count = node.workers();
        grants = new Grants(node);
        this.credit = credit;
        this.block = block;
        this.settings = settings;
        this.settingsFile = settingsFile;
        this.outbox = outbox;
        this.log = log;
        this.onHopeless = onHopeless;
        fastLoss = settings.flag("fastLoss");
        workers = new WorkerProcess[count];
    }

    @Override
    public synchronized void start() throws IOException {
        for (int rank = 0; rank < count; rank++) {
            workers[rank] = WorkerProcess.start(rank, node, block, settings, settingsFile, this);
        }
    }

    @Override
    public synchronized void submit(List<Task> tasks) {
        for (Task task : tasks) {
            queue.add(task);
            queuedRequests += task.demand().isPlain() ? 0 : 1;
        }
        dispatch();
    }

    /** In the order in which they came: while one waits for its resources, nobody passes it here. */
    private void dispatch() {
        boolean isMoving = true;
        while (isMoving && !queue.isEmpty()) {
            isMoving =
                    queue.peek().demand().isPlain() && grants.areNone() ? share() : giveWhatFits();
        }
    }

    /** One task to one worker, if it fits beside the others; tasks with requests are alone there. */
    private boolean giveWhatFits() {
        WorkerProcess idle = null;
        int plain = 0;
        for (WorkerProcess worker : workers) {
            if (room(worker) > 0 && worker.tasks.isEmpty()) {
                idle = worker;
            }
            plain += worker.isAlone || worker.tasks.isEmpty() ? 0 : 1;
        }
        Task task = queue.peek();
        if (idle == null || !grants.fits(task.demand(), plain)) {
            return false;
        }
        if (!task.demand().isPlain()) {
            queuedRequests--;
            idle.isAlone = true;
            List<String> names = grants.take(task);
            out.reset(Frames.ASSIGNED).list();
            names.forEach(name -> out.item().string(name));
            idle.write(out);
        }
        give(idle, 1);
        return true;
    }

    /** Tasks at the head of the queue that have no requests. */
    private int plainFirst() {
        if (queuedRequests == 0) {
            return queue.size();
        }
        int n = 0;
        for (Task task : queue) {
            if (!task.demand().isPlain()) {
                break;
            }
            n++;
        }
        return n;
    }

    /** Shares what waits among those who have room: each about as much as the others. */
    private boolean share() {
        int ready = 0;
        int plain = plainFirst();
        int before = queue.size();
        for (WorkerProcess worker : workers) {
            ready += room(worker) > 0 ? 1 : 0;
        }
        for (int i = 0; i < count && plain > 0 && ready > 0; i++) {
            WorkerProcess worker = workers[i];
            int room = room(worker);
            if (room > 0) {
                int share = Math.min(room, (plain + ready - 1) / ready);
                ready--;
                plain -= give(worker, share);
            }
        }
        return queue.size() < before;
    }

    /** How many tasks are worth a write: none while it has half of what it may have. */
    private int room(WorkerProcess worker) {
        if (worker == null
                || !worker.isReady
                || worker.isGone
                || worker.isRecalled
                || worker.isAlone
                || worker.isLeaving) {
            return 0;
        }
        int most = worker.isSlow ? 1 : credit;
        int has = worker.tasks.size();
        return has > most / 2 ? 0 : most - has;
    }

    /** How many it got. */
    private int give(WorkerProcess worker, int share) {
        out.reset(Frames.TASKS).list();
        int n = 0;
        for (; n < share && (n == 0 || out.size() < 1 << 20); n++) {
            Task task = queue.poll();
            task.write(out);
            if (worker.tasks.isEmpty()) {
                worker.lastResultNs = System.nanoTime();
            }
            worker.tasks.put(task.id(), task);
            log.debug("task to worker", task.id(), worker.rank);
        }
        worker.write(out); // if it is gone, its reader says so, and then the tasks are lost
        return n;
    }

    @Override
    public synchronized void cancel(Cancel cancel) {
        for (Iterator<Task> all = queue.iterator(); all.hasNext(); ) {
            Task task = all.next();
            if (task.id() == cancel.id()) {
                all.remove();
                queuedRequests -= task.demand().isPlain() ? 0 : 1;
                outbox.add(cancel.id(), Frames.DROPPED, Outbox.NOTHING);
                dispatch(); // others may have waited behind it
                return;
            }
        }
        for (WorkerProcess worker : workers) {
            if (worker.tasks.containsKey(cancel.id())) {
                if (worker.isRecalled) {
                    cancelled.add(cancel.id());
                }
                out.reset(Frames.CANCEL).list();
                cancel.write(out);
                worker.write(out);
                return;
            }
        }
    }

    @Override
    public synchronized void frame(WorkerProcess from, Frames.Reader in) throws BadFrame {
        if (isClosed || from.isGone) {
            return;
        }
        switch (in.type()) {
            case Frames.READY -> {
                in.done();
                from.isReady = true;
                failedStarts = 0;
            }
            case Frames.RESULTS -> results(from, Result.read(in));
            case Frames.RETURNED -> returned(from, in);
            default -> throw new BadFrame("frame of type " + in.type());
        }
        dispatch();
    }

    private void results(WorkerProcess from, List<Result> results) throws BadFrame {
        from.lastResultNs = System.nanoTime();
        for (Result result : results) {
            if (!from.tasks.containsKey(result.id())) {
                throw new BadFrame("result of task " + result.id() + ", which it did not have");
            }
            if (result.isEnd()) {
                from.tasks.remove(result.id());
                cancelled.remove(result.id());
                grants.give(result.id());
                from.isSlow = false;
                from.isAlone = false;
                from.isLeaving = result.status() == Frames.OVERRUN;
            }
            outbox.add(result.id(), result.status(), result.bytes());
        }
    }

    private void returned(WorkerProcess from, Frames.Reader in) throws BadFrame {
        from.isRecalled = false;
        from.isSlow = true;
        List<Task> back = new ArrayList<>();
        for (int n = in.list(8); n > 0; n--) {
            Task task = from.tasks.remove(in.i64());
            if (task == null) {
                throw new BadFrame("it gave back a task that it did not have");
            }
            if (cancelled.remove(task.id())) {
                outbox.add(task.id(), Frames.DROPPED, Outbox.NOTHING);
            } else {
                back.add(task);
            }
        }
        in.done();
        for (int i = back.size() - 1; i >= 0; i--) {
            queue.addFirst(back.get(i));
        }
    }

    @Override
    public synchronized void ended(WorkerProcess worker, String how) {
        if (isClosed || worker.isGone) {
            return;
        }
        worker.isGone = true;
        if (fastLoss || worker.isLeaving) {
            replace(worker, how);
        } else {
            losses.add(() -> replace(worker, how)); // seen by the watchdog, as in Parsl
        }
    }

    private void replace(WorkerProcess worker, String how) {
        String what = "worker " + worker.rank + " (process " + worker.process.pid() + "): " + how;
        log.failure(what + "; tasks lost: " + worker.tasks.size(), null);
        for (long id : worker.tasks.keySet()) {
            cancelled.remove(id);
            grants.give(id);
            outbox.add(id, Frames.WORKER_LOST, Job.text(what));
        }
        worker.tasks.clear();
        if (!worker.isReady && ++failedStarts >= MOST_FAILED_STARTS) {
            log.failure("workers die before they are ready: giving up", null);
            onHopeless.run();
            return;
        }
        try {
            workers[worker.rank] =
                    WorkerProcess.start(worker.rank, node, block, settings, settingsFile, this);
        } catch (IOException e) {
            log.failure("cannot start another worker", e);
            onHopeless.run();
        }
    }

    /** Called each heartbeat by the watchdog. */
    synchronized void watch() {
        losses.forEach(Runnable::run);
        losses.clear();
    }

    @Override
    public synchronized long tick() {
        if (credit == 1 || !queue.isEmpty()) {
            return Long.MAX_VALUE;
        }
        boolean areIdle = false;
        boolean areBusy = false;
        for (WorkerProcess worker : workers) {
            areIdle |= worker.isReady && worker.tasks.isEmpty();
            areBusy |= worker.tasks.size() > 1;
        }
        if (!areIdle || !areBusy) {
            return Long.MAX_VALUE;
        }
        long now = System.nanoTime();
        for (WorkerProcess worker : workers) {
            if (worker.tasks.size() > 1
                    && !worker.isRecalled
                    && now - worker.lastResultNs > STUCK_NS) {
                worker.isRecalled = true;
                worker.write(out.reset(Frames.RECALL));
            }
        }
        return STUCK_NS / 1_000_000;
    }

    @Override
    public void close() {
        synchronized (this) {
            isClosed = true;
        }
        for (WorkerProcess worker : workers) {
            if (worker != null) {
                worker.kill();
            }
        }
    }
}
