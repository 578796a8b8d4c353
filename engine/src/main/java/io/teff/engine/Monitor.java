// SPDX-License-Identifier: Apache-2.0
package io.teff.engine;

import io.teff.monitor.AppSource;
import io.teff.monitor.EngineStatus;
import io.teff.monitor.EventKind;
import io.teff.monitor.EventRing;
import io.teff.monitor.MonitorEvent;
import io.teff.monitor.MonitorWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * What an engine tells of itself while it runs, and whom it tells: a file, and whoever wants to know of
 * stuck workers. An engine without either has no monitor.
 *
 * <p>A thread of its own copies what the workers have noted in their {@link Probe}s into the file,
 * twenty times a second while anything changes. So the file has one writer; what workers pay is a few plain
 * stores; and a slow disk, a full one, or somebody who cuts the file harm nobody but the watcher. Evan
 * Jones, "The Four Month Bug", 2015, tells what becomes of programs whose threads write to mapped files
 * themselves.
 *
 * <p>If the file cannot be made or kept, the engine runs on without, and says so once. When the engine has
 * ended the file has its last figures, before anybody who waits for the end goes on.
 */
final class Monitor {
    static final String PROPERTY = "teff.monitor";

    private static final System.Logger LOG = System.getLogger("io.teff.engine");
    private static final long TICK_NS = 50_000_000;
    private static final long LONGEST_TICK_NS = 100_000_000;
    private static final int ALL_EVERY = 2; // ticks
    private static final int SMALL_RING = 1 << 14;

    private final Crew crew;
    private final EngineConfig config;
    private final TaskNames names = new TaskNames();
    private final Boards boards = new Boards(names);
    private final AppSources apps = new AppSources(names);
    private final EventRing outside = new EventRing(SMALL_RING); // written under its own monitor
    private final long limitNs;
    private final Watchdog[] dogs; // by worker; made when first seen
    private Thread thread;

    // guarded by this
    private MonitorPath path;
    private MonitorWriter writer; // null without a file
    private Publisher publisher; // the same
    private long stuck;
    private int tick;
    private boolean ended;
    private Runnable untold; // a warning that is told when the lock is free

    private Monitor(Crew crew) {
        this.crew = crew;
        config = crew.config;
        limitNs = config.watchdog() == null ? 0 : config.watchdog().toNanos();
        dogs = new Watchdog[config.workers() + config.maxSpares()];
    }

    /** The monitor of an engine whose configuration asks for one; else null. */
    static Monitor of(Crew crew) {
        return crew.config.monitor() == null && crew.config.watchdog() == null
                ? null
                : new Monitor(crew);
    }

    /** What one worker notes for it. */
    Probe newProbe(Counters counters) {
        int timeline = config.monitorTimeline();
        return new Probe(
                Publisher.places(config),
                timeline > 0 ? timeline : SMALL_RING,
                timeline > 0,
                config.monitorSampling(),
                names,
                counters);
    }

    // Life

    /** The engine is built. */
    void begin() {
        open();
        tell();
    }

    private synchronized void open() {
        if (config.monitor() != null) {
            try {
                path = MonitorPath.take(config, config.monitor().toString());
                writer = Publisher.create(path.path(), config, crew.inboxes.length);
                boards.limit(writer.mostBoards());
                publisher = new Publisher(crew, writer, names, boards, apps, outside);
                publish(System.nanoTime());
            } catch (IOException | RuntimeException | InternalError e) {
                giveUp(e);
            }
        }
        if (writer == null && limitNs == 0) {
            return;
        }
        thread = new Thread(null, this::run, config.name() + "-monitor", 0, false);
        thread.setDaemon(true);
        thread.start();
    }

    private void run() {
        long nap = TICK_NS;
        for (; ; ) {
            LockSupport.parkNanos(this, nap);
            List<StuckWorker> found = new ArrayList<>();
            boolean changed = false;
            boolean isLast;
            synchronized (this) {
                isLast = ended || (writer == null && limitNs == 0);
                if (!isLast) {
                    changed = look(found);
                }
            }
            tell();
            if (isLast) {
                return;
            }
            nap = changed ? TICK_NS : Math.min(2 * nap, LONGEST_TICK_NS);
            found.forEach(this::report);
        }
    }

