// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.programs;

import io.teff.bench.micro.Fib;
import io.teff.engine.Engine;
import io.teff.flow.App1;
import io.teff.flow.App2;
import io.teff.flow.AppFuture;
import io.teff.flow.Flow;
import io.teff.mpi.executor.MpiExecutor;
import io.teff.mpi.executor.MpiFunction;
import java.lang.invoke.ConstantBootstraps;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.Future;

/**
 * Fibonacci numbers by doubly recursive calls with no cut-off: every call is a task.
 *
 * <p>Each contender gives away the call of n - 1 and makes the call of n - 2 itself:
 *
 * <ul>
 *   <li>{@code sequential}: plain recursion; {@code sequential.iterative}: a loop of n additions.
 *   <li>{@code engine}: {@link Fib#TYPED}: fork, and {@code unfork} of what nobody took.
 *   <li>{@code forkjoin}: {@link Fib.Lean}, the leanest form known: plain recursion, fork, and at the join {@code
 *       tryUnfork}, so that a call that nobody took is made directly; the result is a field, so
 *       nothing is boxed.
 *   <li>{@code virtual}: a virtual thread for each call given away, and a blocking get, which is
 *       what virtual threads are for.
 *   <li>{@code mpi}: {@link Fib#TYPED} as on the engine; idle ranks steal forks from each other.
 *   <li>other executors of other processes: a join app of a flow, which sends the additions.
 *   <li>{@code threads} and any other executor: a bounded pool must not wait inside its tasks, or
 *       all its threads end up waiting. So no call waits: the second of two calls to finish carries
 *       the sum upwards ({@code Call}), as CountedCompleter does.
 * </ul>
 */
final class Fibonacci implements Program {
    static final Parameter N = new Parameter("n", "which Fibonacci number", 25, 18, 1, 32);

    /** The computation as ranks know it. */
    static final MpiFunction.Forks FIBONACCI = MpiFunction.forks("fibonacci", Fib.TYPED);

    private static final String ITERATIVE = "iterative";

    @Override
    public String name() {
        return "fibonacci";
    }

    @Override
    public String about() {
        return "recursive tasks with no cut-off, fib(n) = fib(n-1) + fib(n-2)";
    }

    @Override
    public List<Parameter> parameters() {
        return List.of(N);
    }

    @Override
    public List<String> contenders(String executor) {
        return executor.equals(Pool.SEQUENTIAL)
                ? List.of(executor, executor + "." + ITERATIVE)
                : List.of(executor);
    }

    @Override
    public boolean isSendable() {
        return true;
    }

    @Override
    public Workload prepare(Params params) {
        return new AtSize(params.intOf(N));
    }

    private record AtSize(int n) implements Workload {
        /** Calls, or for the loop, additions. */
        @Override
        public long tasks(String contender) {
            return Pool.wayOf(contender).equals(ITERATIVE) ? n : Fib.activations(n);
        }

        @Override
        public Answer run(Pool pool) throws Exception {
            // Each is checked by another algorithm: calls by the loop, the loop by doubling.
            return pool.isWay(ITERATIVE)
                    ? Answer.of("F(" + n + ")", byDoubling(n), Fib.of(n))
                    : Answer.of("F(" + n + ")", Fib.of(n), compute(pool));
        }

        private long compute(Pool pool) throws Exception {
            if (pool.isSequential()) {
                return Fib.plain(n);
            }
            Engine engine = pool.engine();
            if (engine != null) {
                return engine.invoke(Fib.TYPED, n);
            }
            ForkJoinPool forkJoin = pool.forkJoin();
            if (forkJoin != null) {
                Fib.Lean root = new Fib.Lean(n);
                forkJoin.invoke(root);
                return root.result();
            }
            MpiExecutor mpi = pool.mpi();
            if (mpi != null) {
                return mpi.forkJoin(FIBONACCI, n);
            }
            if (pool.isRemote()) {
                return joining(pool.service(), n);
            }
            return pool.isVirtual() ? blocking(pool.service(), n) : continuing(pool.service(), n);
        }
    }

    /** F(n) by F(2k) = F(k) (2 F(k+1) - F(k)), F(2k+1) = F(k)^2 + F(k+1)^2, bit by bit. */
    static long byDoubling(int n) {
        long a = 0;
        long b = 1;
        for (int bit = 31 - Integer.numberOfLeadingZeros(n); bit >= 0; bit--) {
            long twice = a * (2 * b - a);
            long next = a * a + b * b;
            boolean odd = (n >>> bit & 1) == 1;
            a = odd ? next : twice;
            b = odd ? twice + next : next;
        }
        return a;
    }

    private static long blocking(ExecutorService threads, int n) throws Exception {
        if (n < 2) {
            return n;
        }
        Future<Long> left = threads.submit(() -> blocking(threads, n - 1));
        long right = blocking(threads, n - 2);
        return left.get() + right;
    }

    private static long joining(Executor elsewhere, int n) throws Exception {
        try (Flow flow = Flow.on(elsewhere)) {
            return new Joins(flow).fibonacci.call(n).get();
        }
    }

    /** A join app of a flow, as Parsl's programs have it: its additions are sent. */
    private static final class Joins {
        private final App2<Long, Long, Long> add;
        private final App1<Integer, Long> fibonacci;

        private Joins(Flow flow) {
            add = flow.app("add", (Long a, Long b) -> a + b);
            fibonacci = flow.joinApp("fibonacci", this::of);
        }

        private AppFuture<Long> of(Integer n) {
            return n < 2
                    ? fibonacci.flow().value((long) n)
                    : add.call(fibonacci.call(n - 1), fibonacci.call(n - 2));
        }
    }

    private static long continuing(Executor executor, int n) throws Exception {
        CompletableFuture<Long> result = new CompletableFuture<>();
        executor.execute(new Call(executor, result, null, n));
        return result.get();
    }

    /**
     * One call of fib that never waits for its two children.
     *
     * <p>Field {@code first} is EMPTY until one child has finished, then that child's value. Both
     * children try the compare-and-set; who loses it is second and goes on with the sum.
     */
    private static final class Call implements Runnable {
        private static final VarHandle FIRST =
                ConstantBootstraps.fieldVarHandle(
                        MethodHandles.lookup(), "first", VarHandle.class, Call.class, long.class);
        private static final long EMPTY = -1;

        private final Executor executor;
        private final CompletableFuture<Long> result;
        private final Call parent;
        private final int n;

        @SuppressWarnings("UnusedVariable") // written and read through FIRST
        private volatile long first = EMPTY;

        private Call(Executor executor, CompletableFuture<Long> result, Call parent, int n) {
            this.executor = executor;
            this.result = result;
            this.parent = parent;
            this.n = n;
        }

        @Override
        public void run() {
            try {
                Call call = this;
                while (call.n >= 2) {
                    executor.execute(new Call(executor, result, call, call.n - 1));
                    call = new Call(executor, result, call, call.n - 2);
                }
                call.finish(call.n);
            } catch (RuntimeException | Error e) {
                result.completeExceptionally(e); // a pool that rejects must not leave us waiting
            }
        }

        private void finish(long value) {
            long sum = value;
            for (Call at = parent; at != null; at = at.parent) {
                if (FIRST.compareAndSet(at, EMPTY, sum)) {
                    return;
                }
                sum += at.first;
            }
            result.complete(sum);
        }
    }
}
