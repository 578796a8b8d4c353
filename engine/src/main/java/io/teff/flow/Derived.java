// SPDX-License-Identifier: Apache-2.0
package io.teff.flow;

/**
 * A future that is completed by something other than a task: by another future, or from the start.
 */
abstract class Derived<R> extends AppFuture<R> {
    private final Flow flow;
    private final String name;

    Derived(Flow flow, String name) {
        this.flow = flow;
        this.name = name;
    }

    Derived(Flow flow, String name, Object outcome) {
        super(outcome);
        this.flow = flow;
        this.name = name;
    }

    @Override
    public final Flow flow() {
        return flow;
    }

    @Override
    public final String name() {
        return name;
    }

    @Override
    public final TaskState state() {
        Object s = outcome();
        if (!isOutcome(s)) {
            return TaskState.PENDING;
        }
        return s instanceof Outcome.Failed failed ? failed.state : TaskState.EXEC_DONE;
    }

    /** As another future ended. */
    final void endAs(Object outcome, Runner runner) {
        end(outcome, runner);
    }

    @Override
    void resolved(Runner runner) {
        throw new AssertionError(name + " depends on nothing");
    }

    @Override
    final void failed(Throwable error, Runner runner) {
        end(new Outcome.Failed(error), runner);
    }

    /** A value that is known already. */
    static final class Value<R> extends Derived<R> {
        Value(Flow flow, R value) {
            super(flow, "value", Outcome.ofValue(value));
        }
    }
}
