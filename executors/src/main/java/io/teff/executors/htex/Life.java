// SPDX-License-Identifier: Apache-2.0
package io.teff.executors.htex;

import io.teff.executors.blocks.BlockLoad;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * From the first task of an executor to its end: a thread that opens a session, and another when
 * one has lost its interchange. Thread-safe.
 *
 * <pre>
 * RUNNING -> SHUTDOWN -> STOP     shutdown, shutdownNow
 * any of the last two -> TERMINATED   whoever sees that no task is left and no thread runs
 * </pre>
 */
final class Life {
    private enum State {
        RUNNING,
        SHUTDOWN,
        STOP,
        TERMINATED
    }

    private final HtexConfig config;
    private final InterchangeStarter starter;
    private final BlockLoad load;
    private final ResultReceiver.Sink sink;
    private final OpenTasks tasks;
    private final Object lock = new Object();
    private volatile State state = State.RUNNING; // written under lock
    private volatile Session session; // written by the thread
    private volatile Throwable failure; // written under lock, once
    private volatile Thread thread; // written under lock
    private boolean isClosing; // under lock
    private Path directory; // the thread's

    Life(
            HtexConfig config,
            InterchangeStarter starter,
            BlockLoad load,
            ResultReceiver.Sink sink,
            OpenTasks tasks) {
        this.config = config;
        this.starter = starter;
        this.load = load;
        this.sink = sink;
        this.tasks = tasks;
    }

    /** The one of now; null: none. */
    Session session() {
        return session;
    }

    /** Why no task can run any more; null: they can. */
    Throwable failure() {
        return failure;
    }

    boolean isRunning() {
        return state == State.RUNNING;
    }

    boolean isTerminated() {
        return state == State.TERMINATED;
    }

    void begin() {
        if (thread == null) {
            synchronized (lock) {
                if (thread == null && failure == null && state == State.RUNNING) {
                    startThread();
                }
            }
        }
    }

    /** The first task starts the processes, also when shutdown has come just after it. */
    void beginFor(HtexTask<?> task) {
        if (thread != null) {
            return; // it looks at the queue when it is ready
        }
        synchronized (lock) {
            if (thread == null && failure == null && tasks.has(task)) {
                startThread();
            }
        }
    }

    private void startThread() {
        Thread started = new Thread(this::live, "teff-htex-life");
        started.setDaemon(true);
        thread = started;
        started.start();
    }

    private void live() {
        Throwable reason = null;
        try {
            directory = runDirectory();
            Settings forLog =
                    Settings.empty()
                            .with("directory", directory)
                            .with("log", config.fileLog ? "file" : "ring");
            try (HtexLog log = HtexLog.open(forLog, "submit")) {
                while (reason == null && !isClosing()) {
                    reason = liveOnce(log);
                }
            }
        } catch (InterruptedException e) {
            reason = new ExecutorFailed("the executor's own thread was interrupted", e);
        } catch (IOException | RuntimeException | Error e) { // or all tasks would wait for ever
            reason = new ExecutorFailed("the executor cannot run: " + e, e);
        }
        if (reason != null) {
            fail(reason);
        }
        if (config.directory == null && failure == null && directory != null) {
            delete(directory);
        }
        synchronized (lock) {
            thread = null;
            session = null;
        }
        tryTerminate();
    }

    /** One interchange's life. Null: it ended as it should, or another one may do better. */
    private Throwable liveOnce(HtexLog log) throws IOException, InterruptedException {
        Session s = new Session(config, directory, tasks.queue(), sink, load, log, starter);
        String end;
        try {
            synchronized (lock) {
                session = s;
                if (isClosing || failure != null) {
                    s.end.complete(null);
                }
            }
            s.open();
            s.wake(); // for tasks that came before there was a sender
            end = s.end.join();
        } finally {
            s.close(!s.end.isDone() || s.end.getNow("") == null);
        }
        if (end == null) {
            return failure;
        }
        log.failure(end, null);
        if (!s.wasUp()) {
            return new ExecutorFailed(
                    "the executor cannot start: " + end + "; see the files in " + directory, null);
        }
        tasks.loseSent(end);
        return null;
    }

    private boolean isClosing() {
        synchronized (lock) {
            return isClosing;
        }
    }

    private Path runDirectory() throws IOException {
        if (config.directory == null) {
            return Files.createTempDirectory("teff-htex-");
        }
        Files.createDirectories(config.directory);
        return Files.createTempDirectory(config.directory, "run-");
    }

    private static void delete(Path directory) {
        try (Stream<Path> all = Files.walk(directory)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        } catch (IOException e) {
            directory.toFile().deleteOnExit(); // somebody writes there still
        }
    }

    /** All tasks fail, those to come too. */
    void fail(Throwable reason) {
        Throwable named =
                reason instanceof ExecutorFailed
                        ? reason
                        : new ExecutorFailed(
                                "the executor is in bad state: " + reason.getMessage(), reason);
        synchronized (lock) {
            if (failure != null) {
                return;
            }
            failure = named;
            if (session != null) {
                session.end.complete(null); // the processes are of no use any more
            }
        }
        tasks.failAll(named);
    }

    /** Ends if nothing is left to do and no more can come. */
    void tryTerminate() {
        synchronized (lock) {
            if (state == State.RUNNING || !tasks.areFinished() || state == State.TERMINATED) {
                return;
            }
            if (thread == null) {
                state = State.TERMINATED;
                lock.notifyAll();
            } else {
                isClosing = true;
                if (session != null) {
                    session.end.complete(null);
                }
            }
        }
    }

    void shutdown() {
        advance(State.SHUTDOWN);
    }

    void stop() {
        advance(State.STOP);
    }

    private void advance(State to) {
        synchronized (lock) {
            if (state.compareTo(to) < 0) {
                state = to;
            }
        }
    }

    boolean awaitTermination(long nanos) throws InterruptedException {
        long end = System.nanoTime() + nanos;
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        synchronized (lock) {
            while (state != State.TERMINATED) {
                long left = end - System.nanoTime();
                if (nanos <= 0 || left <= 0) {
                    return false;
                }
                TimeUnit.NANOSECONDS.timedWait(lock, left);
            }
            return true;
        }
    }

    /** Until it has terminated; with an interrupt, only if it was told to stop. */
    boolean awaitEnd(boolean wasInterrupted) {
        boolean interrupted = wasInterrupted;
        synchronized (lock) {
            while (state != State.TERMINATED
                    && (!interrupted || state.compareTo(State.STOP) >= 0)) {
                try {
                    lock.wait();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        }
        return interrupted;
    }

    @Override
    public String toString() {
        return state.toString();
    }
}
