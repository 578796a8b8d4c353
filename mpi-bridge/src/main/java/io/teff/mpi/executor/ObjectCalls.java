// SPDX-License-Identifier: Apache-2.0
package io.teff.mpi.executor;

import io.teff.remote.Codec;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** The tasks that are objects, which this rank has accepted and which have not ended. Thread-safe. */
final class ObjectCalls {
    private static final long ANSWER_NS = TimeUnit.SECONDS.toNanos(5);

    private final Driver driver;
    private final Codec codec;
    private final Roster<ObjectCall<?>> open = new Roster<>();
    private final AtomicInteger asking = new AtomicInteger();

    /** None yet. */
    ObjectCalls(Driver driver, Codec codec) {
        this.driver = driver;
        this.codec = codec;
    }

    Driver driver() {
        return driver;
    }

    Codec codec() {
        return codec;
    }

    /** Whether this rank needs no other any more: then the run may end, and with it the transport. */
    boolean isEmpty() {
        return open.isEmpty() && asking.get() == 0;
    }

    /** Asks a rank about a call, unless that has ended meanwhile. */
    void ask(ObjectCall<?> call, Runnable question) {
        asking.getAndIncrement(); // first: whoever finds the call open below holds the end up
        try {
            Roster.Line<ObjectCall<?>> line = call.line;
            if (line != null && open.has(line)) {
                question.run();
            }
        } finally {
            asking.getAndDecrement();
        }
    }

    /** It is open from now on: who finds that it has not begun finds it here afterwards. */
    void add(ObjectCall<?> call) {
        call.line = open.line();
        open.enter(call.line, call);
    }

    /** It has ended, whether it ran or not, or was not accepted; true for the first to say so. */
    boolean ended(ObjectCall<?> call) {
        Roster.Line<ObjectCall<?>> line = call.line;
        if (line == null || !open.strike(line)) {
            return false;
        }
        call.line = null;
        return true;
    }

    /**
     * Takes back those that have not begun, wherever they are, and interrupts the others.
     *
     * @return in the order in which they came
     */
    List<Runnable> takeBackAll() {
        List<ObjectCall<?>> all = open.all();
        for (ObjectCall<?> call : all) {
            call.stop(false);
        }
        for (ObjectCall<?> call : all) { // behind all others, lest who is free begins the next
            call.stop(true);
        }
        long end = System.nanoTime() + ANSWER_NS;
        List<Runnable> unstarted = new ArrayList<>();
        for (ObjectCall<?> call : all) {
            if (call.wasDropped(end - System.nanoTime()) && !call.isDone()) {
                unstarted.add(call.isExecuted ? (Runnable) call.body : call);
            }
        }
        return unstarted;
    }
}
