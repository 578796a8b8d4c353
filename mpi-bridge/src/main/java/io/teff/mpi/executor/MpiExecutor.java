// SPDX-License-Identifier: Apache-2.0
package io.teff.mpi.executor;

import io.teff.engine.Engine;
import io.teff.engine.EngineConfig;
import io.teff.engine.LongPairTask;
import io.teff.engine.LongTask;
import io.teff.flow.RemoteExecutor;
import io.teff.flow.RemoteTask;
import io.teff.mpi.Mpi;
import io.teff.remote.Codec;
import io.teff.remote.FirstSuccess;
import io.teff.remote.Homed;
import io.teff.remote.NotTransferable;
import io.teff.remote.Payload;
import io.teff.remote.RemoteCallable;
import io.teff.remote.RemoteRunnable;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.RunnableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntPredicate;
import org.agrona.collections.Object2IntHashMap;

/**
 * Ranks as workers: an executor whose tasks run on any process of an MPI program, each with an {@link Engine}
 * of its own. All ranks start the same program; most of them only serve:
 *
 * <pre>{@code
 * static final MpiFunction.Longs SQUARE = MpiFunction.longs("square", (a, b) -> a * a);
 *
 * public static void main(String[] args) throws Exception {
 *     try (MpiExecutor mpi = MpiExecutor.start(EngineConfig.builder().build(), SQUARE)) {
 *         if (mpi.isRoot()) {
 *             System.out.println(mpi.call(SQUARE, 7, 0).get());
 *             System.out.println(mpi.submit(() -> "from rank " + MpiExecutor.current().rank()).get());
 *         }
 *     }                                       // waits until all ranks are done
 * }
 * }</pre>
 *
 * <p>Tasks are calls of functions that every rank knows ({@link MpiFunction}), or serializable objects such
 * as {@link RemoteCallable} lambdas; others are refused by {@code submit} with a {@link NotTransferable}, which
 * names what cannot travel. Results, and what a task throws, are copies; one of more than 2^30 bytes, or than
 * the memory of the rank that it goes to, fails its own call. {@link Placement} says where they
 * run. Futures are {@link CompletableFuture}s; who waits in {@code get} or {@code join} helps meanwhile. If
 * another rank has too many calls to answer, who submits more waits, and helps.
 *
 * <p>When a rank is lost its tasks run again elsewhere, or fail: see {@link LossPolicy}; each has one result.
 * When rank 0 is lost all ranks give up, and what was not done fails. Which launchers let the survivors of a
 * loss go on is said in the README.
 *
 * <p>Any thread may call, virtual ones included. One executor for each process, as MPI starts once.
 */
