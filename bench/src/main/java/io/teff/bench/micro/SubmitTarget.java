// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.micro;

import com.lmax.disruptor.BusySpinWaitStrategy;
import com.lmax.disruptor.WaitStrategy;
import com.lmax.disruptor.YieldingWaitStrategy;
import com.lmax.disruptor.dsl.ProducerType;
import io.netty.channel.DefaultEventLoopGroup;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.SingleThreadEventLoop;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.util.concurrent.EventExecutor;
import io.teff.engine.Engine;
import io.teff.engine.EngineConfig;
import io.teff.engine.LongTask;
import io.teff.engine.Submitter;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * A runtime that tasks are submitted to, with its workers running.
 *
 * <p>Each runtime has a loop of its own around its own concrete type, so that the call that submits
 * is as direct as in a program that uses only that runtime.
 */
interface SubmitTarget extends AutoCloseable {

    /** A way in for one producer; called on the producer's thread. */
    Lane lane(SubmitWork work);

    /** Runs what was submitted, then stops the workers. */
    @Override
    void close();

    /** One producer's way in. */
    @FunctionalInterface
    interface Lane extends AutoCloseable {
        /** Submits {@code count} tasks of a kind; none is held back when this returns. */
        void submit(int kind, int count);

        @Override
        default void close() {}
    }

    /** {@code engine.execute}: every task a Runnable. */
    final class EngineExecute implements SubmitTarget {
        private final Engine engine;

        EngineExecute(int workers, int capacity, Watching watching) {
            engine = startEngine(workers, capacity, watching);
        }

        @Override
        public Lane lane(SubmitWork work) {
            return (kind, count) -> {
                Runnable task = work.runnables().get(kind);
                for (int i = 0; i < count; i++) {
                    engine.execute(task);
                }
            };
        }

        @Override
        public void close() {
            Pools.stopWatched(engine);
        }
    }

    /** {@code engine.lane}: typed tasks through a lane of the producer's own, in batches. */
    final class EngineLane implements SubmitTarget {
        private final Engine engine;
        private final int batch;

        EngineLane(int workers, int capacity, int batch) {
            this.batch = batch;
            engine = startEngine(workers, capacity, Watching.OFF);
        }

        @Override
        public Lane lane(SubmitWork work) {
            Submitter submitter = engine.submitter(batch);
            return new Lane() {
                @Override
                public void submit(int kind, int count) {
                    LongTask task = work.typed().get(kind);
                    for (int i = 0; i < count; i++) {
                        submitter.submit(task, i);
                    }
                    submitter.flush();
                }

                @Override
                public void close() {
                    submitter.close();
                }
            };
        }

        @Override
        public void close() {
            Pools.stop(engine);
        }
    }

    private static Engine startEngine(int workers, int capacity, Watching watching) {
        EngineConfig.Builder options =
                EngineConfig.builder().workers(workers).inboxCapacity(capacity);
        return Pools.mustBeWatched(Engine.start(watching.config(options)), watching);
    }

    /** {@code threads}: a ThreadPoolExecutor of fixed size. */
    final class Threads implements SubmitTarget {
        private final ThreadPoolExecutor pool;

        Threads(int workers, BlockingQueue<Runnable> queue) {
            pool = Pools.threads(workers, queue).pool();
        }

        @Override
        public Lane lane(SubmitWork work) {
            return (kind, count) -> {
                Runnable task = work.runnables().get(kind);
                for (int i = 0; i < count; i++) {
                    pool.execute(task);
                }
            };
        }

        @Override
        public void close() {
            Pools.stop(pool);
        }
    }

    /** {@code forkjoin} and {@code forkjoin.async}: a ForkJoinPool, from outside. */
    final class ForkJoin implements SubmitTarget {
        private final ForkJoinPool pool;

        ForkJoin(int workers, boolean async) {
            pool = Pools.forkJoin(workers, async).pool();
        }

        @Override
        public Lane lane(SubmitWork work) {
            return (kind, count) -> {
                Runnable task = work.runnables().get(kind);
                for (int i = 0; i < count; i++) {
                    pool.execute(task);
                }
            };
        }

        @Override
        public void close() {
            Pools.stop(pool);
        }
    }

