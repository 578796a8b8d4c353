// SPDX-License-Identifier: Apache-2.0
package io.teff.engine;

import io.teff.monitor.NamedTask;
import jdk.jfr.Category;
import jdk.jfr.Event;
import jdk.jfr.FlightRecorder;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Threshold;

/**
 * What an engine tells the JDK's flight recorder: workers that sleep ({@code io.teff.Park}), sections and
 * waits in which a spare worker stands in ({@code io.teff.Blocked}), tasks that the monitor samples
 * ({@code io.teff.Task}), each if it took more than 20 ms or what the recording's settings say, and
 * workers that the watchdog found ({@code io.teff.Stuck}).
 *
 * <p>All of that is off the paths of tasks and forks. While nothing records an event costs one look at
 * a field, and where the JVM has no module jdk.jfr nothing at all. An event begins and ends in one
 * thread; null stands for one that is not recorded.
 */
final class FlightEvents {
    private static final boolean PRESENT = ModuleLayer.boot().findModule("jdk.jfr").isPresent();

    private FlightEvents() {}

    static Object beginPark() {
        return PRESENT ? Recorder.beginPark() : null;
    }

    static void endPark(Object event, Worker worker) {
        if (event != null) {
            Recorder.endPark(event, worker);
        }
    }

    static Object beginBlocked() {
        return PRESENT ? Recorder.beginBlocked() : null;
    }

    static void endBlocked(Object event, Worker worker) {
        if (event != null) {
            Recorder.endBlocked(event, worker);
        }
    }

    static Object beginTask() {
        return PRESENT ? Recorder.beginTask() : null;
    }

    /** @param waitedNs from its submission to its begin */
    static void endTask(Object event, Worker worker, Runnable task, long waitedNs) {
        if (event != null) {
            Recorder.endTask(event, worker, task, waitedNs);
        }
    }

    static void stuck(StuckWorker report) {
        if (PRESENT) {
            Recorder.stuck(report);
        }
    }

    /** All that knows jdk.jfr; not loaded where that is missing. */
    private static final class Recorder {
        static Object beginPark() {
            return FlightRecorder.isInitialized() ? begun(new Park()) : null;
        }

        static Object beginBlocked() {
            return FlightRecorder.isInitialized() ? begun(new Blocked()) : null;
        }

        static Object beginTask() {
            return FlightRecorder.isInitialized() ? begun(new Task()) : null;
        }

        private static Event begun(Event event) {
            if (!event.isEnabled()) {
                return null;
            }
            event.begin();
            return event;
        }

        static void endPark(Object begun, Worker worker) {
            Park event = (Park) begun;
            event.end();
            if (event.shouldCommit()) {
                event.engine = worker.crew.config.name();
                event.worker = worker.index;
                event.commit();
            }
        }

        static void endBlocked(Object begun, Worker worker) {
            Blocked event = (Blocked) begun;
            event.end();
            if (event.shouldCommit()) {
                event.engine = worker.crew.config.name();
                event.worker = worker.index;
                event.commit();
            }
        }

        static void endTask(Object begun, Worker worker, Runnable task, long waitedNs) {
            Task event = (Task) begun;
            event.end();
            if (event.shouldCommit()) {
                event.engine = worker.crew.config.name();
                event.worker = worker.index;
                event.task =
                        task instanceof NamedTask named
                                ? named.taskName()
                                : task.getClass().getName();
                event.waited = waitedNs;
                event.commit();
            }
        }

        static void stuck(StuckWorker report) {
            if (FlightRecorder.isInitialized()) {
                Stuck event = new Stuck();
                if (event.shouldCommit()) {
                    event.report = report.toString();
                    event.commit();
                }
            }
        }
    }

    @Name("io.teff.Park")
    @Label("Worker Park")
    @Category("Teff")
    @Threshold("20 ms")
    @StackTrace(false)
    private static final class Park extends Event {
        @Label("Engine")
        String engine;

        @Label("Worker")
        int worker;
    }

    @Name("io.teff.Blocked")
    @Label("Worker Blocked")
    @Category("Teff")
    @Threshold("20 ms")
    private static final class Blocked extends Event {
        @Label("Engine")
        String engine;

        @Label("Worker")
        int worker;
    }

    @Name("io.teff.Task")
    @Label("Sampled Task")
    @Category("Teff")
    @Threshold("20 ms")
    @StackTrace(false)
    private static final class Task extends Event {
        @Label("Engine")
        String engine;

        @Label("Worker")
        int worker;

        @Label("Task")
        String task;

        @Label("Waited")
        @jdk.jfr.Timespan(jdk.jfr.Timespan.NANOSECONDS)
        long waited;
    }

    @Name("io.teff.Stuck")
    @Label("Stuck Worker")
    @Category("Teff")
    @StackTrace(false)
    private static final class Stuck extends Event {
        @Label("Report")
        String report;
    }
}
