// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.monitor;

import io.teff.engine.Engine;
import io.teff.engine.EngineConfig;
import io.teff.engine.LongTask;
import io.teff.engine.Worker;
import io.teff.flow.App1;
import io.teff.flow.App2;
import io.teff.flow.Flow;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * A real engine that keeps a file, and a thread that gives it work of every kind which the file tells
 * of: forks, tasks, tasks that fail or block, tiles, apps.
 */
final class BusyEngine implements AutoCloseable {
    private static final int TASKS = 500; // in one round
    private static final int FAILED_ROUND = 5; // only there, so that the page can show the number
    private static final long ROUND_NS = 5_000_000;
    private static final LongTask FIB =
            new LongTask() {
                @Override
                protected long compute(Worker w, long n) {
                    if (n < 2) {
                        return n;
                    }
                    int right = fork(w, n - 1);
                    long left = compute(w, n - 2);
                    return left + join(w, right);
                }
            };

    final Engine engine;
    final Flow flow;

    /** What went wrong, but for the failures that are meant. */
    final Queue<Throwable> wrong = new ConcurrentLinkedQueue<>();

    private final App1<Integer, Integer> twice;
    private final App2<Integer, Integer, Integer> add;
    private final AtomicLong ran = new AtomicLong();
    private final Thread thread;
    private volatile boolean stop;
    private long rounds; // of the thread until it has ended

    /** The failure that is meant. */
    private static final class Meant extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    BusyEngine(Path file) {
        engine =
                Engine.start(
                        EngineConfig.builder()
                                .name("busy")
                                .workers(2)
                                .monitor(file)
                                .monitorTimeline(1 << 12)
                                .monitorSampling(16)
                                .uncaughtHandler(this::hear)
                                .build());
        flow = Flow.on(engine);
        twice = flow.app("twice", (Integer x) -> 2 * x);
        add = flow.app("add", (Integer x, Integer y) -> x + y);
        thread = new Thread(this::work, "busy-engine");
        thread.start();
    }

    private void hear(Thread where, Throwable error) {
        if (!(error instanceof Meant)) {
            wrong.add(error);
        }
    }

    private void work() {
        try {
            while (!stop) {
                round(rounds++);
                LockSupport.parkNanos(ROUND_NS);
            }
        } catch (Throwable error) {
            wrong.add(error);
        }
    }

    private void round(long number) {
        expect(987, engine.invoke(FIB, 16));
        AtomicLong area = new AtomicLong();
        engine.tiles(64, 48, 8)
                .forEach((x0, y0, x1, y1) -> area.addAndGet((long) (x1 - x0) * (y1 - y0)));
        expect(64 * 48, area.get());
        for (int i = 0; i < TASKS; i++) {
            engine.execute(ran::getAndIncrement);
        }
        if (number == FAILED_ROUND) {
            engine.execute(
                    () -> {
                        throw new Meant();
                    });
        }
        engine.execute(BusyEngine::block);
        expect(20, add.call(twice.call(3), twice.call(7)).join());
    }

    private static void block() {
        Engine.blocking(
                () -> {
                    LockSupport.parkNanos(ROUND_NS / 5);
                    return null;
                });
    }

    private static void expect(long right, long got) {
        if (got != right) {
            throw new AssertionError("expected " + right + ", got " + got);
        }
    }

    /** How many times it has given out all kinds of work. */
    long rounds() {
        return rounds;
    }

    /** Gives out nothing more, and waits until the engine has run what it was given. */
    void rest() throws InterruptedException, TimeoutException {
        stop = true;
        thread.join();
        flow.await(Duration.ofMinutes(1));
        while (ran.get() < rounds * TASKS || engine.stats().queued() > 0) {
            Thread.sleep(1);
        }
    }

    /** How many of the counted tasks have run. */
    long ran() {
        return ran.get();
    }

    @Override
    public void close() {
        stop = true;
        while (thread.isAlive()) {
            LockSupport.parkNanos(ROUND_NS);
        }
        flow.close();
        engine.close();
    }
}
