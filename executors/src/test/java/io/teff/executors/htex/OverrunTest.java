// SPDX-License-Identifier: Apache-2.0
package io.teff.executors.htex;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** A task that was stopped for its memory, and those who want to stop it meanwhile. */
final class OverrunTest {
    private final UsageBook book = new UsageBook();
    private final OpenTasks tasks = new OpenTasks(null, book, null, () -> {}, () -> {});
    private final HtexExecutor executor = new HtexExecutor(HtexConfig.tuned().build());

    private HtexTask<Object> sent() {
        HtexTask<Object> task =
                new HtexTask<>(executor, 7, 0, "body", null, new byte[0], true, false);
        task.app = "app";
        task.demand = Demand.label(Resources.memoryMb(16));
        tasks.add(task);
        assertThat(task.toSent()).isTrue();
        return task;
    }

    private void overrun() {
        tasks.answered(new Message.Result(7, Frames.OVERRUN, new byte[0]));
    }

    @Test
    void isSentOnceMoreWithAllOfANode() {
        HtexTask<Object> task = sent();
        overrun();
        assertThat(tasks.queue()).containsExactly(task);
        assertThat(task.demand).isEqualTo(Demand.NODE);
        assertThat(task.toSent()).isTrue();
        assertThat(tasks.areFinished()).isFalse();
        assertThat(book.all(null).get("app").overruns()).isEqualTo(1);
    }

    @Test
    void cancelledOneIsNot() {
        HtexTask<Object> task = sent();
        assertThat(task.cancel(true)).isTrue();
        overrun();
        assertThat(task.toSent()).as("sender").isFalse();
        assertThat(tasks.areFinished()).isTrue();
        assertThat(task.awaitAnswer(0)).isTrue();
    }

    @Test
    void shutdownNowGetsItBack() {
        HtexTask<Object> task = sent();
        task.isToStop = true;
        overrun();
        assertThat(task.toSent()).as("sender").isFalse();
        assertThat(tasks.areFinished()).isTrue();
        assertThat(task.wasDropped).isTrue();
        assertThat(task.isDone()).isFalse();
    }

    @Test
    void lostOneIsNot() {
        sent();
        tasks.failAll(new WorkerLost(7, "gone"));
        overrun();
        assertThat(tasks.queue()).isEmpty();
        assertThat(tasks.areFinished()).isTrue();
    }
}
