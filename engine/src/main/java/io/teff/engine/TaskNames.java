// SPDX-License-Identifier: Apache-2.0
package io.teff.engine;

import io.teff.monitor.MonitorWriter;
import io.teff.monitor.NamedTask;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Names of tasks, and the numbers under which events hold them. Any thread gives names; they reach the file
 * by the monitor's thread, and get the same numbers there.
 */
final class TaskNames {
    private static final int MOST = 2000;
    private static final int LONGEST = 100;
    private static final String LAMBDA = "$$Lambda";

    private final ConcurrentHashMap<Class<?>, Integer> byClass = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<String, Integer> byName = new ConcurrentHashMap<>();
    private final List<String> all = new ArrayList<>(); // guarded by itself
    private int written; // the monitor's thread, under its lock

    /** The number of a task's kind, from 1; 0 if there are too many kinds. */
    int of(Object task) {
        if (task instanceof SampledTask sampled) {
            return sampled.name();
        }
        Object body =
                task instanceof TaskFuture<?> future
                        ? future.body()
                        : task instanceof Invocation invocation ? invocation.task() : task;
        if (body instanceof RunnableBody<?> runnable) {
            body = runnable.task();
        }
        if (body instanceof NamedTask named) {
            return id(named.taskName());
        }
        Integer known = byClass.get(body.getClass());
        return known != null
                ? known
                : byClass.computeIfAbsent(body.getClass(), type -> id(nameOf(type)));
    }

    /** The number of a name. */
    int id(String name) {
        Integer known = byName.get(name);
        return known != null ? known : byName.computeIfAbsent(shorten(name), this::add);
    }

    private int add(String name) {
        synchronized (all) {
            if (all.size() >= MOST) {
                return 0;
            }
            all.add(name);
            return all.size();
        }
    }

    /** The end of a name says more than its begin. */
    private static String shorten(String name) {
        return name.length() <= LONGEST ? name : name.substring(name.length() - LONGEST);
    }

    private static String nameOf(Class<?> type) {
        String name = type.getName();
        int lambda = name.indexOf(LAMBDA);
        return lambda < 0 ? name : name.substring(0, lambda) + " lambda";
    }

    /** The monitor's thread: writes those that are not yet in the file. */
    void writeTo(MonitorWriter writer) {
        synchronized (all) {
            for (; written < all.size(); written++) {
                writer.name(all.get(written));
            }
        }
    }
}
