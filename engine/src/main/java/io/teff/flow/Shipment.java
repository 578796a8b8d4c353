// SPDX-License-Identifier: Apache-2.0
package io.teff.flow;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** One try of a task whose body runs in another process: sent, then waited for. */
final class Shipment implements Call.Hold {
    private final Call<?> call;
    private final TaskRecord record;
    private final CompletableFuture<Object> sent;
    private volatile AppTimeout overdue;

    Shipment(Call<?> call, TaskRecord record, CompletableFuture<Object> sent) {
        this.call = call;
        this.record = record;
        this.sent = sent;
    }

    /** Goes on when the answer is there; in this thread, if it is there already. */
    void await() {
        Future<?> timer =
                record.options().walltime() == null
                        ? null
                        : call.flow()
                                .clock()
                                .schedule(
                                        this::timeOut,
                                        Ending.nanos(record.options().walltime()),
                                        TimeUnit.NANOSECONDS);
        sent.whenComplete(
                (value, error) -> {
                    if (timer != null) {
                        timer.cancel(false);
                    }
                    answered(value, error);
                });
    }

    /** On the clock. */
    private void timeOut() {
        overdue = new AppTimeout(call.name(), record.options().walltime());
        sent.cancel(true);
    }

    /** The call was cancelled. */
    @Override
    public void cancel(Runner runner) {
        sent.cancel(true);
    }

    private void answered(Object value, Throwable error) {
        Runners runners = Runners.of(call.flow());
        Nest nest = Nest.current();
        Runner runner = runners.borrow(nest);
        try {
            if (error == null) {
                record.ranOutside(value, call, runner);
            } else {
                Throwable cause =
                        error instanceof CompletionException && error.getCause() != null
                                ? error.getCause()
                                : error;
                AppTimeout late = overdue;
                record.tryFailed(late != null ? late : cause, call, runner);
            }
        } finally {
            runners.settleAndReturn(runner, nest);
        }
    }
}
