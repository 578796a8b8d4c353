// SPDX-License-Identifier: Apache-2.0
package io.teff.flow;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * The commands of a flow: so many run at once, the others wait for their turn, in order. No thread
 * waits with them. Any thread; fields are guarded by this.
 */
final class Processes {
    private static final long MAX_CLOSE_NS = TimeUnit.SECONDS.toNanos(10);

    private final int limit;
    private final Set<Command> waiting = new LinkedHashSet<>();
    private final Set<Command> running = new LinkedHashSet<>();
    private final Set<Command> ending = new HashSet<>(); // their tasks learn of it just now
    private boolean isClosed;
    private Thread hook; // kills what runs when the JVM ends

    Processes(int limit) {
        this.limit = limit;
    }

    /** Starts a command, now or when its turn comes. */
    void submit(Command command) {
        synchronized (this) {
            if (isClosed) {
                throw new RejectedExecutionException(
                        command.call().name() + " rejected: its flow has stopped all commands");
            }
            if (hook == null) {
                Thread thread = new Thread(this::stop, "teff-flow-kill");
                Runtime.getRuntime().addShutdownHook(thread);
                hook = thread;
            }
            if (running.size() >= limit) {
                waiting.add(command);
                return;
            }
            running.add(command);
        }
        start(command);
    }

    /** A loop, since of those that cannot be started there may be many in a row. */
    private void start(Command first) {
        ArrayDeque<Command> ended = new ArrayDeque<>();
        Command command = first;
        while (command != null && !command.start()) {
            ended.add(command);
            command = next(command);
        }
        try {
            ended.forEach(Command::end);
        } finally {
            ended.forEach(this::ended);
        }
    }

    private synchronized Command next(Command ended) {
        running.remove(ended);
        ending.add(ended);
        if (waiting.isEmpty() || running.size() >= limit) {
            return null;
        }
        Command command = waiting.iterator().next();
        waiting.remove(command);
        running.add(command);
        return command;
    }

    /** A command's processes are gone: another may start. */
    void gone(Command command) {
        Command next = next(command);
        if (next != null) {
            start(next);
        }
    }

    /** Its task knows: there is nothing left to do. */
    synchronized void ended(Command command) {
        ending.remove(command);
        notifyAll();
    }

    /** Whether the command was waiting, and will not be started any more. */
    synchronized boolean withdraw(Command command) {
        return waiting.remove(command);
    }

    private synchronized List<Command> all() {
        List<Command> all = new ArrayList<>(waiting);
        all.addAll(running);
        return all;
    }

    void cancelAll() {
        all().forEach(command -> command.call().cancel(true));
    }

    private void stopAll() {
        synchronized (this) {
            isClosed = true;
        }
        all().forEach(Command::halt);
    }

    /** Kills what is left, and waits until it is gone and its traces are. */
    private void stop() {
        stopAll();
        boolean interrupted = false;
        synchronized (this) {
            long end = System.nanoTime() + MAX_CLOSE_NS;
            long leftNs = MAX_CLOSE_NS;
            while (leftNs > 0 && !(running.isEmpty() && ending.isEmpty())) {
                try {
                    TimeUnit.NANOSECONDS.timedWait(this, leftNs);
                } catch (InterruptedException e) {
                    interrupted = true;
                }
                leftNs = end - System.nanoTime();
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** The flow has ended. */
    void close() {
        stop();
        Thread unused;
        synchronized (this) {
            unused = hook;
            hook = null;
        }
        if (unused != null) {
            try {
                Runtime.getRuntime().removeShutdownHook(unused);
            } catch (IllegalStateException e) {
                return; // the JVM ends already, and the hook does its work
            }
        }
    }
}
