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
 */
final class Probe {
    private static final VarHandle STATE =
            fieldVarHandle(
                    MethodHandles.lookup(), "state", VarHandle.class, Probe.class, int.class);
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
    private final long[] stolen; // by place of the victim
    private int state; // its ordinal: a reference would cost a card mark each time
    private int blocked; // blocking sections it is in

    /** With a place for each worker, and for those that have none the last one. */
    Probe(int places, int ringCapacity, boolean isTimed, boolean samples, TaskNames names) {
        stolen = new long[places];
        ring = new EventRing(ringCapacity);
        timeline = isTimed ? new Timeline(ring, names) : null;
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
            timeline.flush();
        }
        set(isStopped ? WorkerState.STOPPED : WorkerState.ABSENT);
    }

    /** It is about to run something. */
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
