// SPDX-License-Identifier: Apache-2.0
package io.teff.executors.htex;

import io.teff.executors.htex.Message.Task;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What the tasks with requests that run on this node hold, and which accelerators. Guarded by its
 * {@link WorkerProcesses}.
 */
final class Grants {
    private record Grant(Demand demand, List<String> accelerators) {}

    private final NodeRoom room;
    private final boolean isPinned;
    private final ArrayDeque<String> free;
    private final Map<Long, Grant> held = new HashMap<>();

    Grants(Node node) {
        room = new NodeRoom(node.size(), node.workers());
        isPinned = node.isPinned();
        free = new ArrayDeque<>(node.accelerators());
    }

    boolean areNone() {
        return held.isEmpty();
    }

    /** Whether it fits, while {@code plain} workers run tasks without requests. */
    boolean fits(Demand demand, int plain) {
        return room.fits(demand, plain);
    }

    /** Names of the accelerators that it has to itself until {@link #give}. */
    List<String> take(Task task) {
        room.take(task.demand());
        List<String> names = new ArrayList<>();
        if (!isPinned) {
            boolean isAll = task.demand().kind() == Demand.Kind.NODE;
            int count = isAll ? free.size() : task.demand().resources().accelerators();
            for (int i = 0; i < count; i++) {
                names.add(free.remove());
            }
        }
        held.put(task.id(), new Grant(task.demand(), names));
        return names;
    }

    /** The task has ended, if it held anything. */
    void give(long task) {
        Grant grant = held.remove(task);
        if (grant != null) {
            room.give(grant.demand);
            free.addAll(grant.accelerators);
        }
    }
}
