// SPDX-License-Identifier: Apache-2.0
package io.teff.engine;

import io.teff.monitor.EventKind;

/** A task that the monitor measures: how long it waited, and how long its body took. */
record SampledTask(Runnable task, long submittedNs, int name) implements Runnable {
    /** The task with the time of its submission, unless it has one, or must stay what it is. */
    static Runnable of(Runnable task, long submittedNs, TaskNames names) {
        return task instanceof SampledTask || task instanceof Invocation
                ? task
                : new SampledTask(task, submittedNs, names.of(task));
    }

    @Override
    public void run() {
        long begin = System.nanoTime();
        Object event = FlightEvents.beginTask();
        try {
            task.run();
        } finally {
            Worker worker = Worker.currentOrNull();
            Probe probe = worker == null ? null : worker.probe; // none if its engine has no monitor
            if (worker != null) {
                FlightEvents.endTask(event, worker, task, begin - submittedNs);
            }
            if (probe != null && probe.wait != null) {
                long end = System.nanoTime();
                probe.wait.record(begin - submittedNs);
                probe.run.record(end - begin);
                probe.total.record(end - submittedNs);
                probe.ring.write(begin, end, EventKind.SAMPLE, name, 1, begin - submittedNs);
            }
        }
    }
}
