// SPDX-License-Identifier: Apache-2.0
package io.teff.flow;

import static java.lang.invoke.ConstantBootstraps.fieldVarHandle;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * What a thread needs while it runs or completes tasks of one flow: the work that comes of it, and
 * the counts of its {@link Tally}. Borrowed from {@link Runners} for that time, so that there are as
 * many as threads at work at once, whatever the executors' threads are.
 *
 * <pre>
 * FIELD     WRITTEN BY    HOW                          READ BY
 * busy      borrower      CAS to 1, release to 0       borrowers of a runner without owner
 * isInUse   owner         plain                        owner
 * ownedBy   Runners       under its lock               Runners; null: to be had
 * current   holder        release                      who closes the flow: acquire
 * thread    holder        plain                        holder
 * others    holder        plain, handed on by busy     holder
 * </pre>
 *
 * <p>Completing is a loop, not a recursion: who ends a future puts its dependents on {@code todo},
 * and the loop resolves them one by one, which may end further futures. Tasks that become ready for
 * the holder's own executor are for {@code next}: the one whose call came first runs here, without
 * queueing, since what lies near it in memory was called next. (A lone dependent of a simple task, as in a
 * chain, does without that: see {@link #takeOrFollow}.) The others go to the executor, in a
 * {@link Bundle} if there are several. A chain of any length takes constant stack.
 */
final class Runner extends Tally {
    /** Tasks run one after the other before the executor gets its thread back. */
    private static final int IN_A_ROW = 1024;

    /** Dependents whose memory does not fit into a core's cache. */
    private static final int MANY = 8192;

    private static final VarHandle BUSY =
            fieldVarHandle(
                    MethodHandles.lookup(), "busy", VarHandle.class, Runner.class, int.class);

    private static final VarHandle CURRENT =
            fieldVarHandle(
                    MethodHandles.lookup(), "current", VarHandle.class, Runner.class, Call.class);

    final Runners owner;
    final boolean isNear;
    private int busy;
    boolean isInUse; // of a runner with an owner: its owner's
    volatile Thread ownedBy;
    private Dependent todo;
    private Call<?> next;
    private Call<?> deferred;
    private Call<?> bundle; // ready, newest first, all for one executor
    private int bundled;
    private boolean settles;
    private Bundle source; // of what runs here
    private Slot slot; // whose thread this is; null if it is no executor's of this flow
    Thread thread;
    private Nest nest; // of the thread that has it
    private Call<?> current;

    Runner(Runners owner, boolean isNear) {
        this.owner = owner;
        this.isNear = isNear;
    }

    boolean tryBorrow() {
        return (int) BUSY.getAcquire(this) == 0 && BUSY.compareAndSet(this, 0, 1);
    }

    /** The thread that has it now begins. */
    void begin(Nest nest) {
        this.nest = nest;
    }

    /** Of the thread that has it. */
    Nest nest() {
        return nest;
    }

    void giveBack() {
        nest = null; // the thread may end
        BUSY.setRelease(this, 0); // pairs with tryBorrow
    }

    // Completing

    /** Goes on with the dependents of a future that has its value. */
    void follow(Dependent stack) {
        if (slot != null
                && isAll(stack)
                && stack instanceof Call<?> call
                && call.record() == null) { // else it may end at once, and so on without end
            resolve(call); // it goes into next, unless it waits for more
            return;
        }
        add(stack);
    }

    /** Whether this is one dependent, and nothing else is to be done here. */
    private boolean isAll(Dependent stack) {
        return stack.next == null && todo == null && next == null && bundle == null;
    }

    /** Puts the dependents of a future that has ended on a list, oldest first unless they are many. */
    void add(Dependent stack) {
        if (todo == null && isLong(stack)) {
            todo = stack; // as it is: to turn it around means to go through memory once more
            return;
        }
        for (Dependent d = stack; d != null; ) {
            Dependent below = d.next;
            d.next = todo;
            todo = d;
            d = below;
        }
    }

    /** As {@link #add}, of a future that has failed. */
    void addFailed(Dependent stack) {
        for (Dependent d = stack; d != null; d = d.next) {
            d.miss();
        }
        add(stack);
    }

    private static boolean isLong(Dependent stack) {
        Dependent d = stack;
        for (int i = 0; d != null && i < MANY; i++) {
            d = d.next;
        }
        return d != null;
    }

    /** Resolves what is on the list, and what comes of that. */
    void settle() {
        boolean outer = settles;
        settles = true;
        try {
            do {
                settleList();
                handOutBundle(); // which may be refused
            } while (todo != null);
        } finally {
            settles = outer;
        }
    }

    private void settleList() {
        Dependent d;
        while ((d = todo) != null) {
            todo = d.next;
            d.next = null;
            if (d instanceof Call<?> call) { // as most are: spares a virtual call
                resolve(call);
            } else {
                resolve(d);
            }
        }
    }

    private void resolve(Call<?> call) {
        try {
            call.resolved(this);
        } catch (Throwable t) { // as below
            call.failed(t, this);
        }
    }

    private void resolve(Dependent d) {
        try {
            if (d.runsForeignCode()) {
                handOutNext(); // which may wait for it
            }
            d.resolved(this);
        } catch (Throwable t) { // no memory, no stack: what waits must learn of it
            d.failed(t, this);
        }
    }

    /** A task has all its arguments. */
    void ready(Call<?> call) {
        boolean isPlain = call.record() == null;
        if (isPlain && next == null && slot != null && call.app.only == slot) {
            next = call;
        } else if (isPlain && settles) {
            collect(call);
        } else {
            handOut(call);
        }
    }

    private void collect(Call<?> call) {
        if (bundle != null && (bundle.app.only != call.app.only || bundled == Bundle.MAX)) {
            handOutBundle();
        }
        call.next = bundle;
        bundle = call;
        bundled++;
    }

    private void handOutBundle() {
        Call<?> call = bundle;
        if (call == null) {
            return;
        }
        Call<?>[] calls = new Call<?>[bundled];
        bundle = null;
        bundled = 0;
        for (int i = calls.length; --i >= 0; ) {
            Call<?> below = (Call<?>) call.next;
            call.next = null;
            calls[i] = call;
            call = below;
        }
        if (calls.length == 1) {
            handOut(calls[0]);
            return;
        }
        for (Call<?> each : calls) {
            each.state(TaskState.LAUNCHED);
        }
        handOut(new Bundle(owner, calls[0].app.only, calls));
    }

    /** As {@link #handOut(Call)}; what goes wrong there is each task's failure. */
    private void handOut(Bundle tasks) {
        Nest nest = this.nest;
        Runner outer = nest.handing;
        nest.handing = this;
        try {
            tasks.slot.executor.execute(tasks);
        } catch (Throwable t) {
            Call<?> call;
            while ((call = tasks.take()) != null) {
                call.end(new Outcome.Failed(t), this);
            }
        } finally {
            nest.handing = outer;
        }
    }

    /**
     * Gives a task to its executor. If that runs it at once, in this thread, {@link #run} finds this
     * runner handing and defers it, lest tasks run inside each other without end.
     */
    private void handOut(Call<?> call) {
        Nest nest = this.nest;
        Runner outer = nest.handing;
        nest.handing = this;
        try {
            call.execute(this);
        } finally {
            nest.handing = outer;
        }
    }

    /** Gives away what would wait for the body or callback that runs here to return. */
    void handOutNext() {
        handOutBundle();
        Call<?> call = next;
        if (call != null) {
            next = null;
            handOut(call);
        }
    }

    /**
     * The body or callback that runs here is about to wait, perhaps for what lies here: completes
     * and gives away all of it.
     */
    void beforeWait(Nest nest) {
        do {
            settle();
            handOutNext();
        } while (todo != null);
        Call<?> calls = deferred;
        if (calls != null) {
            deferred = null;
            owner.runAside(calls, nest);
        }
    }

    void defer(Call<?> call) {
        call.next = deferred;
        deferred = call;
    }

    void defer(Bundle tasks) {
        Call<?> call;
        while ((call = tasks.take()) != null) {
            defer(call);
        }
    }

    // Running

    /** Runs tasks of a bundle. */
    void run(Bundle tasks, Nest nest) {
        Call<?> first = tasks.take();
        if (first == null) {
            return;
        }
        source = tasks;
        if (tasks.hasMore()) {
            handOut(tasks); // for others: who runs here may be busy for long
        }
        run(first, tasks.slot, nest);
    }

    /**
     * Runs a task, and then those that become ready by it and are for the same executor, and those
     * of the bundle that it comes from.
     */
    void run(Call<?> first, Slot on, Nest nest) {
        thread = nest.thread;
        slot = on;
        Call<?> call = first;
        int left = IN_A_ROW;
        while (call != null) {
            CURRENT.setRelease(this, (Call<?>) call); // pairs with current
            Call<?> following = null;
            if (call.isSimple()) {
                following = takeOrFollow(call.stepSimple(this));
            } else {
                call.step(this);
            }
            if (todo != null || bundle != null) {
                settle();
            }
            call = following != null ? following : takeNext();
            if (call == null) {
                if ((call = nextDeferred()) != null) {
                    slot = call.slot();
                    left = IN_A_ROW;
                }
            } else if (--left <= 0 || thread.isInterrupted()) {
                call = leave(call);
                left = IN_A_ROW;
            }
        }
        CURRENT.setOpaque(this, (Call<?>) null);
        source = null;
        slot = null;
        thread = null;
    }

    /**
     * As {@link #follow}, of those that waited for a task that has run here, or null: gives the one that
     * is all there is, as in a chain, if it may run here next. It must then do so at once: no foreign
     * code in between could give it away.
     */
    private Call<?> takeOrFollow(Dependent waited) {
        if (waited == null) {
            return null;
        }
        if (isAll(waited) && waited instanceof Call<?> call && call.goesOn(slot)) {
            return call;
        }
        follow(waited);
        return null;
    }

    private Call<?> takeNext() {
        Call<?> call = next;
        if (call != null) {
            next = null;
            return call;
        }
        return source == null ? null : source.take();
    }

    /**
     * Gives away what is left, so that others get their turn, and an executor that stops can say so.
     * Returns what runs here nevertheless: what the executor gave back at once.
     */
    private Call<?> leave(Call<?> ready) {
        Call<?> call = ready;
        while (call != null) {
            handOut(call);
            leaveSource();
            settle(); // it may have refused
            call = next;
            next = null;
        }
        call = nextDeferred();
        if (call != null) {
            slot = call.slot();
        }
        return call;
    }

    private void leaveSource() {
        Bundle tasks = source;
        source = null;
        if (tasks != null && tasks.hasMore()) {
            handOut(tasks);
        }
    }

    /** Whether what runs here is no join app, and so may take its time after a call. */
    boolean mayLinger() {
        return current == null || !current.app.joins;
    }

    /** Any thread: the task that runs here, or has just run. */
    Call<?> current() {
        return (Call<?>) CURRENT.getAcquire(this);
    }

    /** Runs what an executor gave back at once. For those who complete without running. */
    void runDeferred(Nest nest) {
        Call<?> call;
        while ((call = nextDeferred()) != null) {
            run(call, call.slot(), nest);
        }
    }

    boolean hasWork() {
        return todo != null || bundle != null || deferred != null;
    }

    /** What another runner had deferred. */
    void takeDeferred(Call<?> calls) {
        deferred = calls;
    }

    private Call<?> nextDeferred() {
        Call<?> call = deferred;
        if (call != null) {
            deferred = (Call<?>) call.next;
            call.next = null;
        }
        return call;
    }
}
