// SPDX-License-Identifier: Apache-2.0
package io.teff.executors.htex;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class PendingTasksTest {
    private final PendingTasks pending = new PendingTasks();

    private void add(long id, int priority) {
        pending.add(new Message.Task(id, priority, Demand.PLAIN, new byte[0]));
    }

    @Test
    void lowerPriorityNumbersFirstThenTheOrderOfSubmission() {
        add(0, 0);
        add(1, 5);
        add(2, -1);
        add(3, 0);
        assertThat(pending.poll().id()).isEqualTo(2);
        assertThat(pending.poll().id()).isEqualTo(0);
        assertThat(pending.poll().id()).isEqualTo(3);
        assertThat(pending.poll().id()).isEqualTo(1);
        assertThat(pending.poll()).isNull();
    }

    @Test
    void removedTaskIsNotHandedOut() {
        add(0, 0);
        add(1, 0);
        assertThat(pending.remove(0)).isTrue();
        assertThat(pending.remove(0)).isFalse();
        assertThat(pending.size()).isEqualTo(1);
        assertThat(pending.poll().id()).isEqualTo(1);
        assertThat(pending.poll()).isNull();
        assertThat(pending.remove(1)).as("handed out already").isFalse();
    }
}