    /** Which of Netty's loops, and how it is told of tasks. */
    enum NettyForm {
        /** The NIO loop with its lock-free queue, woken for each task as {@code execute} does. */
        NIO,
        /** The same by {@code lazyExecute}, woken for the last task of each call only. */
        LAZY,
        /** The plain loop on a LinkedBlockingQueue. */
        DEFAULT
    }

    /**
     * {@code netty}, {@code netty.lazy} and {@code netty.default}: event loops, tasks dealt out in
     * turn.
     *
     * <p>Each producer keeps its own turn, which is cheaper than the group's shared {@code next()}.
     * The NIO loops are told to spend all their time on tasks.
     */
    final class Netty implements SubmitTarget {
        private final EventLoopGroup group;
        private final SingleThreadEventLoop[] loops;
        private final boolean lazy;

        Netty(int workers, NettyForm form) {
            lazy = form == NettyForm.LAZY;
            if (form != NettyForm.DEFAULT) {
                NioEventLoopGroup nioGroup = new NioEventLoopGroup(workers);
                nioGroup.setIoRatio(100);
                group = nioGroup;
            } else {
                group = new DefaultEventLoopGroup(workers);
            }
            loops = new SingleThreadEventLoop[workers];
            int i = 0;
            for (EventExecutor loop : group) {
                loops[i++] = (SingleThreadEventLoop) loop;
            }
        }

        @Override
        public Lane lane(SubmitWork work) {
            return new Lane() {
                private int turn = work.producer();

                @Override
                public void submit(int kind, int count) {
                    Runnable task = work.runnables().get(kind);
                    SingleThreadEventLoop[] loops = Netty.this.loops;
                    int eager = lazy ? Math.max(0, count - loops.length) : 0; // wakes each loop
                    int next = turn % loops.length;
                    for (int i = 0; i < count; i++) {
                        if (i < eager) {
                            loops[next].lazyExecute(task);
                        } else {
                            loops[next].execute(task);
                        }
                        if (++next == loops.length) {
                            next = 0;
                        }
                    }
                    turn = next;
                }
            };
        }

        @Override
        public void close() {
            group.shutdownGracefully(0, 30, TimeUnit.SECONDS);
            Pools.waitFor("netty", ms -> group.awaitTermination(ms, TimeUnit.MILLISECONDS));
        }
    }

    /** {@code virtual}: a virtual thread for each task. */
    final class Virtual implements SubmitTarget {
        @Override
        public Lane lane(SubmitWork work) {
            return (kind, count) -> {
                Runnable task = work.runnables().get(kind);
                for (int i = 0; i < count; i++) {
                    VirtualThreads.start(task);
                }
            };
        }

        @Override
        public void close() {}
    }

    /**
     * {@code disruptor.raw}: a ring for each worker, batches dealt out in turn.
     *
     * <p>An event says which producer it came from, and the handler counts for that producer. It
     * waits by spinning if every thread can have a processor, else it yields as well.
     */
    final class Raw implements SubmitTarget {
        private final RawRing[] rings;
        private final int batch;

        Raw(int workers, int producers, int capacity, int batch, List<SubmitWork> works) {
            this.batch = batch;
            Tally[] tallies = works.stream().map(SubmitWork::tally).toArray(Tally[]::new);
            boolean roomy = workers + producers <= Runtime.getRuntime().availableProcessors();
            rings = new RawRing[workers];
            for (int w = 0; w < workers; w++) {
                WaitStrategy wait = roomy ? new BusySpinWaitStrategy() : new YieldingWaitStrategy();
                rings[w] =
                        new RawRing(
                                producers == 1 ? ProducerType.SINGLE : ProducerType.MULTI,
                                capacity,
                                wait,
                                (event, sequence, end) -> tallies[(int) event.value].increment());
            }
        }

        @Override
        public Lane lane(SubmitWork work) {
            return new Lane() {
                private int turn = work.producer();

                @Override
                public void submit(int kind, int count) {
                    RawRing[] rings = Raw.this.rings;
                    int producer = work.producer();
                    int next = turn % rings.length;
                    for (int left = count; left > 0; left -= batch) {
                        rings[next].publish(producer, Math.min(batch, left));
                        if (++next == rings.length) {
                            next = 0;
                        }
                    }
                    turn = next;
                }
            };
        }

        @Override
        public void close() {
            for (RawRing ring : rings) {
                ring.close();
            }
        }
    }
}
