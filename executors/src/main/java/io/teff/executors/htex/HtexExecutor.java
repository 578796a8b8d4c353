// SPDX-License-Identifier: Apache-2.0
package io.teff.executors.htex;

import io.teff.flow.RemoteExecutor;
import io.teff.flow.RemoteTask;
import io.teff.flow.ResourceExecutor;
import io.teff.remote.Codec;
import io.teff.remote.FirstSuccess;
import io.teff.remote.Homed;
import io.teff.remote.NamedCall;
import io.teff.remote.NotTransferable;
import io.teff.remote.Payload;
import io.teff.remote.RemoteCallable;
import io.teff.remote.RemoteFunction;
import io.teff.remote.RemoteRunnable;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.RunnableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Runs tasks in processes of pilot jobs, as Parsl's HighThroughputExecutor does: see the package for
 * the picture. Any thread may call.
 *
 * <p>Tasks travel: they are serializable lambdas ({@link RemoteCallable}, {@link RemoteRunnable}),
 * serializable objects, or calls of functions registered by name ({@link #call}). What cannot travel
 * is refused by {@code submit} with a {@link NotTransferable} that names it. A result is a copy, as
 * is what a task throws. The futures are {@link CompletableFuture}s.
 *
 * <p>A task whose worker, manager or interchange dies fails with a {@link TaskLost}; the executor
 * replaces the process and goes on. When it cannot, it is in bad state, and all tasks fail with
 * {@link ExecutorFailed}.
 *
 * <p>Processes are started with the first task, or by {@link #start}. {@code cancel} waits for the
 * answer of the process that has the task, a millisecond or less.
 */
public final class HtexExecutor extends AbstractExecutorService
        implements AutoCloseable, RemoteExecutor, ResourceExecutor {
    private final HtexConfig config;
    private final UsageBook book = new UsageBook();
    private final Labels labels; // null: tasks without a request get none
    private final OpenTasks tasks;
    private final TaskMaker maker;
    private final ManagerLoad load;
    private final Life life;
    private final AtomicLong rejected = new AtomicLong();

    /** An executor that is set up like that. No process runs yet. */
    public HtexExecutor(HtexConfig config) {
        this(config, new Payload(config.rules, config.functions), InterchangeProcess::start);
    }

    /** With another codec, which its managers must have too. */
    HtexExecutor(HtexConfig config, Codec codec, InterchangeStarter starter) {
        this.config = config;
        labels = config.autoLabel ? new Labels() : null;
        tasks = new OpenTasks(codec, book, labels, this::wakeSender, this::noTaskIsLeft);
        maker = new TaskMaker(this, codec, config.monitor);
        load = new ManagerLoad(new LoadSource(), config);
        life = new Life(config, starter, load, new Results(), tasks);
    }

    /** Starts the processes now, and does not wait for them; otherwise the first task does. */
    public HtexExecutor start() {
        life.begin();
        return this;
    }

    /** As {@link #submit(Callable)}; a lambda given here is serializable. */
    public <T> CompletableFuture<T> submit(RemoteCallable<T> body) {
        return submit(TaskMaker.DEFAULT_PRIORITY, body);
    }

    /** As {@link #submit(Runnable)}; a lambda given here is serializable. */
    public CompletableFuture<Void> submit(RemoteRunnable body) {
        return accept(runnable(body, null, false));
    }

    /** Tasks of lower priority numbers begin first; otherwise it is 0. */
    public <T> CompletableFuture<T> submit(int priority, RemoteCallable<T> body) {
        return accept(callable(priority, body));
    }

    /**
     * A task that is to hold this while it runs: it begins where there is room for it.
     *
     * @throws IllegalArgumentException for more than a node has, if the configuration says what it
     *     has; otherwise the future fails with it as soon as that is known
     */
    public <T> CompletableFuture<T> submit(Resources request, RemoteCallable<T> body) {
        config.check(request);
        HtexTask<T> task = callable(TaskMaker.DEFAULT_PRIORITY, body);
        task.demand = Demand.asked(request);
        return accept(task);
    }

    /** Entries are cores, memory and disk (MB) and accelerators (how many). */
    @Override
    public void check(Map<String, Object> resources) {
        config.check(Resources.of(resources));
    }

    @Override
    public void execute(Runnable body, Map<String, Object> resources) {
        Demand demand = demand(resources);
        HtexTask<?> task = runnable(body, null, true);
        task.demand = demand;
        accept(task);
    }

    private Demand demand(Map<String, Object> resources) {
        Resources asked = Resources.of(resources);
        config.check(asked);
        return Demand.asked(asked);
    }

    /**
     * Calls a function that the configuration registers under this name.
     *
     * @throws IllegalArgumentException for a name that it does not
     */
    public <T> CompletableFuture<T> call(String name, Object... arguments) {
        RemoteFunction function = config.functions.get(name);
        if (function == null) {
            throw new IllegalArgumentException(
                    "no function has the name "
                            + name
                            + ", registered are "
                            + new TreeSet<>(config.functions.keySet()));
        }
        NamedCall call = new NamedCall(name, function, arguments);
        return accept(checked().callable(TaskMaker.DEFAULT_PRIORITY, call, call));
    }

    /** A task of a {@link io.teff.flow.Flow}. There, higher priorities begin first. */
    @Override
    public <R> CompletableFuture<R> send(RemoteTask<R> task) {
        Homed body = new Homed(task.body(), task.function().getPackageName());
        HtexTask<R> made = checked().callable(-task.priority(), body, body);
        made.app = task.app();
        made.demand = demand(task.resources());
        return accept(made);
    }

    @Override
    public void execute(Runnable body) {
        Objects.requireNonNull(body);
        if (body instanceof HtexTask<?> task && task.isOf(this)) {
            accept(task); // by invokeAll and submit of the superclass
        } else {
            accept(runnable(body, null, true));
        }
    }

    @Override
    protected <T> RunnableFuture<T> newTaskFor(Callable<T> body) {
        return callable(TaskMaker.DEFAULT_PRIORITY, body);
    }

    @Override
    protected <T> RunnableFuture<T> newTaskFor(Runnable body, T value) {
        return runnable(body, value, false);
    }

    private <T> HtexTask<T> callable(int priority, Callable<T> body) {
        return checked().callable(priority, body);
    }

    private <T> HtexTask<T> runnable(Runnable body, T value, boolean isExecuted) {
        return checked().runnable(body, value, isExecuted);
    }

    /** Before anything is written down: what comes too late is refused, whatever it is. */
    private TaskMaker checked() {
        if (!life.isRunning()) {
            throw rejection();
        }
        return maker;
    }

    private RejectedExecutionException rejection() {
        return new RejectedExecutionException("the executor was shut down");
    }

    private <T> HtexTask<T> accept(HtexTask<T> task) {
        tasks.add(task);
        if (!life.isRunning()) {
            // shutdownNow may have taken it meanwhile: then it was accepted, and given back
            if (tasks.takeBack(task)) {
                throw rejection();
            }
            return task;
        }
        if (life.failure() != null) {
            tasks.fail(task, life.failure());
            return task;
        }
        if (labels == null || labels.admit(task)) { // else others of its app bring it later
            tasks.queue().add(task);
            if (life.session() == null) {
                life.beginFor(task);
            }
            wakeSender();
        }
        Throwable reason = life.failure();
        if (reason != null) { // it came while the task was on its way into the queue
            tasks.fail(task, reason);
        }
        return task;
    }

    private void wakeSender() {
        Session session = life.session();
        if (session != null) {
            session.wake();
        } // else one looks at the queue when it is ready
    }

    private void noTaskIsLeft() {
        if (!life.isRunning()) {
            life.tryTerminate();
        }
    }

    private final class Results implements ResultReceiver.Sink {
        @Override
        public void results(List<Message.Result> results) {
            results.forEach(tasks::answered);
        }

        @Override
        public void badState(String reason) {
            life.fail(new ExecutorFailed("the executor is in bad state: " + reason, null));
        }

        @Override
        public void rejected(String what) {
            rejected.incrementAndGet();
        }
    }

    private final class LoadSource implements ManagerLoad.Source {
        @Override
        public int outstanding() {
            return tasks.count();
        }

        @Override
        public List<String> ask(String word, String argument) throws InterruptedException {
            return HtexExecutor.this.ask(word, argument);
        }

        @Override
        public void failAll(Throwable reason) {
            life.fail(reason);
        }
    }

    void cancelled(HtexTask<?> task, boolean interrupt) {
        tasks.cancelled(task, interrupt, life.session());
    }

    @Override
    public void shutdown() {
        life.shutdown();
        life.tryTerminate();
    }

    /** Tasks that have not begun, wherever they are, come back; those that have are interrupted. */
    @Override
    public List<Runnable> shutdownNow() {
        life.stop();
        List<Runnable> unstarted = tasks.takeBackAll(life.session());
        life.tryTerminate();
        return unstarted;
    }

    @Override
    public boolean isShutdown() {
        return !life.isRunning();
    }

    @Override
    public boolean isTerminated() {
        return life.isTerminated();
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) throws InterruptedException {
        return life.awaitTermination(unit.toNanos(timeout));
    }

    /** Runs what was accepted, and waits for it; stops at once when it is interrupted. */
    @Override
    public void close() {
        shutdown();
        if (life.awaitEnd(false)) {
            shutdownNow();
            life.awaitEnd(true);
            Thread.currentThread().interrupt();
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
        List<HtexTask<T>> all = new ArrayList<>(bodies.size());
        for (Callable<T> body : bodies) {
            all.add(callable(TaskMaker.DEFAULT_PRIORITY, body));
        }
        return FirstSuccess.of(all, this::accept, nanos);
    }

    /** The commands of operators. */
    public HtexAdmin admin() {
        return new HtexAdmin(this);
    }

    /**
     * What this task has used, once its future is done; empty if it was not measured: without {@link
     * HtexConfig.Builder#monitor}, or when it was lost.
     *
     * @throws IllegalArgumentException for a future of somebody else
     */
    public Optional<Usage> usage(Future<?> task) {
        if (task instanceof HtexTask<?> ours && ours.isOf(this)) {
            return Optional.ofNullable(ours.usage);
        }
        throw new IllegalArgumentException("no task of this executor: " + task);
    }

    Map<String, AppUsage> usageByApp() {
        if (!config.monitor) {
            throw new IllegalStateException("nothing is measured: set monitor(true)");
        }
        return book.all(labels);
    }

    /** Tasks that were submitted and have not ended. */
    public int outstanding() {
        return tasks.count();
    }

    /** What blocks ask. */
    ManagerLoad load() {
        return load;
    }

    List<String> ask(String word, String argument) throws InterruptedException {
        Session session = life.session();
        if (session == null) {
            throw new IllegalStateException("the executor has not started: call start()");
        }
        return session.ask(word, argument);
    }

    long rejected() {
        Session session = life.session();
        return rejected.get() + (session == null ? 0 : session.refused());
    }

    /** The interchange's process; -1: there is none now. */
    long interchangePid() {
        Session session = life.session();
        return session == null ? -1 : session.interchangePid();
    }

    @Override
    public String toString() {
        return "HtexExecutor[" + life + ", outstanding=" + outstanding() + "]";
    }
}
