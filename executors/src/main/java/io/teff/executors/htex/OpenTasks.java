// SPDX-License-Identifier: Apache-2.0
package io.teff.executors.htex;

import io.teff.remote.BadFrame;
import io.teff.remote.Codec;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The tasks of an executor that were accepted and have not ended, and how they end. Thread-safe.
 *
 * <p>Whoever takes a task out of the map ends it, so that it ends once. The map forgets a task
 * before its future is complete: who has all futures' values sees no task here. The count that
 * termination waits for goes down after that, so that terminated means that all futures are done.
 */
final class OpenTasks {
    private static final long ANSWER_NS = TimeUnit.SECONDS.toNanos(5);

    private final Codec codec;
    private final UsageBook book;
    private final Labels labels; // null: none
    private final Runnable onQueued;
    private final Runnable onNone;
    private final ConcurrentHashMap<Long, HtexTask<?>> tasks = new ConcurrentHashMap<>();
    private final ConcurrentLinkedQueue<Object> queue = new ConcurrentLinkedQueue<>();
    private final AtomicInteger unfinished = new AtomicInteger();

    /**
     * @param onQueued called when tasks were added to the queue here
     * @param onNone called when the last of them has ended
     */
    OpenTasks(Codec codec, UsageBook book, Labels labels, Runnable onQueued, Runnable onNone) {
        this.codec = codec;
        this.book = book;
        this.labels = labels;
        this.onQueued = onQueued;
        this.onNone = onNone;
    }

    /** Tasks and requests to cancel, for the sender. */
    ConcurrentLinkedQueue<Object> queue() {
        return queue;
    }

    int count() {
        return tasks.size();
    }

    /** Whether all have ended, and their futures are complete. */
    boolean areFinished() {
        return unfinished.get() == 0;
    }

    boolean has(HtexTask<?> task) {
        return tasks.containsKey(task.id);
    }

    void add(HtexTask<?> task) {
        unfinished.incrementAndGet();
        tasks.put(task.id, task);
    }

    /** Whether it was here, and nobody else ends it. */
    boolean takeBack(HtexTask<?> task) {
        if (tasks.remove(task.id) == null) {
            return false;
        }
        release(task);
        return true;
    }

    private void release(HtexTask<?> task) {
        List<HtexTask<?>> next = labels == null ? List.of() : labels.ended(task);
        if (!next.isEmpty()) {
            queue.addAll(next);
            onQueued.run();
        }
        if (unfinished.decrementAndGet() == 0) {
            onNone.run();
        }
    }

    /** What a process has to say of a task: its end, or the answer to a cancel. */
    void answered(Message.Result result) {
        switch (result.status()) {
            case Frames.USAGE -> used(result);
            case Frames.OVERRUN -> runOnceMore(tasks.get(result.id()));
            default -> endedOrAnswered(result);
        }
    }

    private void used(Message.Result result) {
        HtexTask<?> task = tasks.get(result.id());
        if (task == null) {
            return; // it counts as lost already
        }
        try {
            Usage usage = Usage.of(result.bytes());
            task.usage = usage;
            book.add(task.app, usage);
            if (labels != null) {
                labels.measured(task.app, usage);
            }
        } catch (BadFrame e) {
            throw new AssertionError("was read with its frame", e);
        }
    }

    /**
     * It needed more memory than its label: it is to have a node. Whoever cancels it meanwhile has
     * completed its future, or said so in the task, before asking for that by the queue; this looks
     * after it has put the task there. So one of the two sees the other.
     */
    private void runOnceMore(HtexTask<?> task) {
        if (task == null) {
            return; // a loss was reported first
        }
        book.overran(task.app);
        task.demand = Demand.NODE;
        task.toLocal();
        queue.add(task);
        if (task.isDone() || task.isToStop) {
            if (task.withdraw() && tasks.remove(task.id) != null) {
                task.answer(true);
                release(task);
                return;
            }
            queue.add(new TaskSender.CancelRequest(task, true));
        }
        onQueued.run();
    }

