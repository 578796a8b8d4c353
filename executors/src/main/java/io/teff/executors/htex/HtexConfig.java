// SPDX-License-Identifier: Apache-2.0
package io.teff.executors.htex;

import io.teff.executors.blocks.BlockProvider;
import io.teff.executors.blocks.BlocksConfig;
import io.teff.executors.blocks.Launcher;
import io.teff.executors.blocks.Launchers;
import io.teff.executors.blocks.LocalProvider;
import io.teff.remote.PayloadRules;
import io.teff.remote.RemoteFunction;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/**
 * How an {@link HtexExecutor} is set up: {@link #parslDefaults} does as Parsl's HighThroughputExecutor
 * does as shipped, {@link #tuned} takes all the steps away from it. Each step is an option, so that
 * its part can be measured. Immutable.
 */
public final class HtexConfig {
    final int workersPerNode;
    final double coresPerWorker;
    final int blocks;
    final UnaryOperator<BlocksConfig.Builder> scaling;
    final int nodesPerBlock;
    final Duration walltime;
    final int prefetch;
    final Duration heartbeatPeriod;
    final Duration heartbeatThreshold;
    final Duration drainPeriod;
    final boolean encrypted;
    final boolean fileLog;
    final boolean batching;
    final boolean threads;
    final boolean fastLoss;
    final String address;
    final int portFrom;
    final int portTo;
    final int maxFrameBytes;
    final List<String> allowed;
    final PayloadRules rules;
    final List<String> jvmOptions;
    final Map<String, RemoteFunction> functions;
    final Path directory;
    final BlockProvider provider;
    final Launcher launcher;
    final long seed;
    final Resources node;
    final List<String> accelerators;
    final boolean pinAccelerators;
    final String cpuAffinity;
    final Duration patience;
    final boolean monitor;
    final boolean autoLabel;

    private HtexConfig(Builder b) {
        workersPerNode = b.workersPerNode;
        coresPerWorker = b.coresPerWorker;
        blocks = b.blocks;
        scaling = b.scaling;
        nodesPerBlock = b.nodesPerBlock;
        walltime = b.walltime;
        prefetch = b.prefetch;
        heartbeatPeriod = b.heartbeatPeriod;
        heartbeatThreshold = b.heartbeatThreshold;
        drainPeriod = b.drainPeriod;
        encrypted = b.encrypted;
        fileLog = b.fileLog;
        batching = b.batching;
        threads = b.threads;
        fastLoss = b.fastLoss;
        address = b.address;
        portFrom = b.portFrom;
        portTo = b.portTo;
        maxFrameBytes = b.maxFrameBytes;
        allowed = List.copyOf(b.allowed);
        rules = rules(allowed, maxFrameBytes);
        jvmOptions = List.copyOf(b.jvmOptions);
        functions = Map.copyOf(b.functions);
        directory = b.directory;
        provider = b.provider == null ? new LocalProvider() : b.provider;
        launcher = b.launcher;
        seed = b.seed;
        node = b.node;
        accelerators = List.copyOf(b.accelerators);
        pinAccelerators = b.pinAccelerators;
        cpuAffinity = b.cpuAffinity;
        patience = b.patience;
        monitor = b.monitor || b.autoLabel;
        autoLabel = b.autoLabel;
    }

    /**
     * As Parsl's executor is shipped: no prefetch, heartbeats each 30 s and patience of 120 s,
     * CurveZMQ, a log of each step flushed record by record, one task and one result a message, one
     * process for each worker.
     */
    public static Builder parslDefaults() {
        return new Builder();
    }

    /**
     * All steps but one: prefetch, batches, a log in memory, no encryption while all sockets are on
     * this machine, losses seen at once. Workers stay processes; {@link Builder#threads} is the step
     * that gives isolation up.
     */
    public static Builder tuned() {
        return new Builder()
                .prefetch(2048)
                .batching(true)
                .fileLog(false)
                .encrypted(false)
                .fastLoss(true);
    }

    /** Collects options; {@link #build} checks them. */
    public static final class Builder {
        private static final Pattern FUNCTION = Pattern.compile("[\\w.:/-]+");

