// SPDX-License-Identifier: Apache-2.0
package io.teff.engine;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BinaryOperator;
import java.util.function.LongFunction;

/**
 * One loop over a range, split lazily: it runs in blocks of some microseconds, looks between two
 * blocks whether anybody is hungry, and only then forks the farther half of what is left. So a loop
 * on a busy engine costs what a plain loop costs, and nobody has to guess a grain.
 *
 * <p>A caller begins by itself. It lets the workers have the rest as soon as that rest is worth more than
 * the hand-over: a short loop never leaves its thread, and no loop does where there is but one worker. A
 * caller that is a worker shares it at once if another one waits for work, spinning, or if elements are
 * long.
 *
 * <p>Source: Tzannes et al., "Lazy binary-splitting", 2010.
 */
final class Loop {
    private static final long HAND_OVER_AWAKE_NS = 5_000;
    private static final long HAND_OVER_ASLEEP_NS = 50_000;

    private static final LongPairTask SPLIT =
            new LongPairTask() {
                @Override
                protected long compute(Worker w, long lo, long hi, Object ref) {
                    Loop loop = (Loop) ref;
                    LoopKernel kernel = loop.kernel;
                    long acc = kernel.zero();
                    long then = System.nanoTime();
                    for (long i = lo; i < hi && !loop.broken; ) {
                        long size = kernel.sizeFor(hi - i);
                        if (hi - i > size && w.isHungry()) {
                            long middle = i + (hi - i >>> 1);
                            int right = fork(w, middle, hi, loop);
                            acc = kernel.combine(acc, compute(w, i, middle, loop));
                            return kernel.combine(acc, join(w, right));
                        }
                        long end = hi - i > size ? i + size : hi;
                        try {
                            acc = kernel.run(loop.body, loop.out, i, end, acc);
                        } catch (Throwable error) {
                            loop.broken = true;
                            throw error;
                        }
                        long now = System.nanoTime();
                        kernel.tune(end - i, now - then);
                        then = now;
                        i = end;
                    }
                    return acc;
                }
            };

    /** A whole loop that a worker has come to. */
    private static final LongPairTask INSIDE =
            new LongPairTask() {
                @Override
                protected long compute(Worker w, long lo, long hi, Object ref) {
                    Loop loop = (Loop) ref;
                    LoopKernel kernel = loop.kernel;
                    if (hi - lo <= kernel.sizeFor(hi - lo) && kernel.isKnownBlock(hi - lo)) {
                        return kernel.run(loop.body, loop.out, lo, hi, kernel.zero());
                    }
                    if (kernel.block > 1) {
                        return loop.begin(null, w, lo, hi);
                    }
                    if (w.crew.sleepers.any()) {
                        w.askForWork(); // elements are long, or nobody knows: shares the first
                    }
                    return SPLIT.compute(w, lo, hi, loop);
                }
            };

    private final LoopKernel kernel;
    private final Object body;
    private final Object out;
    private volatile boolean broken; // a body has failed: nobody begins another block

    private Loop(LoopKernel kernel, Object body, Object out) {
        this.kernel = kernel;
        this.body = body;
        this.out = out;
    }

    /** Runs it on the engine, and on the caller's thread while that is faster. */
    static long run(Engine engine, LoopKernel kernel, Object body, Object out, long lo, long hi) {
        Crew crew = engine.crew();
        Worker worker = Worker.currentOrNull();
        if (crew.isOwn(worker)) {
            return worker.joiner.runQuietRoot(INSIDE, lo, hi, new Loop(kernel, body, out));
        }
        if (crew.isShutdown()) {
            throw crew.intake.rejected(() -> {});
        }
        if (kernel.isKnownBlock(hi - lo)) { // two looks at the clock may take as long
            return kernel.run(body, out, lo, hi, kernel.zero());
        }
        return new Loop(kernel, body, out).begin(engine, null, lo, hi);
    }

