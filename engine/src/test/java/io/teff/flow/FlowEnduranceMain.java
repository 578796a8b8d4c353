// SPDX-License-Identifier: Apache-2.0
package io.teff.flow;

import io.teff.engine.Engine;
import io.teff.engine.EngineConfig;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.util.ArrayList;
import java.util.List;

/**
 * Calls very many apps through a flow that limits what is in flight, and prints what it counted.
 * FlowEnduranceTest starts it and checks the numbers.
 *
 * <p>Argument: how many calls. Output: lines of a name and a number.
 */
final class FlowEnduranceMain {
    private static final int PARTS = 10; // heap is looked at after each of them
    private static final int CHAINS = 16;
    private static final MemoryMXBean MEMORY = ManagementFactory.getMemoryMXBean();

    private FlowEnduranceMain() {}

    public static void main(String[] args) {
        long calls = Long.parseLong(args[0]);
        EngineConfig config = EngineConfig.builder().workers(2).name("endurance").build();
        try (Engine engine = Engine.start(config);
                Flow flow = Flow.builder().executor("engine", engine).maxInFlight(1024).build()) {
            run(flow, calls);
        }
    }

    /** Some long chains side by side, each call of which adds one. */
    private static void run(Flow flow, long calls) {
        App1<Long, Long> increment = flow.app("increment", (Long x) -> x + 1);
        long[] heap = new long[PARTS + 1];
        List<AppFuture<Long>> ends = new ArrayList<>();
        for (int i = 0; i < CHAINS; i++) {
            ends.add(flow.value(0L));
        }
        long called = 0;
        for (int part = 1; part <= PARTS; part++) {
            while (called < calls * part / PARTS) {
                int chain = (int) (called++ % CHAINS);
                ends.set(chain, increment.call(ends.get(chain)));
            }
            heap[part] = heapAfterGc();
            System.err.printf("%d %%: heap %d%n", 100 * part / PARTS, heap[part]);
        }
        long sum = 0;
        for (AppFuture<Long> end : ends) {
            sum += end.join();
        }
        flow.close();
        print("called", called);
        print("sum", sum);
        print("done", flow.summary().count(TaskState.EXEC_DONE));
        print("tasks", flow.summary().tasks());
        print("heapEarly", heap[1]);
        print("heapLate", heap[PARTS]);
    }

    private static long heapAfterGc() {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 3; i++) {
            System.gc();
            least = Math.min(least, MEMORY.getHeapMemoryUsage().getUsed());
        }
        return least;
    }

    private static void print(String name, long value) {
        System.out.println(name + " " + value);
    }
}