        private int workersPerNode;
        private double coresPerWorker = 1;
        private int blocks = 1;
        private UnaryOperator<BlocksConfig.Builder> scaling = UnaryOperator.identity();
        private int nodesPerBlock = 1;
        private Duration walltime;
        private int prefetch;
        private Duration heartbeatPeriod = Duration.ofSeconds(30);
        private Duration heartbeatThreshold = Duration.ofMinutes(2);
        private Duration drainPeriod = Duration.ZERO;
        private boolean encrypted = true;
        private boolean fileLog = true;
        private boolean batching;
        private boolean threads;
        private boolean fastLoss;
        private String address = "127.0.0.1";
        private int portFrom;
        private int portTo;
        private int maxFrameBytes = 64 << 20;
        private List<String> allowed = List.of();
        private List<String> jvmOptions = List.of();
        private final Map<String, RemoteFunction> functions = new TreeMap<>();
        private Path directory;
        private BlockProvider provider;
        private Launcher launcher = Launchers.simple();
        private long seed = System.nanoTime();
        private Resources node = Resources.NOTHING;
        private List<String> accelerators = List.of();
        private boolean pinAccelerators;
        private String cpuAffinity = "none";
        private Duration patience = Duration.ofSeconds(1);
        private boolean monitor;
        private boolean autoLabel;

        private Builder() {}

        /** Workers of each manager; default 0: one for each {@link #coresPerWorker} cores there. */
        public Builder workersPerNode(int workers) {
            workersPerNode = workers;
            return this;
        }

        /** Default 1; below 1 there are more workers than cores. */
        public Builder coresPerWorker(double cores) {
            coresPerWorker = cores;
            return this;
        }

        /**
         * Blocks that there are from the start and always, unless {@link #scaling} says otherwise:
         * one that ends is replaced; default 1.
         */
        public Builder blocks(int number) {
            blocks = number;
            return this;
        }

        /**
         * Lets blocks come and go, by what {@code how} sets: {@code b ->
         * b.minBlocks(0).maxBlocks(10)}. Default: {@link #blocks} of them.
         */
        public Builder scaling(UnaryOperator<BlocksConfig.Builder> how) {
            scaling = Objects.requireNonNull(how, "scaling");
            return this;
        }

        /** Nodes of one block; default 1. More need a launcher that reaches them. */
        public Builder nodesPerBlock(int nodes) {
            nodesPerBlock = nodes;
            return this;
        }

        /** After which the provider may end a block; default none. */
        public Builder walltime(Duration limit) {
            walltime = limit;
            return this;
        }

        /** Tasks that a manager takes beyond those its workers run; default 0. */
        public Builder prefetch(int tasks) {
            prefetch = tasks;
            return this;
        }

        /** How often managers report; default 30 s. A worker's death is looked for as often. */
        public Builder heartbeatPeriod(Duration period) {
            heartbeatPeriod = period;
            return this;
        }

        /** Silence after which the other side counts as gone; default 120 s. */
        public Builder heartbeatThreshold(Duration silence) {
            heartbeatThreshold = silence;
            return this;
        }

        /** Age at which a manager takes no more tasks and ends when it is empty; default 0: never. */
        public Builder drainPeriod(Duration age) {
            drainPeriod = age;
            return this;
        }

        /** Whether all sockets speak CurveZMQ; default true. */
        public Builder encrypted(boolean on) {
            encrypted = on;
            return this;
        }

        /**
         * Default true: each step of each task goes to a file at once. False: the last records stay
         * in memory, and go to the file when something fails.
         */
        public Builder fileLog(boolean on) {
            fileLog = on;
            return this;
        }

        /** Whether tasks and results travel many to a message; default false: one by one. */
        public Builder batching(boolean on) {
            batching = on;
            return this;
        }

        /** Whether workers are threads of an engine in the manager; default false: processes. */
        public Builder threads(boolean on) {
            threads = on;
            return this;
        }

        /** Whether a death is seen by its broken connection, in milliseconds; default false. */
        public Builder fastLoss(boolean on) {
            fastLoss = on;
            return this;
        }

        /**
         * Where the interchange listens for managers; default 127.0.0.1. Any other address needs
         * {@link #encrypted}.
         */
        public Builder address(String ip) {
            address = Objects.requireNonNull(ip, "address");
            return this;
        }

        /** Ports the interchange may listen at; default 0 to 0: any. */
        public Builder ports(int from, int to) {
            portFrom = from;
            portTo = to;
            return this;
        }

