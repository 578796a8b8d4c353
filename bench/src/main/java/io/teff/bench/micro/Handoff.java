// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.micro;

import com.lmax.disruptor.BlockingWaitStrategy;
import com.lmax.disruptor.BusySpinWaitStrategy;
import com.lmax.disruptor.WaitStrategy;
import com.lmax.disruptor.dsl.ProducerType;
import io.teff.bench.measure.PingPong;
import io.teff.engine.Engine;
import io.teff.engine.IdlePreset;
import io.teff.engine.LongPairTask;
import io.teff.engine.Submitter;
import io.teff.engine.Worker;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.locks.LockSupport;

/**
 * A way to hand one task to a worker and see its result: what {@link LatencyBench} times.
 *
 * <p>It has a number of slots, each of which holds one task in flight. For one thread. A task does
 * nothing but give back a number; with {@code clock} it first notes the time at which it started.
 */
abstract class Handoff implements AutoCloseable {
    /** Slots of the ring that notes start times; a Handoff may allow fewer tasks in flight. */
    static final int SLOTS = 1 << 10;

    private long tokens;

    /** A token that no task of this handoff has had. */
    final long nextToken() {
        return ++tokens;
    }

    /** Tasks that may be in flight. */
    int slots() {
        return SLOTS;
    }

    /** Submits the task of this slot; {@code token} is new each time and never 0. */
    abstract void send(int slot, long token);

    /** True once the result of the task last sent by this slot can be seen. */
    abstract boolean done(int slot, long token);

    /** Waits for the result as a program would that has nothing else to do; may park. */
    void await(int slot, long token) throws InterruptedException {
        while (!done(slot, token)) {
            Thread.onSpinWait();
        }
    }

    /** True if the result, which must be there, is the right one. */
    abstract boolean right(int slot, long token);

    /** When the slot's last task started, if there is a clock. */
    abstract long startedNs(int slot);

    @Override
    public abstract void close();

    /** By way of {@link Future}s; the result is an object that was made beforehand. */
    abstract static class Futures extends Handoff {
        private final Call[] calls = new Call[SLOTS];
        private final Future<?>[] futures = new Future<?>[SLOTS];

        Futures(boolean clock) {
            for (int i = 0; i < SLOTS; i++) {
                calls[i] = new Call(i, clock);
            }
        }

        abstract Future<Long> submit(Callable<Long> task);

        @Override
        final void send(int slot, long token) {
            futures[slot] = submit(calls[slot]);
        }

        @Override
        final boolean done(int slot, long token) {
            return futures[slot].isDone();
        }

        @Override
        final void await(int slot, long token) throws InterruptedException {
            try {
                futures[slot].get();
            } catch (ExecutionException e) {
                throw new IllegalStateException("the task failed", e.getCause());
            }
        }

        @Override
        final boolean right(int slot, long token) {
            try {
                return calls[slot].value.equals(futures[slot].get());
            } catch (InterruptedException | ExecutionException e) {
                throw new IllegalStateException("a result that was there is gone", e);
            }
        }

        @Override
        final long startedNs(int slot) {
            return calls[slot].startedNs; // ordered by the future's completion
        }
    }

    private static final class Call implements Callable<Long> {
        final Long value;
        private final boolean clock;
        long startedNs;

        Call(long value, boolean clock) {
            this.value = value;
            this.clock = clock;
        }

        @Override
        public Long call() {
            if (clock) {
                startedNs = System.nanoTime();
            }
            return value;
        }
    }

    /** {@code engine.submit}. */
    static final class EngineSubmit extends Futures {
        private final Engine engine;

        EngineSubmit(int workers, IdlePreset idle, boolean clock) {
            super(clock);
            engine = Pools.engine(workers, idle).pool();
        }

        @Override
        Future<Long> submit(Callable<Long> task) {
            return engine.submit(task);
        }

        @Override
        public void close() {
            Pools.stop(engine);
        }
    }

    /** {@code forkjoin.async}, or {@code forkjoin}. */
    static final class ForkJoin extends Futures {
        private final ForkJoinPool pool;

        ForkJoin(int workers, boolean async, boolean clock) {
            super(clock);
            pool = Pools.forkJoin(workers, async).pool();
        }

        @Override
        Future<Long> submit(Callable<Long> task) {
            return pool.submit(task);
        }

        @Override
        public void close() {
            Pools.stop(pool);
        }
    }

    /** {@code threads} on some queue. */
    static final class Threads extends Futures {
        private final ThreadPoolExecutor pool;

        Threads(int workers, BlockingQueue<Runnable> queue, boolean clock) {
            super(clock);
            pool = Pools.threads(workers, queue).pool();
        }

        @Override
        Future<Long> submit(Callable<Long> task) {
            return pool.submit(task);
        }

        @Override
        public void close() {
            Pools.stop(pool);
        }
    }

