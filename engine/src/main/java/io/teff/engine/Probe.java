// SPDX-License-Identifier: Apache-2.0
package io.teff.engine;

import static java.lang.invoke.ConstantBootstraps.fieldVarHandle;

import io.teff.monitor.EventRing;
import io.teff.monitor.WorkerState;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * What one worker notes about itself for the {@link Monitor}: in plain memory, never in the file, so that
 * a worker neither waits for a disk nor faults if somebody cuts the file. The worker's own thread writes,
 * with opaque stores; the monitor's reads. Workers of an engine without a monitor have none.
 *
 * <p>{@code state} is the ordinal, as a reference would cost a card mark each time; {@code blocked} counts
 * the blocking sections that the worker is in. They are padded, or they might lie beside another worker's.
 */
final class Probe extends Pads.ProbeFields {
    private static final VarHandle STATE =
            fieldVarHandle(
                    MethodHandles.lookup(),
                    "state",
                    VarHandle.class,
                    Pads.ProbeState.class,
                    int.class);
    private static final VarHandle STOLEN = MethodHandles.arrayElementVarHandle(long[].class);
    private static final WorkerState[] STATES = WorkerState.values();

    @SuppressWarnings("EnumOrdinal")
    private static final int RUN = WorkerState.RUN.ordinal();

    private static final int LONG_SPIN = 16; // rounds; a shorter one is part of the work

    final EventRing ring;
    final Timeline timeline; // null when off
    final Latencies wait; // these three are null when nothing is sampled
    final Latencies run;
    final Latencies total;
    private final TaskNames names;
    private final int sampling; // 0: none
    private final long[] stolen; // by place of the victim

    /** With a place for each worker, and for those that have none the last one. */
    Probe(
            int places,
            int ringCapacity,
            boolean isTimed,
            int sampling,
            TaskNames names,
            Counters counters) {
        stolen = new long[places];
        ring = new EventRing(ringCapacity);
        timeline = isTimed ? new Timeline(ring, names, counters) : null;
        this.names = names;
        this.sampling = sampling;
        untilSample = sampling;
        boolean samples = sampling > 0;
        wait = samples ? new Latencies() : null;
        run = samples ? new Latencies() : null;
        total = samples ? new Latencies() : null;
    }

    // The worker's thread

    /** Its thread begins. */
    void begins() {
        blocked = 0;
        set(WorkerState.RUN); // it was started for some work
        if (timeline != null) {
            timeline.begins();
        }
    }

    /** Its thread, or its turn as a spare, ends. */
    void ends(boolean isStopped) {
        if (timeline != null) {
            timeline.ends();
        }
        set(isStopped ? WorkerState.STOPPED : WorkerState.ABSENT);
    }

    /** It has found something, after it had found nothing. */
    void works() {
        if (state != RUN && blocked == 0) {
            STATE.setOpaque(this, RUN);
            if (timeline != null) {
                timeline.found();
            }
        }
    }

    /** It finds nothing, for so many rounds now. */
    void idle(int rounds) {
        if (rounds == 0) {
            set(WorkerState.STEAL);
        } else if (rounds == LONG_SPIN) {
            set(WorkerState.SPIN);
            if (timeline != null) {
                timeline.idle();
            }
        }
    }

    /** It falls asleep. */
    void parks() {
        set(WorkerState.PARK);
        if (timeline != null) {
            timeline.parks();
        }
    }

    /** It sleeps no more. */
    void wakes() {
        set(WorkerState.RUN); // if it finds nothing, it soon says so
        if (timeline != null) {
            timeline.wakes();
        }
    }

    /** It is about to block. */
    void blocks() {
        if (blocked++ == 0) {
            set(WorkerState.BLOCKED);
            if (timeline != null) {
                timeline.blocks();
            }
        }
    }

    /** It goes on. */
    void goesOn() {
        if (blocked > 0 && --blocked == 0) {
            set(WorkerState.RUN);
            if (timeline != null) {
                timeline.goesOn();
            }
        }
    }

    /** It submits a task: the same, or with a look at the clock if its turn has come. */
    Runnable sample(Runnable task) {
        if (sampling == 0 || --untilSample > 0) {
            return task;
        }
        untilSample = sampling;
        return SampledTask.of(task, System.nanoTime(), names);
    }

    /** It has stolen from another. */
    void stole(int victim) {
        int place = Math.min(victim, stolen.length - 1);
        STOLEN.setOpaque(stolen, place, stolen[place] + 1);
    }

    @SuppressWarnings("EnumOrdinal")
    private void set(WorkerState next) {
        int code = next.ordinal();
        if (state != code) {
            STATE.setOpaque(this, code);
        }
    }

    // Any thread

    WorkerState state() {
        return STATES[(int) STATE.getOpaque(this)];
    }

    long stolen(int place) {
        return (long) STOLEN.getOpaque(stolen, place);
    }
}