    /**
     * The caller begins by itself. It goes on so until somebody who is awake is hungry, or the rest is
     * worth a hand-over: to wake a sleeper takes longer than many a loop.
     *
     * @param w the calling worker, or null outside
     */
    private long begin(Engine engine, Worker w, long lo, long hi) {
        Crew crew = w != null ? w.crew : engine.crew();
        long acc = kernel.zero();
        long start = System.nanoTime();
        long then = start;
        long i = lo;
        while (i < hi) {
            long size = w != null ? kernel.sizeFor(hi - i) : kernel.block;
            if (w != null && hi - i > size && w.isHungry() && crew.isAnotherAwake()) {
                return kernel.combine(acc, SPLIT.compute(w, i, hi, this));
            }
            if (i == lo) {
                size = kernel.firstSize(size, hi - lo);
            }
            long end = hi - i > size ? i + size : hi;
            acc = kernel.run(body, out, i, end, acc);
            long now = System.nanoTime();
            kernel.tune(end - i, now - then);
            double lately = (double) (now - then) / (end - i);
            then = now;
            i = end;
            boolean asleep = crew.sleepers.any();
            long handOver = asleep ? HAND_OVER_ASLEEP_NS : HAND_OVER_AWAKE_NS;
            double each = (double) (now - start) / (i - lo);
            if (asleep) { // elements may get longer, and a wake-up must not come too late
                each = Math.max(each, lately);
            }
            double restNs = each * (hi - i);
            if (crew.workers.length > 1 // or the one would do what the caller can
                    && now - start > HAND_OVER_AWAKE_NS
                    && restNs > 2.0 * handOver) {
                for (double ns = restNs;
                        ns > 2.0 * handOver && crew.sleepers.any();
                        ns -= handOver) {
                    crew.wakeOne(); // all who will find something to do, not one after the other
                }
                if (w == null) {
                    return kernel.combine(acc, engine.invoke(SPLIT, i, hi, this));
                }
                if (asleep) {
                    w.askForWork(); // for those who were woken
                }
                return kernel.combine(acc, SPLIT.compute(w, i, hi, this));
            }
        }
        kernel.ran(then - start);
        return acc;
    }

    /** A reduction to an object; it allocates a task where it splits, and only there. */
    static final class Reduction<T> extends ForkTask<T> {
        private static final int FIRST_BLOCK = 1;
        private static final long LONG_NS = 10_000;

        private final long lo;
        private final long hi;
        private final T identity;
        private final LongFunction<? extends T> body;
        private final BinaryOperator<T> combine;
        private final AtomicBoolean broken; // as in Loop, and one for all parts

        Reduction(
                long lo,
                long hi,
                T identity,
                LongFunction<? extends T> body,
                BinaryOperator<T> combine) {
            this(lo, hi, identity, body, combine, new AtomicBoolean());
        }

        private Reduction(
                long lo,
                long hi,
                T identity,
                LongFunction<? extends T> body,
                BinaryOperator<T> combine,
                AtomicBoolean broken) {
            this.lo = lo;
            this.hi = hi;
            this.identity = identity;
            this.body = body;
            this.combine = combine;
            this.broken = broken;
        }

        private Reduction<T> part(long from, long to) {
            return new Reduction<>(from, to, identity, body, combine, broken);
        }

        @Override
        protected T compute(Worker w) {
            try {
                return reduce(w);
            } catch (Throwable error) {
                broken.set(true);
                throw error;
            }
        }

        private T reduce(Worker w) {
            T acc = identity;
            long size = FIRST_BLOCK;
            for (long i = lo; i < hi && !broken.get(); ) {
                if (hi - i > size && w.isHungry()) {
                    long middle = i + (hi - i >>> 1);
                    Reduction<T> right = part(middle, hi);
                    right.fork(w);
                    T left = part(i, middle).compute(w);
                    acc = combine.apply(acc, left);
                    return combine.apply(acc, right.join(w));
                }
                long end = hi - i > size ? i + size : hi;
                long then = System.nanoTime();
                for (; i < end; i++) {
                    acc = combine.apply(acc, body.apply(i));
                }
                long ns = System.nanoTime() - then;
                size = ns > LONG_NS ? Math.max(1, size / 2) : Math.min(size * 2, 1 << 20);
            }
            return acc;
        }
    }
}
