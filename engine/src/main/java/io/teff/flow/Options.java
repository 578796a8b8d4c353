// SPDX-License-Identifier: Apache-2.0
package io.teff.flow;

import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * How an app, or one call of it, is to be run. Immutable: each method returns a copy with one thing
 * changed. Options of a call are those of its app, changed:
 *
 * <pre>{@code
 * fetch.with(o -> o.retries(3).walltime(Duration.ofSeconds(10))).call(uri)
 * }</pre>
 */
public final class Options {
    static final Options NONE = new Options();

    // Each null, 0 or false unless set; -1 retries: as the flow says.
    private List<String> executors = List.of();
    private int retries = -1;
    private Duration walltime;
    private boolean memoize;
    private Set<Integer> ignored = Set.of();
    private int priority;
    private Map<String, Object> resources = Map.of();
    private String name;
    private List<Object> inputs = List.of();
    private List<DataFile> outputs = List.of();
    private Redirect stdout;
    private Redirect stderr;
    private Map<String, String> environment = Map.of();
    private Path directory;

    private Options() {}

    private Options(Options o) {
        executors = o.executors;
        retries = o.retries;
        walltime = o.walltime;
        memoize = o.memoize;
        ignored = o.ignored;
        priority = o.priority;
        resources = o.resources;
        name = o.name;
        inputs = o.inputs;
        outputs = o.outputs;
        stdout = o.stdout;
        stderr = o.stderr;
        environment = o.environment;
        directory = o.directory;
    }

    /** Labels of the executors that may run it; none means any. */
    public Options executors(String... labels) {
        Options o = new Options(this);
        o.executors = List.of(labels);
        return o;
    }

    /**
     * How much failing it may cost before the task fails for good: with the default cost of 1 a
     * failure, how often the body is run again. Default: what the flow says, 0 if nothing. Join apps
     * and failed dependencies are never retried.
     */
    public Options retries(int budget) {
        if (budget < 0) {
            throw new IllegalArgumentException("retries must not be negative: " + budget);
        }
        Options o = new Options(this);
        o.retries = budget;
        return o;
    }

    /**
     * How long a body may run before the try fails with {@link AppTimeout}. A Java body is
     * interrupted; if it does not listen, it keeps its thread, but nobody waits for it. A command is
     * killed, with its children.
     */
    public Options walltime(Duration limit) {
        if (limit.isZero() || limit.isNegative()) {
            throw new IllegalArgumentException("walltime must be positive: " + limit);
        }
        Options o = new Options(this);
        o.walltime = limit;
        return o;
    }

    /**
     * Whether a call with arguments that were seen before takes the earlier result, in state {@link
     * TaskState#MEMO_DONE}. Default: no.
     *
     * <pre>{@code
     * App1<Integer, Double> simulate = flow.app("simulate", body).with(o -> o.memoize(true));
     * simulate.call(7);
     * simulate.call(7); // waits for the first, and does not run
     * }</pre>
     *
     * A call is known by its app's name, its arguments' values and its {@link #inputs}, and of its
     * {@link #outputs} by which files they are, not by what is in them. Equal are primitives, strings,
     * enums, records, lists, arrays, sets and maps (in any order), and {@link DataFile}s with equal
     * parts; other objects if they are {@link java.io.Serializable} and are written equally; further
     * types as {@link FlowBuilder#memoEncoder} says. Any other argument fails the task.
     *
     * <p>A call whose equal is running waits for that one; if that is cancelled, it runs itself. So an
     * app must not call itself with equal arguments and wait for it. Results are handed out as they
     * are: do not change them. Failures are remembered as results are, but only in this run, after
     * all retries; cancelled calls are not. Give an app another name when its body comes to do
     * something else and there are {@linkplain FlowBuilder#checkpoint checkpoints} of the old one.
     */
    public Options memoize(boolean on) {
        Options o = new Options(this);
        o.memoize = on;
        return o;
    }

    /** Indices of arguments, from 0, that make no difference to memoization. */
    public Options ignoreForMemo(Integer... arguments) {
        for (int i : arguments) {
            if (i < 0) {
                throw new IllegalArgumentException(
                        "ignoreForMemo takes indices of arguments, from 0: " + i);
            }
        }
        Options o = new Options(this);
        o.ignored = Set.copyOf(List.of(arguments));
        return o;
    }

    /**
     * Of the tasks of this flow that wait for the same executor and have a priority, the highest goes
     * first. Default 0: in the executor's own order.
     */
    public Options priority(int priority) {
        Options o = new Options(this);
        o.priority = priority;
        return o;
    }

    /** What an executor that is a {@link ResourceExecutor} is asked for. Others refuse the call. */
    public Options resources(Map<String, ?> resources) {
        Options o = new Options(this);
        o.resources = Map.copyOf(resources);
        return o;
    }

    /** What the task is called in messages and pictures. Default: the app's name. */
    public Options name(String name) {
        Options o = new Options(this);
        o.name = name;
        return o;
    }

    /**
     * Files and futures that must be there before the body runs, beside the arguments. A {@link
     * DataFile} from elsewhere is staged in to where {@link DataFile#at} says.
     */
    public Options inputs(Object... inputs) {
        Options o = new Options(this);
        o.inputs = List.of(inputs);
        return o;
    }

    /**
     * Files that the body makes; {@link AppFuture#outputs} has a future for each. If one is not there
     * when the body has returned, the try fails with {@link MissingOutputs}. One that belongs
     * elsewhere is made on this machine, where {@link DataFile#at} says or where the body finds it
     * when it is an argument as well, and is then staged out; what lies there before is deleted.
     */
    public Options outputs(DataFile... files) {
        Options o = new Options(this);
        o.outputs = List.of(files);
        return o;
    }

    /** Where a command's standard output goes. Default: nowhere. */
    public Options stdout(Redirect to) {
        Options o = new Options(this);
        o.stdout = to;
        return o;
    }

    /** Where a command's standard error goes. Default: nowhere, but its tail is kept for errors. */
    public Options stderr(Redirect to) {
        Options o = new Options(this);
        o.stderr = to;
        return o;
    }

    /** Adds a variable to a command's environment. */
    public Options environment(String variable, String value) {
        Options o = new Options(this);
        Map<String, String> more = new LinkedHashMap<>(environment);
        more.put(variable, value);
        o.environment = Map.copyOf(more);
        return o;
    }

    /** A command's working directory. Default: that of this process. */
    public Options directory(Path directory) {
        Options o = new Options(this);
        o.directory = directory;
        return o;
    }

    List<String> executors() {
        return executors;
    }

    /** -1 if not set. */
    int retries() {
        return retries;
    }

    Duration walltime() {
        return walltime;
    }

    boolean memoize() {
        return memoize;
    }

    Set<Integer> ignored() {
        return ignored;
    }

    int priority() {
        return priority;
    }

    Map<String, Object> resources() {
        return resources;
    }

    String name() {
        return name;
    }

    List<Object> inputs() {
        return inputs;
    }

    List<DataFile> outputs() {
        return outputs;
    }

    Redirect stdout() {
        return stdout;
    }

    Redirect stderr() {
        return stderr;
    }

    Map<String, String> environment() {
        return environment;
    }

    Path directory() {
        return directory;
    }

    /** Whether a task with these needs no record: nothing but labels is set. */
    boolean isPlain() {
        return retries <= 0
                && walltime == null
                && !memoize
                && priority == 0
                && resources.isEmpty()
                && name == null
                && inputs.isEmpty()
                && outputs.isEmpty();
    }
}