    private void endedOrAnswered(Message.Result result) {
        HtexTask<?> task = result.isEnd() ? tasks.remove(result.id()) : tasks.get(result.id());
        if (task == null) {
            return; // a loss was reported first
        }
        byte[] bytes = result.bytes();
        try {
            switch (result.status()) {
                case Frames.OK -> task.succeed(codec.decodeValue(bytes, task.body));
                case Frames.FAILED -> end(task, codec.decodeFailure(bytes, task.body));
                case Frames.WORKER_LOST -> end(task, new WorkerLost(task.id, text(bytes)));
                case Frames.MANAGER_LOST -> end(task, new ManagerLost(task.id, text(bytes)));
                case Frames.REFUSED -> end(task, new IllegalArgumentException(text(bytes)));
                default -> {
                    // DROPPED and RUNNING answer whoever cancels
                }
            }
        } catch (RuntimeException | Error e) { // it is in no list any more: nobody else ends it
            end(task, e);
        }
        task.answer(result.status() == Frames.DROPPED);
        if (result.isEnd()) {
            release(task);
        }
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    void fail(HtexTask<?> task, Throwable reason) {
        if (tasks.remove(task.id) != null) {
            task.withdraw();
            end(task, reason);
            task.answer(false);
            release(task);
        }
    }

    void failAll(Throwable reason) {
        for (HtexTask<?> task : tasks.values()) {
            fail(task, reason);
        }
    }

    /** The interchange is gone, and with it what it and the managers had. */
    void loseSent(String how) {
        for (HtexTask<?> task : tasks.values()) {
            if (task.isSent()) {
                fail(task, new InterchangeLost(task.id, how));
            }
        }
    }

    /** What execute ran has no future that anybody holds: its failure goes where a thread's goes. */
    private static void end(HtexTask<?> task, Throwable thrown) {
        task.fail(thrown);
        if (task.isExecuted) {
            Thread thread = Thread.currentThread();
            try {
                thread.getUncaughtExceptionHandler().uncaughtException(thread, thrown);
            } catch (Throwable ofTheHandler) {
                return; // the JVM ignores what an uncaught handler throws, and so do we
            }
        }
    }

    /** The future was cancelled: see that it does not begin, or is interrupted. */
    void cancelled(HtexTask<?> task, boolean interrupt, Session session) {
        if (task.withdraw()) {
            takeBack(task);
            return;
        }
        if (!has(task) || session == null) {
            return;
        }
        queue.add(new TaskSender.CancelRequest(task, interrupt));
        session.wake();
        if (!session.isResultThread()) { // which could not hear the answer while it waits for it
            task.awaitAnswer(ANSWER_NS);
        }
    }

    /** Takes back all that have not begun, wherever they are, and interrupts the others. */
    List<Runnable> takeBackAll(Session session) {
        List<HtexTask<?>> back = new ArrayList<>();
        List<HtexTask<?>> asked = new ArrayList<>();
        for (HtexTask<?> task : tasks.values()) {
            if (task.withdraw()) {
                if (takeBack(task)) {
                    back.add(task);
                }
            } else if (session != null) {
                asked.add(task);
                task.isToStop = true;
                queue.add(new TaskSender.CancelRequest(task, false));
            }
        }
        if (session != null) {
            for (HtexTask<?> task : asked) { // behind all others, lest who is free begins the next
                queue.add(new TaskSender.CancelRequest(task, true));
            }
            session.wake();
            long end = System.nanoTime() + ANSWER_NS;
            for (HtexTask<?> task : asked) {
                if (!session.isResultThread()) {
                    task.awaitAnswer(Math.max(0, end - System.nanoTime()));
                }
                if (task.wasDropped) {
                    back.add(task);
                }
            }
        }
        back.sort(Comparator.comparingLong(task -> task.id));
        List<Runnable> unstarted = new ArrayList<>(back.size());
        for (HtexTask<?> task : back) {
            if (!task.isDone()) {
                unstarted.add(task.isExecuted ? (Runnable) task.body : task);
            }
        }
        return unstarted;
    }
}
