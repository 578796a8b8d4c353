// SPDX-License-Identifier: Apache-2.0
package io.teff.flow;

import java.util.Arrays;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import java.util.function.IntPredicate;
import java.util.function.ToLongFunction;

/**
 * The runners of one flow: borrowed by threads while they run or complete its tasks.
 *
 * <p>A thread that keeps coming gets a runner of its own, and borrows that without an atomic
 * instruction. There are only so many of those; when their threads have died, or have gone over to
 * another flow, others get them.
 */
final class Runners {
    private static final int MIN = 8;
    private static final int REGULAR = 16; // visits that make a thread one that keeps coming

    private final Runner[] near; // where a thread looks first, by its number
    private final ConcurrentLinkedQueue<Runner> spare = new ConcurrentLinkedQueue<>();
    private final Runner[] owned; // guarded by this; filled from the left
    private volatile Caller[] callers = {}; // by app; written under this
    private final Nest[] nests; // of threads that have one, by their number; see nest
    private volatile Runner[] all;

    Runners() {
        int n = 1;
        while (n < MIN || n < 2 * Runtime.getRuntime().availableProcessors()) {
            n *= 2;
        }
        near = new Runner[n];
        Arrays.setAll(near, i -> new Runner(this, true));
        owned = new Runner[n];
        nests = new Nest[n];
        all = near.clone();
    }

    static Runners of(Flow flow) {
        return flow.runners;
    }

    /**
     * That of this thread. Where it is found is a hint, written without order: what is there is of
     * another thread, or this thread has written it, or may read its final field alone.
     */
    Nest nest() {
        Thread thread = Thread.currentThread();
        Nest nest = nests[(int) thread.getId() & nests.length - 1];
        return nest != null && nest.thread == thread ? nest : Nest.current();
    }

    /** Makes a thread with a runner of its own the one that counts an app's calls, unless one does. */
    void meet(App<?> app, Runner own, Thread thread) {
        Caller caller = app.caller;
        if (caller == null || caller.is(thread) || caller.hasLeft()) {
            app.caller = caller(app.id, own, thread);
        }
    }

    private synchronized Caller caller(int app, Runner own, Thread thread) {
        Caller[] all = callers;
        Caller caller = app < all.length ? all[app] : null;
        if (caller == null || caller.isGone()) {
            caller = new Caller(thread, own, caller == null ? 0 : caller.calls());
            all = Arrays.copyOf(all, Math.max(all.length, app + 1));
            all[app] = caller;
            callers = all;
        } else if (caller.is(thread)) {
            caller.runner = own;
        }
        return caller;
    }

    /** The runner of this thread's own if it has one, and no use for it just now; else null. */
    Runner idle(Nest nest) {
        Runner own = nest.own;
        return own != null && own.owner == this && !own.isInUse ? own : null;
    }

    Runner borrow(Nest nest) {
        Runner own = nest.own;
        if (own != null && own.owner == this && !own.isInUse) {
            own.isInUse = true;
            return own;
        }
        return borrowOther(nest, own);
    }

    private Runner borrowOther(Nest nest, Runner nests) {
        Runner own = nests;
        if ((own == null || own.owner != this)
                && ++nest.visits >= REGULAR
                && (own == null || !own.isInUse)
                && (own = adopt(nest)) != null) {
            own.isInUse = true;
            own.begin(nest);
            return own;
        }
        Runner runner = borrowAny(nest.thread);
        runner.begin(nest);
        return runner;
    }

    /** Gives a thread a runner of its own, if there is one to be had. */
    private synchronized Runner adopt(Nest nest) {
        nest.visits = 0;
        for (int i = 0; i < owned.length; i++) {
            Runner runner = owned[i];
            if (runner == null) {
                runner = new Runner(this, false);
                owned[i] = runner;
                include(runner);
            }
            Thread by = runner.ownedBy;
            if (by == null || !by.isAlive()) {
                if (nest.own != null) {
                    nest.own.ownedBy = null; // last: it may be adopted at once
                }
                nest.own = runner;
                nests[(int) nest.thread.getId() & nests.length - 1] = nest;
                runner.ownedBy = nest.thread;
                return runner;
            }
        }
        return null;
    }

    private void include(Runner runner) {
        Runner[] more = Arrays.copyOf(all, all.length + 1);
        more[all.length] = runner;
        all = more;
    }

