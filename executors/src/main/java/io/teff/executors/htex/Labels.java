// SPDX-License-Identifier: Apache-2.0
package io.teff.executors.htex;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What tasks without a request ask for, learnt from earlier ones of their app, as Work Queue does.
 * The first of an app run alone, each with a whole node; those that come meanwhile wait. Once that
 * many were measured, the others ask for the most that was seen, with head room, which grows when
 * more is seen. Thread-safe: guarded by this.
 *
 * <p>Memory counts as the worker process had it, a quarter more, in steps of 16 MB. Cores count as
 * CPU time by wall time, up to the next whole one; tasks shorter than 0.1 s tell nothing of cores,
 * since a JVM compiles what is new meanwhile, and count as one.
 */
final class Labels {
    static final int FIRST = 3;
    private static final double HEAD_ROOM = 1.25;
    private static final int STEP_MB = 16;
    private static final long SHORT_MS = 100;

    private static final class App {
        final Set<Long> alone = new HashSet<>(); // first tasks that run
        final LinkedHashSet<HtexTask<?>> waiting = new LinkedHashSet<>();
        int measured;
        double cores = 1;
        long memoryMb;

        Demand label() {
            return Demand.label(new Resources(cores, memoryMb, 0, 0));
        }
    }

    private final Map<String, App> apps = new HashMap<>();

    /** Gives the task its request; false: it must wait, and {@link #ended} will return it. */
    synchronized boolean admit(HtexTask<?> task) {
        if (task.demand.kind() == Demand.Kind.ASKED) {
            return true;
        }
        App app = apps.computeIfAbsent(task.app, name -> new App());
        if (app.measured < FIRST && app.alone.size() >= FIRST - app.measured) {
            app.waiting.add(task);
            return false;
        }
        label(task, app);
        return true;
    }

    private static void label(HtexTask<?> task, App app) {
        if (app.measured < FIRST) {
            app.alone.add(task.id);
            task.demand = Demand.NODE;
        } else {
            task.demand = app.label();
        }
    }

    /** A run of this app was measured. */
    synchronized void measured(String name, Usage usage) {
        App app = apps.get(name);
        if (app == null) {
            return; // all of its tasks name their requests
        }
        app.measured++;
        if (usage.wall().toMillis() >= SHORT_MS) {
            app.cores = Math.max(app.cores, Math.ceil(usage.cores() - 0.1)); // 1.05 is one
        }
        long memory = (long) (usage.memoryMb() * HEAD_ROOM);
        app.memoryMb = Math.max(app.memoryMb, (memory / STEP_MB + 1) * STEP_MB);
    }

    /** A task has ended, somehow; those that need wait no longer, each with its request. */
    synchronized List<HtexTask<?>> ended(HtexTask<?> task) {
        App app = apps.get(task.app);
        if (app == null || !(app.alone.remove(task.id) || app.waiting.remove(task))) {
            return List.of();
        }
        List<HtexTask<?>> next = new ArrayList<>();
        while (!app.waiting.isEmpty()
                && (app.measured >= FIRST || app.alone.size() < FIRST - app.measured)) {
            HtexTask<?> first = app.waiting.iterator().next();
            app.waiting.remove(first);
            label(first, app);
            next.add(first);
        }
        return next;
    }

    /** What the next task of this app is going to ask for; null: it has no label yet. */
    synchronized Resources of(String name) {
        App app = apps.get(name);
        return app == null || app.measured < FIRST ? null : app.label().resources();
    }
}
