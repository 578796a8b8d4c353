// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.monitor;

import io.teff.monitor.MonitorFiles;
import io.teff.monitor.MonitorReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * The files that pages may look at, and those they do look at: these are read ten times a second for as
 * long as somebody asks, and let go some time after. Only files of the list can be asked for, by an id
 * that says nothing about paths. Any thread.
 */
final class WatchList implements AutoCloseable {
    private static final long LOOK_MS = 100;
    private static final long PATIENCE_NS = 60_000_000_000L;

    private final List<Path> places; // files, and folders of files
    private final Map<String, Seat> watched = new HashMap<>(); // guarded by this
    private final ScheduledExecutorService clock =
            Executors.newSingleThreadScheduledExecutor(
                    task -> {
                        Thread thread = new Thread(task, "teff-monitor-reader");
                        thread.setDaemon(true);
                        return thread;
                    });

    /** One that is watched, and when somebody last asked. */
    private static final class Seat {
        final Watched watched;
        long askedNs;

        Seat(Watched watched) {
            this.watched = watched;
        }
    }

    WatchList(List<Path> places) {
        this.places = List.copyOf(places);
        clock.scheduleAtFixedRate(this::lookAtAll, LOOK_MS, LOOK_MS, TimeUnit.MILLISECONDS);
    }

    /** All files, live ones first; unreadable ones too. */
    List<MonitorFiles.Found> list() throws IOException {
        List<MonitorFiles.Found> found = new ArrayList<>();
        for (Path place : places) {
            if (Files.isDirectory(place) || !Files.exists(place)) {
                found.addAll(MonitorFiles.list(place));
            } else {
                found.add(MonitorFiles.look(place));
            }
        }
        return found;
    }

    static String id(MonitorFiles.Found found) {
        return Long.toHexString(found.info().id());
    }

    /**
     * The engine of that id, watched from now on.
     *
     * @return null if no file of the list has it
     * @throws IOException if its file cannot be read
     */
    Watched watch(String id) throws IOException {
        synchronized (this) {
            Seat seat = watched.get(id);
            if (seat != null) {
                seat.askedNs = System.nanoTime();
                return seat.watched;
            }
        }
        for (MonitorFiles.Found found : list()) {
            if (found.info() != null && id(found).equals(id)) {
                return open(id, found.path());
            }
        }
        return null;
    }

    private synchronized Watched open(String id, Path path) throws IOException {
        Seat seat = watched.get(id);
        if (seat == null) {
            MonitorReader reader = MonitorReader.open(path);
            boolean done = false;
            try {
                seat = new Seat(new Watched(reader));
                done = true;
            } finally {
                if (!done) {
                    reader.close();
                }
            }
            watched.put(id, seat);
        }
        seat.askedNs = System.nanoTime();
        return seat.watched;
    }

    private void lookAtAll() {
        List<Watched> all = new ArrayList<>();
        synchronized (this) {
            watched.values()
                    .removeIf(
                            seat -> {
                                boolean old = System.nanoTime() - seat.askedNs > PATIENCE_NS;
                                if (old) {
                                    closeQuietly(seat.watched);
                                }
                                return old;
                            });
            watched.values().forEach(seat -> all.add(seat.watched));
        }
        for (Watched one : all) {
            try {
                one.look();
            } catch (IOException | RuntimeException e) {
                forget(one); // its pages are told by Watched.problem()
            }
        }
    }

    private synchronized void forget(Watched one) {
        watched.values()
                .removeIf(
                        seat -> {
                            if (seat.watched == one) {
                                closeQuietly(one);
                            }
                            return seat.watched == one;
                        });
    }

    private static void closeQuietly(Watched one) {
        try {
            one.close();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e); // closing a file that is only read
        }
    }

    @Override
    public void close() {
        clock.shutdownNow();
        synchronized (this) {
            watched.values().forEach(seat -> closeQuietly(seat.watched));
            watched.clear();
        }
    }
}