public final class MpiExecutor extends AbstractExecutorService
        implements RemoteExecutor, AutoCloseable {
    private static final int ROOT = 0;
    private static final int UNKNOWN = 0; // the number of no function

    private static volatile MpiExecutor current;

    private final MpiConfig config;
    private final Runnable end; // of MPI
    private final Driver driver;
    private final Placer placer;
    private final ObjectCalls objects; // the driver's
    private final Pulse pulse;
    private final Object2IntHashMap<MpiFunction> numbers =
            new Object2IntHashMap<>(UNKNOWN); // constant
    private final AtomicBoolean isClosed = new AtomicBoolean();
    private volatile boolean isShutdown;

    /** A rank of the run that is described by the transport. It takes no part before {@link #serve}. */
    MpiExecutor(
            MpiConfig config, Transport transport, Codec codec, IntPredicate isGone, Runnable end) {
        this.config = config;
        this.end = end;
        driver = new Driver(transport, config, codec, isGone);
        placer = new Placer(driver, this::requireOpen);
        objects = driver.objects();
        for (MpiFunction function : config.functions()) {
            numbers.put(function, numbers.size() + 1);
        }
        pulse = new Pulse(driver, this::wantsEnd);
    }

    /** Takes part. A task that comes may ask for {@link #current} at once, so that is set before. */
    MpiExecutor serve() {
        pulse.start();
        driver.engine().execute(() -> {}); // from now on workers look
        return this;
    }

    /**
     * Joins the run that this process was started for, by {@code mpiexec} or {@code srun}; without one
     * this process is its only rank. All ranks must start with the same functions.
     *
     * @throws UnsatisfiedLinkError if there is no MPI library; the message says what to install
     * @throws IllegalStateException if MPI was started before in this JVM, if the library is not the
     *     launcher's, or if the ranks run different versions of the program
     */
    public static MpiExecutor start(EngineConfig engine, MpiFunction... functions) {
        return start(MpiConfig.builder().engine(engine).functions(functions).build());
    }

    /** As {@link #start(EngineConfig, MpiFunction...)}. */
    public static MpiExecutor start(MpiConfig config) {
        Mpi mpi = Mpi.init();
        Program.checkSame(mpi.world(), config);
        Processes processes = Processes.of(mpi.world());
        Transport transport = Transports.open(mpi);
        Codec codec = new Payload(config.rules(), Map.of());
        Runnable end = () -> processes.end(mpi);
        MpiExecutor started = new MpiExecutor(config, transport, codec, processes::isGone, end);
        current = started;
        try {
            return started.serve();
        } catch (Throwable error) { // no memory for a thread
            current = null;
            started.driver.members().giveUp("it could not start: " + error, error);
            throw error;
        }
    }

    /**
     * The one of this process, for tasks that come from other ranks.
     *
     * @throws IllegalStateException if none was started
     */
    public static MpiExecutor current() {
        MpiExecutor started = current;
        if (started == null) {
            throw new IllegalStateException(
                    "no MpiExecutor was started in this process: call MpiExecutor.start first");
        }
        return started;
    }

    /** Number of this process in the run. */
    public int rank() {
        return driver.rank();
    }

    /** How many processes the run has. */
    public int size() {
        return driver.size();
    }

    /** Whether this is rank 0, which the others serve. */
    public boolean isRoot() {
        return rank() == ROOT;
    }

    /** This rank's workers. It is closed with this executor. */
    public Engine engine() {
        return driver.engine();
    }

    /** What carries messages: shared memory, MPI's messages, or both. */
    public String transport() {
        return driver.transport();
    }

    /** Whether a rank is lost, as far as this one knows. */
    public boolean isLost(int rank) {
        Peer peer = placer.peer(rank);
        return peer != null && peer.isLost();
    }

    /** What this rank has done with the others so far. */
    public MpiStats stats() {
        Thief.Figures steals = driver.thief().figures();
        return new MpiStats(
                driver.made(),
                driver.looks(),
                driver.inbound().damaged(),
                steals.asked(),
                steals.refused(),
                steals.taken(),
                steals.given(),
                steals.waitNs());
    }

    // Calls

    /** Calls a function where the configuration says. */
    public CompletableFuture<Long> call(MpiFunction.Longs function, long a, long b) {
        return call(config.placement(), function, a, b);
    }

    /**
     * Calls a function.
     *
     * @throws IllegalArgumentException for a function that was not given to {@link #start}, and for a rank
     *     that the run has not
     */
    public CompletableFuture<Long> call(
            Placement placement, MpiFunction.Longs function, long a, long b) {
        return place(placement, new LongCall(driver, number(function), a, b));
    }

    /**
     * As {@link #call(Placement, MpiFunction.Longs, long, long)}. The bytes must not change meanwhile; there
     * are at most 2^30.
     */
    public CompletableFuture<byte[]> call(
            Placement placement, MpiFunction.Bytes function, byte[] argument) {
        if (argument.length > config.mostBytes()) {
            NotTransferable why =
                    Inbound.tooLarge("an argument", argument.length, config.mostBytes());
            throw new IllegalArgumentException(why.getMessage(), why);
        }
        return place(placement, new BytesCall(driver, number(function), argument));
    }

    /**
     * A lane for calls of one function, by one thread, which makes no object for each.
     *
     * @param batch how many calls go out together; less if a message has no room for them
     * @throws IllegalArgumentException if it is not from 1 to the configuration's window
     */
    public MpiLane lane(
            Placement placement, MpiFunction.Longs function, int batch, LongResults results) {
        if (batch < 1 || batch > config.window()) {
            throw new IllegalArgumentException(
                    "a batch is from 1 to " + config.window() + " calls: " + batch);
        }
        return new MpiLane(
                driver,
                placer,
                placement,
                number(function),
                Math.min(batch, driver.mostLaneCalls()),
                results);
    }

    private int number(MpiFunction function) {
        int number = numbers.getValue(Objects.requireNonNull(function));
        if (number == UNKNOWN) {
            throw new IllegalArgumentException(
                    "function "
                            + function
                            + " was not given to MpiExecutor.start, which got "
                            + config.functions());
        }
        return number;
    }

    // Fork/join

    /**
     * Runs a fork/join computation that begins here, and whose forks other ranks steal when they are idle.
     * Waits for the result.
     */
    public long forkJoin(MpiFunction.Forks function, long a) {
        return forkJoin(function, a, 0, null);
    }

    /** As {@link #forkJoin(MpiFunction.Forks, long)}, for a {@link LongPairTask}. */
    public long forkJoin(MpiFunction.Forks function, long a, long b, Object ref) {
        number(function);
        requireOpen();
        return function.task instanceof LongTask single
                ? driver.engine().invoke(single, a)
                : driver.engine().invoke((LongPairTask) function.task, a, b, ref);
    }

    /**
     * Runs a {@link MpiFunction#range} over the numbers from {@code lo} to {@code hi}, exclusive; other
     * ranks steal parts when they are idle. Waits, and returns the sum of what the body returned.
     *
     * @throws IllegalArgumentException if {@code lo > hi}
     */
    public long sum(MpiFunction.Forks range, long lo, long hi) {
        if (lo > hi) {
            throw new IllegalArgumentException("a range from " + lo + " to " + hi);
        }
        return lo == hi ? 0 : forkJoin(range, lo, hi, null);
    }

    // Objects

    /** As {@link #submit(Callable)}; a lambda given here is serializable. */
    public <T> CompletableFuture<T> submit(RemoteCallable<T> body) {
        return submit(config.placement(), body);
    }

    /** As {@link #submit(Runnable)}; a lambda given here is serializable. */
    public CompletableFuture<Void> submit(RemoteRunnable body) {
        Objects.requireNonNull(body);
        return accept(config.placement(), new ObjectCall<>(objects, body, null, false, false));
    }

    /** A task for that rank, or those. */
    public <T> CompletableFuture<T> submit(Placement placement, RemoteCallable<T> body) {
        Objects.requireNonNull(body);
        return accept(placement, new ObjectCall<>(objects, body, null, true, false));
    }

    /** A task of a {@link io.teff.flow.Flow}. Priorities and resources are not looked at. */
    @Override
    public <R> CompletableFuture<R> send(RemoteTask<R> task) {
        Homed body = new Homed(task.body(), task.function().getPackageName());
        return accept(config.placement(), new ObjectCall<>(objects, body, null, true, false));
    }

    @Override
    public void execute(Runnable body) {
        Objects.requireNonNull(body);
        if (body instanceof ObjectCall<?> call && call.driver == driver) {
            accept(config.placement(), call); // by invokeAll and submit of the superclass
        } else {
            accept(config.placement(), new ObjectCall<>(objects, body, null, false, true));
        }
    }

    @Override
    public <T> T invokeAny(Collection<? extends Callable<T>> bodies)
            throws InterruptedException, ExecutionException {
        try {
            return any(bodies, FirstSuccess.NO_LIMIT);
        } catch (TimeoutException e) {
            throw new AssertionError("without a limit", e);
        }
    }

    @Override
    public <T> T invokeAny(Collection<? extends Callable<T>> bodies, long timeout, TimeUnit unit)
            throws InterruptedException, ExecutionException, TimeoutException {
        return any(bodies, unit.toNanos(timeout));
    }

    private <T> T any(Collection<? extends Callable<T>> bodies, long nanos)
            throws InterruptedException, ExecutionException, TimeoutException {
        if (bodies.isEmpty()) {
            throw new IllegalArgumentException("invokeAny of no tasks");
        }
        List<ObjectCall<T>> all = new ArrayList<>(bodies.size());
        for (Callable<T> body : bodies) {
            Objects.requireNonNull(body);
            all.add(new ObjectCall<>(objects, body, null, true, false));
        }
        return FirstSuccess.of(all, call -> accept(config.placement(), call), nanos);
    }

    @Override
    protected <T> RunnableFuture<T> newTaskFor(Callable<T> body) {
        Objects.requireNonNull(body);
        return new ObjectCall<>(objects, body, null, true, false);
    }

    @Override
    protected <T> RunnableFuture<T> newTaskFor(Runnable body, T value) {
        Objects.requireNonNull(body);
        return new ObjectCall<>(objects, body, value, false, false);
    }

    private <T> ObjectCall<T> accept(Placement placement, ObjectCall<T> call) {
        if (size() > 1 && placement.kind != Placement.Kind.HERE) {
            call.pack(); // first: what cannot travel is refused wherever it would have run
        }
        objects.add(call);
        try {
            placer.placeEntered(placement, call);
        } catch (RuntimeException | Error e) {
            if (objects.ended(call)) {
                throw e;
            } // else shutdownNow has given it back
        }
        return call;
    }

    private <T> CompletableFuture<T> place(Placement placement, RemoteCall<T> call) {
        placer.place(placement, call);
        return call;
    }

    /** Whether nothing is called from here any more but by tasks, which are counted, or is open already. */
    private boolean wantsEnd() {
        return isShutdown && !placer.isPlacing();
    }

    private void requireOpen() {
        RuntimeException failure = driver.members().failure();
        if (failure != null) {
            throw new RejectedExecutionException(failure.getMessage(), failure);
        }
        if (isShutdown) {
            requireServing();
        }
    }

    /** Other ranks still run tasks here, and those may have to call. */
    private void requireServing() {
        if (isRoot() || !engine().isWorker()) {
            throw new RejectedExecutionException("rank " + rank() + " was shut down");
        }
        if (driver.members().isEnded()) {
            throw driver.members().whyEnded();
        }
    }

    // The end

    /**
     * No more tasks of this rank; it serves the others until they have all come to this, too, and nothing is
     * open on any rank. Then it is terminated.
     *
     * <p>Tasks that are served on a rank other than 0, and what follows the results of their calls on its
     * workers, may call on until then. Not counted as open are tasks that one has handed to the {@link
     * #engine} itself and does not wait for: their calls fail if the run ends meanwhile.
     */
    @Override
    public void shutdown() {
        isShutdown = true;
        pulse.wake();
    }

    /**
     * As {@link #shutdown}. Tasks that have not begun, wherever they are, come back; those that have are
     * interrupted.
     */
    @Override
    public List<Runnable> shutdownNow() {
        shutdown();
        return objects.takeBackAll();
    }

    @Override
    public boolean isShutdown() {
        return isShutdown;
    }

    @Override
    public boolean isTerminated() {
        return pulse.isOver();
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) throws InterruptedException {
        return pulse.await(unit.toNanos(timeout));
    }

    /**
     * As {@link #shutdown}, waits for the end of all ranks, and ends MPI: so by the thread that called {@link
     * #start}. What is served here meanwhile may call on, as after {@link #shutdown}. If it is interrupted it
     * gives back what has not begun, interrupts what has, and waits on.
     *
     * @throws IllegalStateException if rank 0 was lost, or this rank given up; then the process should end
     *     with an exit code that says so
     */
    @Override
    public void close() {
        shutdown();
        boolean interrupted = false;
        while (!isTerminated()) {
            try {
                pulse.await(Long.MAX_VALUE);
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
        if (!isClosed.getAndSet(true)) {
            end();
        }
    }

    private void end() {
        if (current == this) {
            current = null;
        }
        RuntimeException failure = driver.members().failure();
        if (failure != null) {
            throw failure;
        }
        if (!driver.hasLost()) { // after a loss it would wait for the dead
            end.run();
        }
    }

    @Override
    public String toString() {
        return "MpiExecutor[rank " + rank() + " of " + size() + ", " + driver.engine() + "]";
    }
}
