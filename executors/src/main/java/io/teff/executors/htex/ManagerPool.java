// SPDX-License-Identifier: Apache-2.0
package io.teff.executors.htex;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** The managers that are registered, and which tasks each has. The interchange's thread only. */
final class ManagerPool {
    /** Identities as keys: an array is equal to itself only. */
    @SuppressWarnings("ArrayRecordComponent") // equals is the point of it
    private record Key(byte[] bytes) {
        @Override
        public boolean equals(Object other) {
            return other instanceof Key key && Arrays.equals(bytes, key.bytes);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(bytes);
        }
    }

    private final Map<Key, ManagerRecord> managers = new LinkedHashMap<>();
    private final Map<Long, ManagerRecord> owners = new HashMap<>();
    private final Map<Long, Demand> demands = new HashMap<>(); // of those that have requests
    private final Random random;

    ManagerPool(Random random) {
        this.random = random;
    }

    void add(ManagerRecord manager) {
        managers.put(new Key(manager.identity), manager);
    }

    ManagerRecord find(byte[] identity) {
        return managers.get(new Key(identity));
    }

    List<ManagerRecord> all() {
        return new ArrayList<>(managers.values());
    }

    /** Those that can take tasks, in random order. */
    List<ManagerRecord> ready() {
        List<ManagerRecord> ready = new ArrayList<>();
        for (ManagerRecord manager : managers.values()) {
            if (manager.free() > 0) {
                ready.add(manager);
            }
        }
        if (ready.size() > 1) {
            Collections.shuffle(ready, random);
        }
        return ready;
    }

    void assign(Message.Task task, ManagerRecord manager) {
        owners.put(task.id(), manager);
        manager.out++;
        if (!task.demand().isPlain()) {
            demands.put(task.id(), task.demand());
            manager.room.take(task.demand());
            manager.requestsOut++;
        }
    }

    /** Whether tasks with requests are out. */
    boolean haveRequests() {
        return !demands.isEmpty();
    }

    /** Who has the task; null: nobody. */
    ManagerRecord ownerOf(long task) {
        return owners.get(task);
    }

    /** The task has ended; false if it was not this manager's. */
    boolean ended(long task, ManagerRecord manager, long nowNs) {
        if (!owners.remove(task, manager)) {
            return false;
        }
        Demand demand = demands.remove(task);
        if (demand != null) {
            manager.room.give(demand);
            manager.requestsOut--;
        }
        manager.taskEnded(nowNs);
        return true;
    }

    /** Forgets the manager; the tasks that it had. */
    Collection<Long> remove(ManagerRecord manager) {
        managers.remove(new Key(manager.identity));
        List<Long> lost = new ArrayList<>();
        owners.forEach(
                (task, owner) -> {
                    if (owner == manager) {
                        lost.add(task);
                    }
                });
        lost.forEach(owners::remove);
        lost.forEach(demands::remove);
        Collections.sort(lost);
        return lost;
    }

    int tasksOut() {
        return owners.size();
    }
}
