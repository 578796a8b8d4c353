// SPDX-License-Identifier: Apache-2.0
package io.teff.executors.htex;

/**
 * What a node has and how much of it tasks with requests hold. Each task holds one worker and, of
 * what its request does not name, that worker's share: cores and memory by the number of workers.
 * Tasks without a request are not booked; whoever asks says how many workers they keep. For one
 * thread at a time: the interchange has one of each manager, the manager one of itself.
 */
final class NodeRoom {
    private static final int CORES = 0; // thousandths
    private static final int MEMORY = 1;
    private static final int DISK = 2;
    private static final int ACCELERATORS = 3;
    private static final int WORKERS = 4;
    private static final int KINDS = 5;

    private final Resources node;
    private final long[] all;
    private final long[] share = new long[KINDS];
    private final long[] held = new long[KINDS];

    NodeRoom(Resources node, int workers) {
        this.node = node;
        all =
                new long[] {
                    node.milliCores(), node.memoryMb(), node.diskMb(), node.accelerators(), workers
                };
        share[CORES] = all[CORES] / workers;
        share[MEMORY] = all[MEMORY] / workers;
        share[WORKERS] = 1;
    }

    Resources node() {
        return node;
    }

    boolean isEmpty() {
        return held[WORKERS] == 0;
    }

    /** Whether it would fit if nothing else were there. */
    boolean canEverHold(Demand demand) {
        long[] need = need(demand);
        for (int i = 0; i < KINDS; i++) {
            if (need[i] > all[i]) {
                return false;
            }
        }
        return true;
    }

    /** Whether it fits beside those with requests and {@code plain} workers of tasks without. */
    boolean fits(Demand demand, int plain) {
        long[] need = need(demand);
        for (int i = 0; i < KINDS; i++) {
            if (need[i] > 0 && held[i] + plain * share[i] + need[i] > all[i]) {
                return false;
            }
        }
        return true;
    }

    void take(Demand demand) {
        add(demand, 1);
    }

    void give(Demand demand) {
        add(demand, -1);
    }

    private void add(Demand demand, int sign) {
        long[] need = need(demand);
        for (int i = 0; i < KINDS; i++) {
            held[i] += sign * need[i];
            if (held[i] < 0) {
                throw new AssertionError("more given back than was taken: " + demand);
            }
        }
    }

    private long[] need(Demand demand) {
        Resources asked = demand.resources();
        return switch (demand.kind()) {
            case PLAIN -> share;
            case NODE -> all;
            case ASKED -> named(asked);
            case LABEL -> {
                long[] need = named(asked);
                for (int i = 0; i < KINDS; i++) {
                    need[i] = Math.min(need[i], all[i]);
                }
                yield need;
            }
        };
    }

    private long[] named(Resources asked) {
        return new long[] {
            asked.milliCores() > 0 ? asked.milliCores() : share[CORES],
            asked.memoryMb() > 0 ? asked.memoryMb() : share[MEMORY],
            asked.diskMb(),
            asked.accelerators(),
            1
        };
    }

    /** What those with requests hold now. */
    Resources held() {
        return new Resources(
                held[CORES] / 1000.0, held[MEMORY], held[DISK], (int) held[ACCELERATORS]);
    }
}
