// SPDX-License-Identifier: Apache-2.0
package io.teff.engine;

import io.teff.monitor.AppSource;
import io.teff.monitor.MonitoredExecutor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiPredicate;
import org.HdrHistogram.Histogram;

/**
 * A task engine: an {@link java.util.concurrent.ExecutorService} for tasks of nanoseconds to
 * microseconds, with fork/join and loops of its own.
 *
 * <pre>{@code
 * try (Engine engine = Engine.start()) {
 *     Future<Integer> answer = engine.submit(() -> 6 * 7);
 *     long fib = engine.invoke(FIB, 40);                      // see LongTask
 *     double dot = engine.range(0, n).sum(i -> a[i] * b[i]);
 * }
 * }</pre>
 *
 * <p>Any thread may call any method. The JDK's contracts for executors hold to the letter; tasks
 * run in no particular order. Threads start with the first tasks and are daemons. What {@code
 * execute}d tasks throw goes to {@link EngineConfig#uncaughtHandler()}.
 *
 * @see LongTask
 * @see Submitter
 */
public final class Engine extends AbstractExecutorService
        implements ScheduledExecutorService, MonitoredExecutor, AutoCloseable {
    private final Crew crew;
    private final int sampleWaits;
    private final AtomicInteger submissions = new AtomicInteger();

    private Engine(EngineConfig config, Poller poller) {
        crew = new Crew(config, poller);
        sampleWaits = config.sampleWaits();
        if (crew.monitor != null) {
            crew.monitor.begin();
        }
    }

    /** An engine with the default configuration: one worker per processor the JVM may use. */
    public static Engine start() {
        return start(EngineConfig.builder().build());
    }

    /**
     * An engine with the given configuration.
     *
     * @throws IllegalArgumentException if its pin plan names no CPU that this process may use
     */
    public static Engine start(EngineConfig config) {
        return new Engine(config, null);
    }

    /**
     * As {@link #start(EngineConfig)}, with another place to look for work. Workers look there from the
     * first task on, when they start.
     */
    public static Engine start(EngineConfig config, Poller poller) {
        if (poller == null) {
            throw new NullPointerException("poller");
        }
        return new Engine(config, poller);
    }

    Crew crew() {
        return crew;
    }

    /** What this engine was built with. */
    public EngineConfig config() {
        return crew.config;
    }

    /** A snapshot of the counters. */
    public EngineStats stats() {
        return EngineStats.of(crew);
    }

    /**
     * Nanoseconds that sampled tasks spent in a queue, since the start; empty unless {@link
     * EngineConfig#sampleWaits()} is set. The caller's own copy.
     */
    public Histogram waits() {
        Histogram sum = WaitRecorder.newHistogram();
        for (int i = 0; i < crew.size(); i++) {
            WaitRecorder waits = crew.worker(i).waits;
            if (waits != null) {
                waits.addTo(sum);
            }
        }
        return sum;
    }

    /**
     * Where this engine's monitor file is; see {@link EngineConfig#monitor()}.
     *
     * @return null if it has none, or none any more
     */
    public Path monitorFile() {
        return crew.monitor == null ? null : crew.monitor.file();
    }

    @Override
    public Runnable show(AppSource source) {
        if (source == null) {
            throw new NullPointerException("source");
        }
        return crew.monitor == null ? null : crew.monitor.show(source);
    }

    // Fork/join

    /**
     * Runs a fork/join computation and waits for its result. A worker of this engine runs it at once;
     * any other thread hands it to the workers and waits. An interrupt does not end the wait; it is
     * kept for later.
     *
     * @throws java.util.concurrent.RejectedExecutionException if the engine is shut down
     * @throws java.util.concurrent.CancellationException if it was stopped before the start
     */
    public long invoke(LongTask task, long a) {
        return run(task, a, 0, null);
    }

    /** As {@link #invoke(LongTask, long)}, without a reference. */
    public long invoke(LongPairTask task, long a, long b) {
        return run(task, a, b, null);
    }

    /** As {@link #invoke(LongTask, long)}. */
    public long invoke(LongPairTask task, long a, long b, Object ref) {
        return run(task, a, b, ref);
    }

    /** As {@link #invoke(LongTask, long)}, for a task with an object as its result. */
    public <R> R invoke(ForkTask<R> task) {
        if (task == null) {
            throw new NullPointerException("task");
        }
        run(ForkTask.STOLEN, 0, 0, task);
        return task.result();
    }

    private long run(Forkable task, long a, long b, Object ref) {
        if (task == null) {
            throw new NullPointerException("task");
        }
        Worker worker = Worker.currentOrNull();
        if (crew.isOwn(worker)) {
            return worker.joiner.runRoot(task, a, b, ref);
        }
        Invocation invocation = new Invocation(crew, task, a, b, ref);
        crew.intake.submit(invocation, Thread.currentThread());
        return invocation.await();
    }

    // Work from and for elsewhere

    /**
     * For a task that waits for something from elsewhere: runs another task meanwhile, or looks at the
     * {@link Poller}. Interrupts reach the task they are meant for.
     *
     * @return false if there was none, or this is no worker of this engine; then wait in {@link
     *     #blocking}
     */
    public boolean help() {
        Worker worker = Worker.currentOrNull();
        return crew.isOwn(worker) && worker.nesting.help();
    }

    /** Whether the calling thread is a worker of this engine. */
    public boolean isWorker() {
        return crew.isOwn(Worker.currentOrNull());
    }

    /** Has busy workers look at the {@link Poller} when they fork next. Any thread. */
    public void pollSoon() {
        crew.askAllForWork(null);
    }

    /**
     * Wakes a worker that sleeps, if there is one, to look at the {@link Poller} now. Any thread.
     *
     * @param anyhow also if another worker is awake, which will look when it has time
     */
    public void pollNow(boolean anyhow) {
        crew.waker.wakeToLook(anyhow);
    }

    /**
     * Takes the oldest fork of some worker, to be run elsewhere. If there is none, workers make some
     * public when they fork next. While its join waits, other tasks run on that worker; so a task that
     * may be run elsewhere holds no lock while it joins.
     *
     * @param thief who will run it, for messages
     * @param canRun which tasks that one can run, by task and reference; called while its worker may be
     *     at work on both
     * @return null when there is none that it can run
     */
    public StolenFork stealFork(Object thief, BiPredicate<Object, Object> canRun) {
        if (thief == null || thief instanceof Worker) {
            throw new IllegalArgumentException("the thief is somebody elsewhere, not " + thief);
        }
        return crew.stealFork(thief, frame -> canRun.test(frame.task, frame.ref));
    }

    // Loops

    /**
     * The integers from {@code lo} to {@code hi}, exclusive, to loop over.
     *
     * @throws IllegalArgumentException if {@code lo > hi}
     */
    public IntRange range(int lo, int hi) {
        return new IntRange(this, lo, hi);
    }

    /**
     * The longs from {@code lo} to {@code hi}, exclusive, to loop over.
     *
     * @throws IllegalArgumentException if {@code lo > hi}, or there are more than 2^63 - 1
     */
    public LongRange range(long lo, long hi) {
        return new LongRange(this, lo, hi);
    }

    /**
     * A {@code width} by {@code height} plane in square tiles of side {@code tile}; those at the right
     * and lower edge may be smaller.
     *
     * @throws IllegalArgumentException if a size is not positive
     */
    public Tiles tiles(int width, int height, int tile) {
        return new Tiles(this, width, height, tile);
    }

    // Lanes

    /**
     * A lane for one producer thread, which publishes after every {@code batch} tasks or on flush.
     *
     * @throws IllegalArgumentException if {@code batch} is not from 1 to the inbox capacity
     */
    public Submitter submitter(int batch) {
        if (batch < 1 || batch > crew.config.inboxCapacity()) {
            throw new IllegalArgumentException(
                    "batch must be from 1 to the lane's capacity "
                            + crew.config.inboxCapacity()
                            + ": "
                            + batch);
        }
        return crew.openLane(batch);
    }

    // Blocking

    /** A section of code that waits for something outside the engine. */
    @FunctionalInterface
    public interface Section<T, E extends Exception> {
        /** Runs it. */
        T run() throws E;
    }

    /**
     * Runs a section that blocks (a read, a lock, a sleep). On a worker, its forks become public and
     * another worker takes its place meanwhile; on any other thread it is a plain call.
     */
    public static <T, E extends Exception> T blocking(Section<T, E> section) throws E {
        Worker worker = Worker.currentOrNull();
        if (worker == null) {
            return section.run();
        }
        worker.crew.beginBlocking(worker);
        Object event = FlightEvents.beginBlocked();
        try {
            return section.run();
        } finally {
            FlightEvents.endBlocked(event, worker);
            worker.crew.endBlocking();
        }
    }

    // ExecutorService

    @Override
    public void execute(Runnable task) {
        if (task == null) {
            throw new NullPointerException("task");
        }
        Runnable accepted = task;
        if (sampleWaits > 0 && submissions.incrementAndGet() % sampleWaits == 0) {
            accepted = new TimedTask(task, System.nanoTime());
        }
        Thread thread = Thread.currentThread();
        if (thread instanceof WorkerThread own && own.worker.crew == crew) {
            crew.intake.submitLocal(accepted, own.worker);
        } else {
            crew.intake.submit(accepted, thread);
        }
    }

    @Override
    public TaskFuture<?> submit(Runnable task) {
        return submit(task, null);
    }

    @Override
    public <T> TaskFuture<T> submit(Runnable task, T result) {
        TaskFuture<T> future = newTaskFor(task, result);
        execute(future);
        return future;
    }

    @Override
    public <T> TaskFuture<T> submit(Callable<T> task) {
        TaskFuture<T> future = newTaskFor(task);
        execute(future);
        return future;
    }

    @Override
    protected <T> TaskFuture<T> newTaskFor(Runnable task, T result) {
        return new TaskFuture<>(crew, new RunnableBody<>(task, result));
    }

    @Override
    protected <T> TaskFuture<T> newTaskFor(Callable<T> task) {
        return new TaskFuture<>(crew, task);
    }

    /**
     * As the JDK's, but waits for the last task first: when that has ended most others have, and each
     * one that has not costs the caller a sleep and a worker a wake-up.
     */
    @Override
    public <T> List<Future<T>> invokeAll(Collection<? extends Callable<T>> tasks)
            throws InterruptedException {
        List<TaskFuture<T>> futures = new ArrayList<>(tasks.size());
        try {
            for (Callable<T> task : tasks) {
                TaskFuture<T> future = newTaskFor(task);
                futures.add(future);
                execute(future);
            }
            for (int i = futures.size(); --i >= 0; ) {
                futures.get(i).awaitEnd();
            }
            return new ArrayList<>(futures);
        } catch (Throwable t) {
            futures.forEach(future -> future.cancel(true));
            throw t;
        }
    }

    /** As the JDK's; a task that calls it is replaced while it waits. */
    @Override
    public <T> T invokeAny(Collection<? extends Callable<T>> tasks)
            throws InterruptedException, ExecutionException {
        Worker worker = Worker.currentOrNull();
        if (worker == null) {
            return super.invokeAny(tasks);
        }
        worker.crew.beginBlocking(worker);
        Object event = FlightEvents.beginBlocked();
        try {
            return super.invokeAny(tasks);
        } finally {
            FlightEvents.endBlocked(event, worker);
            worker.crew.endBlocking();
        }
    }

    /** As the JDK's; a task that calls it is replaced while it waits. */
    @Override
    public <T> T invokeAny(Collection<? extends Callable<T>> tasks, long timeout, TimeUnit unit)
            throws InterruptedException, ExecutionException, TimeoutException {
        Worker worker = Worker.currentOrNull();
        if (worker == null) {
            return super.invokeAny(tasks, timeout, unit);
        }
        worker.crew.beginBlocking(worker);
        Object event = FlightEvents.beginBlocked();
        try {
            return super.invokeAny(tasks, timeout, unit);
        } finally {
            FlightEvents.endBlocked(event, worker);
            worker.crew.endBlocking();
        }
    }

    @Override
    public void shutdown() {
        crew.runState.shutdown();
    }

    @Override
    public List<Runnable> shutdownNow() {
        return crew.runState.shutdownNow();
    }

    @Override
    public boolean isShutdown() {
        return crew.isShutdown();
    }

    @Override
    public boolean isTerminated() {
        return crew.runState.isTerminated();
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) throws InterruptedException {
        return crew.runState.awaitTermination(timeout, unit);
    }

    /**
     * Shuts down and waits until every accepted task has run. If interrupted, stops what runs and
     * goes on waiting, then restores the interrupt.
     *
     * @throws IllegalStateException in a task of this engine, which would wait for itself
     */
    @Override
    public void close() {
        Worker worker = Worker.currentOrNull();
        if (worker != null && worker.crew == crew) {
            throw new IllegalStateException(
                    "close() in a task of the engine it closes would wait for that task: call"
                            + " shutdown() there, and close() outside");
        }
        boolean interrupted = false;
        shutdown();
        while (!isTerminated()) {
            try {
                awaitTermination(1, TimeUnit.DAYS);
            } catch (InterruptedException e) {
                if (!interrupted) {
                    interrupted = true;
                    shutdownNow();
                }
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    // ScheduledExecutorService

    @Override
    public ScheduledFuture<?> schedule(Runnable task, long delay, TimeUnit unit) {
        return crew.timers.schedule(Executors.callable(task), delay, 0, unit);
    }

    @Override
    public <V> ScheduledFuture<V> schedule(Callable<V> task, long delay, TimeUnit unit) {
        return crew.timers.schedule(task, delay, 0, unit);
    }

    @Override
    public ScheduledFuture<?> scheduleAtFixedRate(
            Runnable task, long initialDelay, long period, TimeUnit unit) {
        checkPeriod(period, "period");
        return crew.timers.schedule(Executors.callable(task), initialDelay, period, unit);
    }

    @Override
    public ScheduledFuture<?> scheduleWithFixedDelay(
            Runnable task, long initialDelay, long delay, TimeUnit unit) {
        checkPeriod(delay, "delay");
        return crew.timers.schedule(Executors.callable(task), initialDelay, -delay, unit);
    }

    private static void checkPeriod(long period, String what) {
        if (period <= 0) {
            throw new IllegalArgumentException(what + " must be positive: " + period);
        }
    }

    @Override
    public String toString() {
        return crew.describe() + ", " + stats();
    }
}
