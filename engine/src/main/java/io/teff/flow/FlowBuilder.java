// SPDX-License-Identifier: Apache-2.0
package io.teff.flow;

import java.io.ObjectInputFilter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Function;

/** Collects the options of a flow; {@link #build} checks them. Not safe for use by threads. */
public final class FlowBuilder {
    final Map<String, Slot> slots = new LinkedHashMap<>();
    Placement placement = Placement.LEAST_LOADED;
    int retries;
    RetryHandler retryHandler = (failure, task) -> 1;
    Resolver resolver = Resolver.SHALLOW;
    int maxInFlight;
    boolean rejects;
    Exit exit = Exit.WAIT;
    Memoizer memoizer = Memoizer.inMemory();
    final Map<Class<?>, Function<Object, ?>> memoEncoders = new LinkedHashMap<>();
    Path checkpointFile;
    CheckpointMode checkpointMode;
    boolean checkpointForce;
    ObjectInputFilter checkpointFilter;
    List<Path> loadCheckpoints = List.of();
    Consumer<? super Warning> warningHandler = warning -> {};
    Path runDirectory = Path.of("runinfo");
    final List<Staging> stagings = new ArrayList<>();
    List<String> stagingExecutors = List.of();
    int maxProcesses = Runtime.getRuntime().availableProcessors();
    boolean traces;

    FlowBuilder() {}

    /** Adds an executor under a label, by which apps name it. At least one is needed. */
    public FlowBuilder executor(String label, Executor executor) {
        if (label == null || label.isBlank()) {
            throw new IllegalArgumentException("an executor needs a label, not '" + label + "'");
        }
        if (executor == null) {
            throw new NullPointerException("executor " + label);
        }
        if (slots.putIfAbsent(label, new Slot(label, executor)) != null) {
            throw new IllegalArgumentException("two executors are called '" + label + "'");
        }
        return this;
    }

    /** Which executor a task goes to when its app may run on several. Default: least loaded. */
    public FlowBuilder placement(Placement placement) {
        this.placement = notNull(placement, "placement");
        return this;
    }

    /** Retries of apps that do not say themselves; see {@link Options#retries}. Default 0. */
    public FlowBuilder retries(int budget) {
        if (budget < 0) {
            throw new IllegalArgumentException("retries must not be negative: " + budget);
        }
        retries = budget;
        return this;
    }

    /** What a failure costs. Default: 1, whatever it is. */
    public FlowBuilder retryHandler(RetryHandler handler) {
        retryHandler = notNull(handler, "retryHandler");
        return this;
    }

    /** How futures inside arguments are found. Default: {@link Resolver#SHALLOW}. */
    public FlowBuilder resolver(Resolver resolver) {
        this.resolver = notNull(resolver, "resolver");
        return this;
    }

    /**
     * At most so many tasks have been called from outside and have not ended; a further call
     * waits. Calls by the flow's own tasks are not held up, but nor are they counted. Default:
     * no limit.
     */
    public FlowBuilder maxInFlight(int limit) {
        if (limit < 1) {
            throw new IllegalArgumentException("maxInFlight must be at least 1: " + limit);
        }
        maxInFlight = limit;
        return this;
    }

    /** A call that finds {@link #maxInFlight} reached is rejected. Default: it waits. */
    public FlowBuilder rejectWhenFull() {
        rejects = true;
        return this;
    }

    /** What {@link Flow#close()} does about tasks that have not ended. Default: waits. */
    public FlowBuilder exit(Exit exit) {
        this.exit = notNull(exit, "exit");
        return this;
    }

    /** What keeps results of memoized apps. Default: {@link Memoizer#inMemory}. */
    public FlowBuilder memoizer(Memoizer memoizer) {
        this.memoizer = notNull(memoizer, "memoizer");
        return this;
    }

    /**
     * Says what stands for arguments of a type, and of the types below it, when calls are
     * memoized: anything that is equal for equal arguments, and that can be encoded itself.
     * Encoders go before what {@link Options#memoize} says; of several that fit, the first.
     *
     * <pre>{@code
     * builder.memoEncoder(Matrix.class, m -> List.of(m.rows(), m.columns(), m.data()))
     * }</pre>
     */
    @SuppressWarnings("unchecked")
    public <T> FlowBuilder memoEncoder(Class<T> type, Function<? super T, ?> encoder) {
        memoEncoders.put(notNull(type, "type"), (Function<Object, ?>) notNull(encoder, "encoder"));
        return this;
    }

