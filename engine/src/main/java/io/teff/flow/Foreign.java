// SPDX-License-Identifier: Apache-2.0
package io.teff.flow;

import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;

/** A stage of somebody else's, or a future of another flow, as a future of this flow. */
final class Foreign<R> extends Derived<R> {
    private final CompletionStage<?> stage;

    private Foreign(Flow flow, CompletionStage<?> stage) {
        super(flow, stage instanceof AppFuture<?> future ? future.name() : "stage");
        this.stage = stage;
    }

    /** The future itself if it is of this flow. */
    @SuppressWarnings("unchecked")
    static <R> AppFuture<R> adopt(Flow flow, CompletionStage<? extends R> stage) {
        if (stage instanceof AppFuture<?> future && future.flow() == flow) {
            return (AppFuture<R>) future;
        }
        Foreign<R> foreign = new Foreign<>(flow, stage);
        flow.outstanding(foreign, true);
        stage.whenComplete((value, error) -> foreign.complete(value, error));
        return foreign;
    }

    private void complete(Object value, Throwable error) {
        Throwable t = error;
        if (t instanceof CompletionException && t.getCause() != null) {
            t = t.getCause();
        }
        if (t == null) {
            end(Outcome.ofValue(value));
        } else if (t instanceof CancellationException) {
            end(new Outcome.Cancelled(t.getMessage() == null ? name() : t.getMessage()));
        } else {
            end(new Outcome.Failed(t));
        }
    }

    @Override
    void ended(Object with, Runner runner) {
        flow().outstanding(this, false);
    }

    @Override
    public boolean cancel(boolean interrupt) {
        boolean won = super.cancel(interrupt);
        if (won) {
            try {
                stage.toCompletableFuture().cancel(interrupt);
            } catch (UnsupportedOperationException e) {
                return true; // a stage need not be a future; then nobody can cancel it
            }
        }
        return won;
    }
}
