// SPDX-License-Identifier: Apache-2.0
package io.teff.executors.htex;

import static org.assertj.core.api.Assertions.assertThat;

import io.teff.executors.htex.Message.Task;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** By a clock of the test's: each step of time packs once. */
final class PackerTest {
    private static final long PATIENCE = 100;

    private final PendingTasks pending = new PendingTasks();
    private final ManagerPool pool = new ManagerPool(new Random(1));
    private final Packer packer = new Packer(pending, pool, PATIENCE);
    private final List<Long> given = new ArrayList<>();
    private final List<String> refused = new ArrayList<>();

    private ManagerRecord manager(int id, double cores, int workers) {
        Registration registration =
                new Registration(
                        "token",
                        1,
                        17,
                        "block",
                        "host",
                        id,
                        workers,
                        workers + 10,
                        new Resources(cores, 1000, 0, 0),
                        Map.of());
        ManagerRecord manager = new ManagerRecord(new byte[] {(byte) id}, registration, 0);
        pool.add(manager);
        return manager;
    }

    private void add(long id, int priority, double cores) {
        Demand demand = cores == 0 ? Demand.PLAIN : Demand.asked(new Resources(cores, 1, 0, 0));
        pending.add(new Task(id, priority, demand, new byte[0]));
    }

    private List<Long> pack(long nowNs) {
        given.clear();
        packer.pack(
                nowNs,
                new Packer.Sink() {
                    @Override
                    public void give(Task task, ManagerRecord manager) {
                        given.add(task.id());
                    }

                    @Override
                    public void refuse(Task task, String why) {
                        refused.add(task.id() + ": " + why);
                    }
                });
        return List.copyOf(given);
    }

    @Test
    void firstFitInOrderOfPriorityAndSmallOnesPass() {
        ManagerRecord node = manager(1, 4, 8);
        add(0, 0, 3);
        add(1, 0, 3);
        add(2, 0, 1);
        add(3, -1, 2);
        assertThat(pack(0)).as("3 first, then what fits beside it").containsExactly(3L, 2L);
        assertThat(pool.ended(3, node, 0)).isTrue();
        assertThat(pack(1)).containsExactly(0L);
        assertThat(packer.isNeeded()).isTrue();
        pool.ended(2, node, 0);
        pool.ended(0, node, 0);
        assertThat(pack(2)).containsExactly(1L);
        pool.ended(1, node, 0);
        assertThat(packer.isNeeded()).isFalse();
        assertThat(node.room.isEmpty()).isTrue();
    }

    @Test
    void bigTaskIsNotPassedForEver() {
        ManagerRecord node = manager(1, 2, 2);
        add(0, 0, 1);
        add(1, 0, 1);
        assertThat(pack(0)).containsExactly(0L, 1L);
        add(2, 0, 2);
        long next = 3;
        long oldest = 0;
        long began = -1;
        for (long now = 10; began < 0 && now < 1000; now += 10) {
            add(next++, 0, 1);
            if (oldest < next && pool.ownerOf(oldest) != null) {
                pool.ended(oldest, node, now); // one of the two ends, always one stays
            }
            oldest++;
            List<Long> now1 = pack(now);
            if (now1.contains(2L)) {
                began = now;
            }
            oldest = oldest == 2 ? 3 : oldest;
        }
        assertThat(began)
                .as("passed for its patience, and until two have ended")
                .isBetween(PATIENCE, 2 * PATIENCE);
        assertThat(next).as("small ones that came meanwhile").isGreaterThan(10);
        assertThat(node.keptFor).isNull();
    }

    @Test
    void tasksWithoutRequestsTakeTurnsWithBigOnes() {
        ManagerRecord node = manager(1, 2, 2);
        add(0, 0, 2);
        add(1, 0, 0);
        add(2, 0, 2);
        assertThat(pack(0)).containsExactly(0L);
        pool.ended(0, node, 0);
        assertThat(pack(1)).containsExactly(1L);
        assertThat(pack(2)).as("no room beside a plain one").isEmpty();
        pool.ended(1, node, 0);
        assertThat(pack(3)).containsExactly(2L);
    }

    @Test
    void whatIsKeptForACancelledTaskIsFreeAgain() {
        ManagerRecord node = manager(1, 2, 2);
        add(0, 0, 1);
        pack(0);
        add(1, 0, 2);
        pack(1);
        pack(1 + PATIENCE);
        assertThat(node.keptFor).isNotNull();
        add(2, 0, 1);
        assertThat(pack(2 + PATIENCE)).isEmpty();
        assertThat(pending.remove(1)).isTrue();
        assertThat(pack(3 + PATIENCE)).containsExactly(2L);
    }

    @Test
    void noNodeIsLargeEnough() {
        manager(1, 2, 2);
        manager(2, 4, 2);
        add(0, 0, 8);
        add(1, 0, 4);
        assertThat(pack(0)).containsExactly(1L);
        assertThat(refused)
                .singleElement()
                .asString()
                .contains(
                        "0: the task asks for cores=8,memory=1",
                        "no more than cores=4,memory=1000");
    }

    @Test
    void heldManagersGetNothing() {
        manager(1, 4, 4).isHeld = true;
        add(0, 0, 1);
        assertThat(pack(0)).isEmpty();
        assertThat(pack(PATIENCE + 1)).isEmpty();
        manager(2, 1, 1);
        assertThat(pack(PATIENCE + 2)).containsExactly(0L);
    }
}