    /**
     * Keeps the results of {@linkplain Options#memoize memoized} apps in a file, and takes those
     * of earlier runs from it: what a killed program had done before is not done again.
     *
     * <pre>{@code
     * try (Flow flow = Flow.builder()
     *         .executor("pool", pool)
     *         .checkpoint(Path.of("run.ckpt"), CheckpointMode.TASK_EXIT)
     *         .build()) {
     *     App1<Integer, Double> simulate = flow.app("simulate", body).with(o -> o.memoize(true));
     *     ...
     * }
     * }</pre>
     *
     * The file is made if need be, with its folder, and appended to; one flow at a time may use
     * it. Primitives, strings, arrays and {@link java.io.Serializable} results can be written; a
     * task with another result succeeds, but the flow {@linkplain #onWarning warns}, as it does
     * when the disk is full. Failures are not written. A file that ends in the middle of a
     * record, as after a power cut, or that is damaged, is used as far as it is whole, with a
     * warning.
     *
     * <p>Java deserialization runs code of the classes that are on the class path: read only
     * files that you trust, or set a {@link #checkpointFilter}.
     *
     * @see CheckpointMode
     * @see #build() what is thrown if the file cannot be used
     */
    public FlowBuilder checkpoint(Path file, CheckpointMode mode) {
        checkpointFile = notNull(file, "file");
        checkpointMode = notNull(mode, "mode");
        return this;
    }

    /**
     * Whether results are forced to the disk (fsync), so that they survive not only the end of
     * the process but that of the machine. Takes milliseconds, which tasks share that end at
     * about the same time. Default: no.
     */
    public FlowBuilder checkpointForce(boolean on) {
        checkpointForce = on;
        return this;
    }

    /**
     * What classes may be read from checkpoints. Default: as the JVM's own filter says, if it has
     * one ({@code -Djdk.serialFilter}). A result that is refused is made again, with a warning.
     */
    public FlowBuilder checkpointFilter(ObjectInputFilter filter) {
        checkpointFilter = notNull(filter, "filter");
        return this;
    }

    /**
     * Also takes results from these checkpoints, which are not changed; those of later ones go
     * before those of earlier ones, and those of {@link #checkpoint} before all. What the run uses
     * of them is written to its own checkpoint, so that this suffices for the next run. See
     * {@link Checkpoints}.
     */
    public FlowBuilder loadCheckpoints(Collection<Path> files) {
        loadCheckpoints = List.copyOf(files);
        return this;
    }

    /**
     * Is told what the user should know although no task fails by it, such as a result that
     * cannot be written to the checkpoint; on whichever thread finds it. Default: nobody; {@link
     * Flow#warnings} lists them in any case.
     */
    public FlowBuilder onWarning(Consumer<? super Warning> handler) {
        warningHandler = notNull(handler, "handler");
        return this;
    }

    /** The flow's checkpoint; null if it neither writes nor reads one. */
    Checkpoint checkpoint(Runners runners, Warnings warnings) {
        if (checkpointFile == null && loadCheckpoints.isEmpty()) {
            return null;
        }
        ClassLoader loader = Thread.currentThread().getContextClassLoader();
        return new Checkpoint(
                new Checkpoint.Plan(
                        checkpointFile,
                        checkpointMode,
                        checkpointForce,
                        loadCheckpoints,
                        new ResultCodec(checkpointFilter, loader)),
                runners,
                warnings);
    }

    /** The folder in which {@link Flow#runDirectory} is made. Default: {@code runinfo}. */
    public FlowBuilder runDirectory(Path folder) {
        runDirectory = notNull(folder, "runDirectory");
        return this;
    }

    /** Adds a way to move files, to be asked before those that the flow has by itself. */
    public FlowBuilder staging(Staging staging) {
        stagings.add(notNull(staging, "staging"));
        return this;
    }

    /** Labels of the executors that run the tasks that move files. Default: any. */
    public FlowBuilder stagingExecutors(String... labels) {
        stagingExecutors = List.of(labels);
        return this;
    }

    /**
     * How many commands of bash apps run at once; others wait for their turn, without a thread.
     * Default: the number of processors.
     */
    public FlowBuilder maxProcesses(int limit) {
        if (limit < 1) {
            throw new IllegalArgumentException("maxProcesses must be at least 1: " + limit);
        }
        maxProcesses = limit;
        return this;
    }

    /**
     * Keeps a record of every task, for {@link Flow#trace}, as long as there is the flow. Default:
     * none, which costs nothing.
     */
    public FlowBuilder trace() {
        traces = true;
        return this;
    }

    private static <T> T notNull(T value, String what) {
        if (value == null) {
            throw new NullPointerException(what);
        }
        return value;
    }

    /**
     * The flow.
     *
     * @throws BadCheckpoint if a checkpoint is none, is in use, or cannot be opened
     */
    public Flow build() {
        if (slots.isEmpty()) {
            throw new IllegalArgumentException(
                    "a flow needs an executor: call executor(label, executor)");
        }
        if (rejects && maxInFlight == 0) {
            throw new IllegalArgumentException("rejectWhenFull needs maxInFlight");
        }
        if (checkpointForce && checkpointFile == null) {
            throw new IllegalArgumentException("checkpointForce needs checkpoint(file, mode)");
        }
        return new Flow(this);
    }
}
