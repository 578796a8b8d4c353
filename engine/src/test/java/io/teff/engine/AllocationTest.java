// SPDX-License-Identifier: Apache-2.0
package io.teff.engine;

import static io.teff.engine.EngineFixture.awaitRest;
import static io.teff.engine.EngineFixture.config;
import static io.teff.engine.EngineFixture.threadsOf;
import static io.teff.engine.Fib.FIB;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The typed paths allocate nothing per task once they are warm. */
class AllocationTest {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final long FEW_BYTES = 8 << 10;
    private static final int TASKS = 1_000_000;

    /** What the engine's threads and the caller have allocated so far. */
    private static long allocated(Engine engine) {
        long sum = THREADS.getThreadAllocatedBytes(Thread.currentThread().getId());
        for (Thread thread : threadsOf(engine)) {
            sum += Math.max(0, THREADS.getThreadAllocatedBytes(thread.getId()));
        }
        return sum;
    }

    /** The least that any of several runs allocates: measuring itself and the JIT allocate too. */
    private static long least(Engine engine, Runnable run) {
        for (int i = 0; i < 3; i++) {
            run.run();
        }
        awaitRest(engine);
        long measuring = Long.MAX_VALUE;
        for (int i = 0; i < 3; i++) {
            long before = allocated(engine);
            measuring = Math.min(measuring, allocated(engine) - before);
        }
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 5; i++) {
            long before = allocated(engine);
            run.run();
            least = Math.min(least, allocated(engine) - before - measuring);
        }
        System.out.println("least " + least + " bytes for " + TASKS + " tasks");
        return least;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void forksOfLongTasksAllocateNothing(int workers) {
        try (Engine engine = Engine.start(config(workers).build())) {
            long least =
                    least(
                            engine,
                            () ->
                                    assertThat(engine.invoke(FIB, 29))
                                            .isEqualTo(514229)); // 832039 forks
            assertThat(least).isLessThan(FEW_BYTES);
        }
    }

    private static final LongPairTask COUNT_LEAVES =
            new LongPairTask() {
                @Override
                protected long compute(Worker w, long lo, long hi, Object ref) {
                    if (hi - lo == 1) {
                        return ref == this ? 1 : 0;
                    }
                    int right = fork(w, lo + hi >>> 1, hi, ref);
                    long left = compute(w, lo, lo + hi >>> 1, ref);
                    return left + join(w, right);
                }
            };

    @Test
    void forksOfLongPairTasksAllocateNothing() {
        try (Engine engine = Engine.start(config(2).build())) {
            long least =
                    least(
                            engine,
                            () ->
                                    assertThat(engine.invoke(COUNT_LEAVES, 0, TASKS, COUNT_LEAVES))
                                            .isEqualTo(TASKS));
            assertThat(least).isLessThan(FEW_BYTES);
        }
    }

    private static final LongPairTask ADD =
            new LongPairTask() {
                @Override
                protected long compute(Worker w, long a, long b, Object ref) {
                    ((long[]) ref)[w.index() * 16] += a + b;
                    return 0;
                }
            };

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void tasksOfALaneAllocateNothing(int workers) {
        EngineConfig config = config(workers).inboxCapacity(1 << 12).maxSpares(0).build();
        try (Engine engine = Engine.start(config);
                Submitter lane = engine.submitter(64)) {
            long[] sums = new long[workers * 16];
            long least =
                    least(
                            engine,
                            () -> {
                                for (int i = 0; i < TASKS; i++) {
                                    lane.submit(ADD, i, 1, sums);
                                }
                                lane.await();
                            });
            long sum = 0;
            for (long part : sums) {
                sum += part;
            }
            assertThat(sum).isEqualTo(8L * (TASKS * (TASKS - 1L) / 2 + TASKS));
            assertThat(least).isLessThan(FEW_BYTES);
        }
    }

    /** One Runnable object over and over: what the engine itself adds to a plain task is nothing. */
    @Test
    void executeOfOneRunnableAllocatesNothing() {
        EngineConfig config = config(1).inboxCapacity(1 << 12).build();
        try (Engine engine = Engine.start(config)) {
            AtomicInteger count = new AtomicInteger();
            Runnable task = count::incrementAndGet;
            int tasks = TASKS / 4;
            long least =
                    least(
                            engine,
                            () -> {
                                int end = count.get() + tasks;
                                for (int i = 0; i < tasks; i++) {
                                    engine.execute(task);
                                }
                                while (count.get() < end) {
                                    Thread.yield();
                                }
                            });
            assertThat(count.get()).isEqualTo(8 * tasks);
            assertThat(least).as("but for waits when the inbox was full").isLessThan(tasks / 4);
        }
    }

    @Test
    void loopsAllocateAFewObjectsAndNothingPerElement() {
        try (Engine engine = Engine.start(config(2).build())) {
            double[] values = new double[TASKS];
            engine.range(0, TASKS).forEach(i -> values[i] = i);
            double expected = TASKS * (TASKS - 1.0) / 2;
            long least =
                    least(
                            engine,
                            () ->
                                    assertThat(engine.range(0, TASKS).sum(i -> values[i]))
                                            .isEqualTo(expected));
            assertThat(least).isLessThan(FEW_BYTES);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void runsOfAGraphAllocateNothingPerNode(int workers) {
        int side = 1000; // TASKS nodes
        long[] cells = new long[TASKS];
        GraphBuilder g = Graph.builder();
        GraphNodes nodes =
                g.nodes(
                        TASKS,
                        (w, i) ->
                                cells[i] =
                                        (i % side == 0 ? 0 : cells[i - 1])
                                                + (i < side ? i : cells[i - side]));
        for (int i = 0; i < TASKS; i++) {
            if (i % side < side - 1) {
                nodes.edge(i, i + 1);
            }
            if (i + side < TASKS) {
                nodes.edge(i, i + side);
            }
        }
        Graph graph = g.build();
        long[] expected = new long[TASKS];
        for (int i = 0; i < TASKS; i++) {
            expected[i] =
                    (i % side == 0 ? 0 : expected[i - 1]) + (i < side ? i : expected[i - side]);
        }
        try (Engine engine = Engine.start(config(workers).build())) {
            assertThat(least(engine, () -> graph.run(engine))).isLessThan(FEW_BYTES);
        }
        assertThat(cells).isEqualTo(expected);
    }
}