        /** The largest task or result; default 64 MiB. */
        public Builder maxFrameBytes(int bytes) {
            maxFrameBytes = bytes;
            return this;
        }

        /**
         * Classes that may come in beside values of the JDK and those of the task's own package:
         * {@code a.b.C}, {@code a.b.*}, {@code a.b.**}.
         */
        public Builder allow(String... patterns) {
            allowed = List.of(patterns);
            return this;
        }

        /**
         * Options for the JVMs that the executor starts, such as {@code -Xmx256m}; default none.
         * They have the serial collector, unless these choose another one.
         */
        public Builder jvmOptions(String... options) {
            jvmOptions = List.of(options);
            return this;
        }

        /** Registers a function, for {@link HtexExecutor#call}. */
        public Builder function(String name, RemoteFunction function) {
            functions.put(name, Objects.requireNonNull(function, "function"));
            return this;
        }

        /**
         * Where logs, settings and the output of tasks go; default: a new directory under the
         * system's temporary one, deleted at the end unless something failed. All nodes must see it.
         */
        public Builder directory(Path path) {
            directory = path;
            return this;
        }

        /** Where blocks come from; default: processes on this machine. */
        public Builder provider(BlockProvider where) {
            provider = Objects.requireNonNull(where, "provider");
            return this;
        }

        /** How a block starts its managers; default: the command as it is. */
        public Builder launcher(Launcher how) {
            launcher = Objects.requireNonNull(how, "launcher");
            return this;
        }

        /** For the random order of managers; default: another each time. */
        public Builder seed(long number) {
            seed = number;
            return this;
        }

        /**
         * What tasks on one node may hold together: cores, memory, disk. Default, also of each entry
         * that is not named: what the machine of a manager has, as its JVM sees it. Accelerators are
         * named by {@link #accelerators}.
         */
        public Builder node(Resources size) {
            node = Objects.requireNonNull(size, "node");
            return this;
        }

        /** Names of the accelerators of one node, such as "0", "1"; default none. */
        public Builder accelerators(String... names) {
            accelerators = List.of(names);
            return this;
        }

        /**
         * Whether each worker process has one accelerator always, named to it and what it starts by
         * CUDA_VISIBLE_DEVICES, ROCR_VISIBLE_DEVICES and ZE_AFFINITY_MASK; then a node has no more
         * workers than accelerators. Default false: tasks that ask for some are told which by
         * {@link WorkerContext}.
         */
        public Builder pinAccelerators(boolean on) {
            pinAccelerators = on;
            return this;
        }

        /**
         * Which CPUs worker processes may use: none (default: all), block, block-reverse,
         * alternating, or a list like {@code list:0,1:2,3}, with the CPUs of each worker. Needs the
         * program {@code taskset}.
         */
        public Builder cpuAffinity(String how) {
            cpuAffinity = Objects.requireNonNull(how, "cpuAffinity");
            return this;
        }

        /**
         * For how long smaller tasks may pass one that finds no room; then a node is kept for it.
         * Default 1 s.
         */
        public Builder patience(Duration time) {
            patience = Objects.requireNonNull(time, "patience");
            return this;
        }

        /**
         * Whether worker processes measure what each task uses, see {@link HtexExecutor#usage} and
         * {@link HtexAdmin#usage}; default false, which costs nothing.
         */
        public Builder monitor(boolean on) {
            monitor = on;
            return this;
        }

        /**
         * Whether tasks that ask for nothing are given a request by what earlier ones of their app
         * have used; default false. The first three of an app have a node each to themselves, and
         * the others wait for them. One whose memory grows by half as much again as its label is stopped, and run once more with
         * a whole node: tasks must bear that. Turns {@link #monitor} on.
         */
        public Builder autoLabel(boolean on) {
            autoLabel = on;
            return this;
        }