    /** {@code virtual}: a virtual thread for each task. */
    static final class Virtual extends Futures {
        Virtual(boolean clock) {
            super(clock);
        }

        @Override
        Future<Long> submit(Callable<Long> task) {
            FutureTask<Long> future = new FutureTask<>(task);
            VirtualThreads.start(future);
            return future;
        }

        @Override
        public void close() {}
    }

    /** By way of a mailbox: the task writes the token and its start, 128 bytes from the next. */
    abstract static class Typed extends Handoff {
        private static final VarHandle CELLS = MethodHandles.arrayElementVarHandle(long[].class);
        private static final int STRIDE = 32;

        private final long[] mailbox = new long[(SLOTS + 1) * STRIDE];
        private final boolean clock;

        Typed(boolean clock) {
            this.clock = clock;
        }

        /** The task's body, on the worker. */
        final void answer(int slot, long token) {
            int cell = slot * STRIDE + STRIDE / 2;
            if (clock) {
                mailbox[cell + 1] = System.nanoTime();
            }
            CELLS.setRelease(mailbox, cell, token); // pairs with done's acquire
        }

        @Override
        final boolean done(int slot, long token) {
            return (long) CELLS.getAcquire(mailbox, slot * STRIDE + STRIDE / 2) == token;
        }

        @Override
        final boolean right(int slot, long token) {
            return done(slot, token);
        }

        @Override
        final long startedNs(int slot) {
            return mailbox[slot * STRIDE + STRIDE / 2 + 1];
        }
    }

    /** {@code engine.lane}: batches of one. */
    static final class EngineLane extends Typed {
        private final Engine engine;
        private final Submitter submitter;
        private final LongPairTask task =
                new LongPairTask() {
                    @Override
                    protected long compute(Worker w, long slot, long token, Object none) {
                        answer((int) slot, token);
                        return token;
                    }
                };

        EngineLane(int workers, IdlePreset idle, boolean clock) {
            super(clock);
            engine = Pools.engine(workers, idle).pool();
            submitter = engine.submitter(1);
        }

        @Override
        void send(int slot, long token) {
            submitter.submit(task, slot, token);
        }

        @Override
        public void close() {
            submitter.close();
            Pools.stop(engine);
        }
    }

    /** {@code disruptor.raw}: a single-producer ring; an event is the slot and the token in one. */
    static final class Raw extends Typed {
        private final RawRing ring;

        Raw(boolean park, boolean clock) {
            super(clock);
            WaitStrategy wait = park ? new BlockingWaitStrategy() : new BusySpinWaitStrategy();
            ring =
                    new RawRing(
                            ProducerType.SINGLE,
                            SLOTS,
                            wait,
                            (event, sequence, end) ->
                                    answer((int) (event.value & (SLOTS - 1)), event.value / SLOTS));
        }

        @Override
        void send(int slot, long token) {
            ring.publish(token * SLOTS + slot, 1);
        }

        @Override
        public void close() {
            ring.close();
        }
    }

    /** {@code pingpong}: the ruler itself, no queue at all; one in flight. */
    static final class Bounce extends Handoff {
        private final PingPong pingPong;

        Bounce(boolean clock) {
            pingPong = new PingPong(clock);
        }

        @Override
        int slots() {
            return 1;
        }

        @Override
        void send(int slot, long token) {
            pingPong.ping();
        }

        @Override
        boolean done(int slot, long token) {
            return pingPong.answered();
        }

        @Override
        boolean right(int slot, long token) {
            return pingPong.answered();
        }

        @Override
        long startedNs(int slot) {
            return pingPong.seenNs();
        }

        @Override
        public void close() {
            pingPong.close();
        }
    }

    /** {@code pingpong} when both sides park: the least that two wake-ups cost; one in flight. */
    static final class ParkedBounce extends Typed {
        private final Thread client = Thread.currentThread();
        private final Thread echo = new Thread(this::echo, "teff-pingpong");
        private volatile long ping;

        ParkedBounce(boolean clock) {
            super(clock);
            echo.setDaemon(true);
            echo.start();
        }

        @Override
        int slots() {
            return 1;
        }

        @Override
        void send(int slot, long token) {
            ping = token;
            LockSupport.unpark(echo);
        }

        @Override
        void await(int slot, long token) {
            while (!done(slot, token)) {
                LockSupport.park(this);
            }
        }

        private void echo() {
            long last = 0;
            while (true) {
                long token = ping;
                if (token < 0) {
                    return;
                } else if (token == last) {
                    LockSupport.park(this);
                } else {
                    last = token;
                    answer(0, token);
                    LockSupport.unpark(client);
                }
            }
        }

        @Override
        public void close() {
            ping = -1;
            LockSupport.unpark(echo);
            Pools.join(echo);
        }
    }
}
