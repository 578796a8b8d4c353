// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.micro;

import io.teff.bench.measure.Contender;
import io.teff.engine.Engine;
import io.teff.engine.LongPairTask;
import io.teff.engine.LongTask;
import io.teff.engine.Worker;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ForkJoinPool;
import java.util.function.LongSupplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code teff bench forkjoin}: Fibonacci without cut-off, in nanoseconds per activation.
 *
 * <p>One operation is one activation of {@link Fib}: nothing but a comparison, an addition and the
 * runtime's own cost. Before it is timed, each runtime runs smaller problems of several task
 * classes, as a real program would, so that no call in it looks as if it had but one target.
 */
@Command(name = "forkjoin", description = "Fork/join: fib with no cut-off, ns per activation.")
final class ForkJoinBench extends MicroCommand {
    private static final String JOINED = "engine.longtask.join";

    /** All contenders, in the order of their rows. */
    static final List<String> CONTENDERS =
            list(
                    "plain",
                    "engine.longtask",
                    "engine.longtask.monitored",
                    "engine.longtask.traced",
                    JOINED,
                    "engine.forktask",
                    "engine.forktask.field",
                    "forkjoin.lean",
                    "forkjoin.field",
                    "forkjoin.textbook",
                    "forkjoin.invokeall");

    private static final int PRIME = 18; // 8,361 activations
    private static final LongTask[] OTHERS = {new CountLeaves(), new Halve()};
    private static final LongTask[] FIBS = {Fib.TYPED, Fib.JOINED};

    @Option(
            names = "--n",
            paramLabel = "N",
            description = "Which Fibonacci number; default 38, with --quick 24.")
    Integer n;

    /** A form of the recursion on some runtime. */
    private interface Recursion<E> {
        long run(E on, int n);
    }

    @Override
    String bench() {
        return "forkjoin";
    }

    @Override
    List<String> names() {
        return CONTENDERS;
    }

    @Override
    String baseline() {
        return "plain";
    }

    @Override
    List<String> baselineKeys() {
        return List.of("n");
    }

    @Override
    List<Contender> contenders() {
        int n = this.n != null ? this.n : quick ? 24 : 38;
        check(n >= 1 && n <= 50, "--n must be between 1 and 50: " + n);
        List<Contender> contenders = new ArrayList<>();
        if (chosen("plain")) {
            contenders.add(contender("plain", 1, n, points -> time(points, n, () -> Fib.plain(n))));
        }
        for (int workers : workerCounts()) {
            for (Watching watching : Watching.values()) {
                engine(
                        contenders,
                        "engine.longtask" + watching.suffix,
                        workers,
                        n,
                        watching,
                        (e, k) -> e.invoke(Fib.TYPED, k));
            }
            engine(contenders, JOINED, workers, n, (e, k) -> e.invoke(Fib.JOINED, k));
            engine(contenders, "engine.forktask", workers, n, (e, k) -> e.invoke(new Fib.Task(k)));
            engine(
                    contenders,
                    "engine.forktask.field",
                    workers,
                    n,
                    (e, k) -> {
                        Fib.FieldTask task = new Fib.FieldTask(k);
                        e.invoke(task);
                        return task.result;
                    });
            forkJoin(contenders, "forkjoin.lean", workers, n, ForkJoinBench::lean);
            forkJoin(contenders, "forkjoin.field", workers, n, ForkJoinBench::field);
            forkJoin(contenders, "forkjoin.textbook", workers, n, ForkJoinBench::textbook);
            forkJoin(contenders, "forkjoin.invokeall", workers, n, ForkJoinBench::invokeAll);
        }
        return contenders;
    }

    private void engine(
            List<Contender> contenders, String name, int workers, int n, Recursion<Engine> fib) {
        engine(contenders, name, workers, n, Watching.OFF, fib);
    }

    private void engine(
            List<Contender> contenders,
            String name,
            int workers,
            int n,
            Watching watching,
            Recursion<Engine> fib) {
        if (!chosen(name)) {
            return;
        }
        contenders.add(
                contender(
                        name,
                        workers,
                        n,
                        points -> {
                            try (Pools.Scoped<Engine> scope = Pools.engine(workers, watching)) {
                                Engine engine = scope.pool();
                                for (LongTask other : OTHERS) {
                                    engine.invoke(other, 1L << 12);
                                }
                                for (LongTask other : FIBS) {
                                    engine.invoke(other, PRIME);
                                }
                                engine.invoke(new SumRange(), 1L << 12, 0);
                                engine.invoke(new Fib.Task(PRIME));
                                engine.invoke(new Fib.FieldTask(PRIME));
                                fib.run(engine, PRIME);
                                time(points, n, () -> fib.run(engine, n));
                            }
                        }));
    }

    private void forkJoin(
            List<Contender> contenders,
            String name,
            int workers,
            int n,
            Recursion<ForkJoinPool> fib) {
        if (!chosen(name)) {
            return;
        }
        contenders.add(
                contender(
                        name,
                        workers,
                        n,
                        points -> {
                            try (Pools.Scoped<ForkJoinPool> scope =
                                    Pools.forkJoin(workers, false)) {
                                ForkJoinPool pool = scope.pool();
                                lean(pool, PRIME);
                                field(pool, PRIME);
                                textbook(pool, PRIME);
                                invokeAll(pool, PRIME);
                                fib.run(pool, PRIME);
                                time(points, n, () -> fib.run(pool, n));
                            }
                        }));
    }

    private static Contender contender(String name, int workers, int n, Contender.Round round) {
        return new Contender("fib", name, workers, Map.of("n", n), "ns/op", round);
    }

    private static void time(Contender.Points points, int n, LongSupplier fib) {
        long start = System.nanoTime();
        long result = fib.getAsLong();
        long ns = System.nanoTime() - start;
        points.add((double) ns / Fib.activations(n), result == Fib.of(n));
    }

    private static long lean(ForkJoinPool pool, int n) {
        Fib.Lean task = new Fib.Lean(n);
        pool.invoke(task);
        return task.result();
    }

    private static long field(ForkJoinPool pool, int n) {
        Fib.Field task = new Fib.Field(n);
        pool.invoke(task);
        return task.result;
    }

    private static long textbook(ForkJoinPool pool, int n) {
        return pool.invoke(new Fib.Textbook(n));
    }

    private static long invokeAll(ForkJoinPool pool, int n) {
        Fib.InvokeAll task = new Fib.InvokeAll(n);
        pool.invoke(task);
        return task.result;
    }

    /** Leaves of a balanced binary tree. */
    private static final class CountLeaves extends LongTask {
        @Override
        protected long compute(Worker w, long leaves) {
            if (leaves <= 1) {
                return leaves;
            }
            int forked = fork(w, leaves / 2);
            long rest = compute(w, leaves - leaves / 2);
            return rest + join(w, forked);
        }
    }

    /** The sum of the numbers from b to a. */
    private static final class SumRange extends LongPairTask {
        @Override
        protected long compute(Worker w, long high, long low, Object none) {
            if (high - low <= 1) {
                return low;
            }
            long middle = (low + high) >>> 1;
            int forked = fork(w, middle, low, none);
            long upper = compute(w, high, middle, none);
            return upper + join(w, forked);
        }
    }

    /** A chain: each task forks one of half its size. */
    private static final class Halve extends LongTask {
        @Override
        protected long compute(Worker w, long n) {
            return n == 0 ? 0 : 1 + join(w, fork(w, n / 2));
        }
    }
}