    private boolean look(List<StuckWorker> found) {
        long now = System.nanoTime();
        for (int i = 0, n = crew.size(); i < n; i++) {
            Worker worker = crew.worker(i);
            if (dogs[i] == null) {
                dogs[i] = new Watchdog(crew, worker, limitNs);
            }
            StuckWorker report = dogs[i].look(worker.probe.state(), now);
            if (report != null) {
                stuck++;
                found.add(report);
            }
        }
        if (writer == null) {
            return true;
        }
        try {
            if (!writer.isWhole()) {
                throw new IOException("somebody has cut it");
            }
            return publish(now);
        } catch (IOException | RuntimeException | InternalError e) {
            giveUp(e);
            return true;
        }
    }

    private boolean publish(long nowNs) {
        boolean all = tick++ % ALL_EVERY == 0 || ended;
        return publisher.publish(status(), dogs, stuck, all, nowNs);
    }

    private EngineStatus status() {
        if (ended) {
            return EngineStatus.TERMINATED;
        }
        return crew.isStopped()
                ? EngineStatus.STOPPED
                : crew.isShutdown() ? EngineStatus.SHUTDOWN : EngineStatus.RUNNING;
    }

    /** No thread of the engine is left: the last figures, then the end. Never throws. */
    void end() {
        synchronized (this) {
            if (ended) {
                return;
            }
            ended = true;
            if (writer != null) {
                try {
                    if (writer.isWhole()) {
                        publish(System.nanoTime());
                    }
                } catch (IOException | RuntimeException | InternalError e) {
                    giveUp(e);
                }
            }
            close();
        }
        LockSupport.unpark(thread);
    }

    private void close() {
        try {
            if (writer != null) {
                writer.close();
            }
        } catch (IOException e) {
            warn("its monitor file was not closed", e);
        }
        writer = null;
        if (path != null) {
            path.close();
            path = null;
        }
    }

    /** There is no file, or none any more. */
    private void giveUp(Throwable why) {
        warn(
                "it runs on without a monitor file"
                        + (path == null ? "" : " at " + path.path())
                        + ": "
                        + why,
                why);
        close();
    }

    /** Not under the lock: a handler may wait for the engine, and that for us. */
    private void tell() {
        Runnable warning;
        synchronized (this) {
            warning = untold;
            untold = null;
        }
        if (warning != null) {
            warning.run();
        }
    }

    private void warn(String what, Throwable why) {
        if (untold == null) {
            untold = () -> tell("engine " + config.name() + ": " + what, why);
        }
    }

    private void tell(String message, Throwable why) {
        if (config.uncaughtHandler() != null) {
            crew.uncaught(Thread.currentThread(), new IllegalStateException(message, why));
        } else {
            LOG.log(System.Logger.Level.WARNING, message);
        }
    }

    private void report(StuckWorker report) {
        FlightEvents.stuck(report);
        try {
            if (config.watchdogHandler() != null) {
                config.watchdogHandler().accept(report);
            } else {
                LOG.log(System.Logger.Level.WARNING, report.toString());
            }
        } catch (Throwable error) { // a handler's mistake
            crew.uncaught(Thread.currentThread(), error);
        }
    }

    // What is told

    /** Any thread: apps to show. */
    Runnable show(AppSource source) {
        return apps.show(source);
    }

    /** Any thread: a task that was submitted then, with that time. */
    Runnable stamp(Runnable task, long submittedNs) {
        return SampledTask.of(task, submittedNs, names);
    }

    /** Any thread: a loop over tiles begins. Gives what is to be done to each tile in place of the body. */
    TileWatch watch(Tiles tiles, Tiles.TileBody body, Tiles.TileToLong sum) {
        Object own = body != null ? body : sum;
        Boards.Begun begun = boards.begin(tiles.width(), tiles.height(), tiles.tile(), own);
        return begun == null
                ? null
                : new TileWatch(this, tiles, body, sum, begun.board(), begun.iteration());
    }

    /** Any thread: a tile was computed. */
    void tile(int board, long iteration, int tile, long fromNs) {
        long arg = MonitorEvent.tileArg(board, iteration, tile);
        Worker worker = Worker.currentOrNull();
        if (crew.isOwn(worker)) {
            worker.probe.ring.write(fromNs, System.nanoTime(), EventKind.TILE, 0, 1, arg);
        } else {
            synchronized (outside) {
                outside.write(fromNs, System.nanoTime(), EventKind.TILE, 0, 1, arg);
            }
        }
    }

    /** Where the file is; null if there is none. */
    synchronized Path file() {
        return writer == null ? null : path.path();
    }
}