        public HtexConfig build() {
            check(workersPerNode >= 0, "workersPerNode must not be negative", workersPerNode);
            check(coresPerWorker > 0, "coresPerWorker must be positive", coresPerWorker);
            check(blocks >= 0, "blocks must not be negative", blocks);
            check(nodesPerBlock >= 1, "nodesPerBlock must be at least 1", nodesPerBlock);
            check(prefetch >= 0, "prefetch must not be negative", prefetch);
            check(
                    heartbeatPeriod.toMillis() >= 1,
                    "heartbeatPeriod must be at least 1 ms",
                    heartbeatPeriod);
            check(
                    heartbeatThreshold.compareTo(heartbeatPeriod) > 0,
                    "heartbeatThreshold must be longer than heartbeatPeriod " + heartbeatPeriod,
                    heartbeatThreshold);
            check(!drainPeriod.isNegative(), "drainPeriod must not be negative", drainPeriod);
            check(
                    0 <= portFrom && portFrom <= portTo && portTo <= 65_535,
                    "ports must be from 0 to 65535, the lower one first",
                    portFrom + ", " + portTo);
            check(
                    1024 <= maxFrameBytes && maxFrameBytes <= 1 << 30,
                    "maxFrameBytes must be from 1024 to " + (1 << 30),
                    maxFrameBytes);
            check(
                    encrypted || address.equals("127.0.0.1") || address.equals("::1"),
                    "an address that others can reach needs encrypted(true)",
                    address);
            WorkerAffinity.parse(cpuAffinity);
            check(
                    node.accelerators() == 0,
                    "accelerators of a node have names, by accelerators(\"0\", \"1\")",
                    node);
            check(
                    Set.copyOf(accelerators).size() == accelerators.size(),
                    "accelerators must differ in name",
                    accelerators);
            check(
                    accelerators.stream().noneMatch(name -> name.isBlank()),
                    "accelerators must have names",
                    accelerators);
            check(
                    !pinAccelerators || !accelerators.isEmpty(),
                    "pinAccelerators needs accelerators(names)",
                    accelerators);
            check(!patience.isNegative(), "patience must not be negative", patience);
            check(
                    !threads || !(monitor || autoLabel),
                    "monitor and autoLabel measure processes, so they need threads(false)",
                    "threads " + threads);
            check(
                    !threads || accelerators.isEmpty() && cpuAffinity.equals("none"),
                    "accelerators and cpuAffinity are given to processes: threads(false)",
                    accelerators + ", " + cpuAffinity);
            for (String name : functions.keySet()) {
                check(
                        FUNCTION.matcher(name).matches(),
                        "a function's name has letters, digits and _ . : / - only",
                        name);
            }
            return new HtexConfig(this);
        }

        private static void check(boolean isRight, String what, Object value) {
            if (!isRight) {
                throw new IllegalArgumentException(what + ": " + value);
            }
        }
    }

    /** What may travel; what this package has is allowed too. */
    static PayloadRules rules(List<String> allowed, int maxFrameBytes) {
        List<String> all = new ArrayList<>(allowed);
        all.add("io.teff.executors.htex.*");
        return new PayloadRules(
                all,
                maxFrameBytes,
                "send less, or raise maxFrameBytes of HtexConfig",
                "add it to allow(...) of HtexConfig");
    }

    /** Refuses what a node cannot have, as far as that is known here. */
    void check(Resources asked) {
        if (asked.cores() > (node.cores() > 0 ? node.cores() : asked.cores())
                || asked.memoryMb() > (node.memoryMb() > 0 ? node.memoryMb() : asked.memoryMb())
                || asked.diskMb() > (node.diskMb() > 0 ? node.diskMb() : asked.diskMb())
                || asked.accelerators() > accelerators.size()) {
            throw new IllegalArgumentException(Packer.tooLarge(asked, nodeSize()));
        }
        if (pinAccelerators && asked.accelerators() > 1) {
            throw new IllegalArgumentException(
                    "the task asks for "
                            + asked
                            + ", but each worker is pinned to one accelerator: ask for 1, or set"
                            + " pinAccelerators(false)");
        }
    }

    private Resources nodeSize() {
        return new Resources(node.cores(), node.memoryMb(), node.diskMb(), accelerators.size());
    }

    @Override
    public String toString() {
        return "HtexConfig[workersPerNode="
                + workersPerNode
                + ", blocks="
                + blocks
                + ", prefetch="
                + prefetch
                + ", heartbeat="
                + heartbeatPeriod
                + "/"
                + heartbeatThreshold
                + ", encrypted="
                + encrypted
                + ", fileLog="
                + fileLog
                + ", batching="
                + batching
                + ", threads="
                + threads
                + ", fastLoss="
                + fastLoss
                + ", address="
                + address
                + ", node="
                + nodeSize()
                + ", monitor="
                + monitor
                + ", autoLabel="
                + autoLabel
                + ", provider="
                + provider.name()
                + "]";
    }
}