    private Runner borrowAny(Thread thread) {
        int start = (int) thread.getId();
        for (int i = 0; i < near.length; i++) {
            Runner runner = near[start + i & near.length - 1];
            if (runner.tryBorrow()) {
                return runner;
            }
        }
        Runner runner = spare.poll();
        if (runner == null) {
            runner = new Runner(this, false);
            synchronized (this) {
                include(runner);
            }
        }
        if (!runner.tryBorrow()) {
            throw new AssertionError("a spare runner was busy");
        }
        return runner;
    }

    void giveBack(Runner runner, Nest nest) {
        if (runner == nest.own) {
            runner.isInUse = false;
            return;
        }
        giveBackOther(runner);
    }

    private void giveBackOther(Runner runner) {
        runner.giveBack();
        if (!runner.isNear) {
            spare.add(runner);
        }
    }

    /** Runs a task in this thread, which one of the executors gave it. */
    void run(Call<?> call) {
        Nest nest = nest();
        Runner outer = nest.running;
        if (nest.handing != null && nest.handing.owner == this) {
            nest.handing.defer(call); // an executor that runs its tasks at once
            return;
        }
        Runner runner = borrow(nest);
        nest.running = runner;
        try {
            runner.run(call, call.slot(), nest);
        } finally {
            nest.running = outer;
            giveBack(runner, nest);
        }
    }

    /** Runs, in this thread, tasks that one of the executors was given together. */
    void run(Bundle tasks) {
        if (!tasks.hasMore()) {
            return;
        }
        Nest nest = nest();
        Runner outer = nest.running;
        if (nest.handing != null && nest.handing.owner == this) {
            nest.handing.defer(tasks);
            return;
        }
        Runner runner = borrow(nest);
        nest.running = runner;
        try {
            runner.run(tasks, nest);
        } finally {
            nest.running = outer;
            giveBack(runner, nest);
        }
    }

    /** Resolves dependents whose future has ended already. */
    void now(Dependent stack) {
        Nest nest = Nest.current();
        Runner runner = borrow(nest);
        try {
            runner.add(stack);
        } finally {
            settleAndReturn(runner, nest);
        }
    }

    /** For threads that complete something without running a task of this flow. */
    void settleAndReturn(Runner runner, Nest nest) {
        if (runner.hasWork()) {
            settleAll(runner, nest);
        } else {
            giveBack(runner, nest);
        }
    }

    private void settleAll(Runner runner, Nest nest) {
        Runner outer = nest.running;
        nest.running = runner; // callbacks make calls as tasks do: they are not held up
        try {
            do {
                runner.settle();
                runner.runDeferred(nest);
            } while (runner.hasWork());
        } finally {
            nest.running = outer;
            giveBack(runner, nest);
        }
    }

    /** Runs what a runner had deferred, inside a task of its that waits. */
    void runAside(Call<?> deferred, Nest nest) {
        Runner outer = nest.running;
        Runner runner = borrow(nest);
        nest.running = runner;
        try {
            runner.takeDeferred(deferred);
            runner.runDeferred(nest);
        } finally {
            nest.running = outer;
            giveBack(runner, nest);
        }
    }

    void forEachCurrent(Consumer<Call<?>> action) {
        for (Runner runner : all) {
            Call<?> call = runner.current();
            if (call != null) {
                action.accept(call);
            }
        }
    }

    /** How many bodies of tasks without a record run now, or only those of one app. */
    long bodies(IntPredicate apps) {
        long sum = 0;
        for (Runner runner : all) {
            Call<?> call = runner.current();
            if (call != null
                    && call.record() == null
                    && apps.test(call.app.id)
                    && call.isInBody()) {
                sum++;
            }
        }
        return sum;
    }

    /** Sums over all runners, those now busy included. */
    long sum(ToLongFunction<Tally> count) {
        long sum = 0;
        for (Runner runner : all) {
            sum += count.applyAsLong(runner);
        }
        return sum;
    }

    /** How many calls of an app there were, in all. */
    long submitted(int app) {
        Caller[] all = callers;
        Caller caller = app < all.length ? all[app] : null;
        return (caller == null ? 0 : caller.calls()) + sum(t -> t.get(app, Tally.SUBMITTED));
    }
}
