// SPDX-License-Identifier: Apache-2.0
package io.teff.engine;

import io.teff.affinity.PinPlan;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Consumer;

/** How an engine is built: immutable, validated as a whole by {@link Builder#build()}. */
public final class EngineConfig {
    private static final int MAX_WORKERS = 4096;
    private static final int MAX_RING = 1 << 20;
    private static final int DEFAULT_RING = 1 << 13;

    private final Builder b;

    private EngineConfig(Builder b) {
        this.b = b;
    }

    /** A builder with the defaults. */
    public static Builder builder() {
        return new Builder();
    }

    /** Regular workers. Default: as many as the JVM sees processors. */
    public int workers() {
        return b.workers;
    }

    /** Name of the engine and prefix of its threads. Default {@code teff}. */
    public String name() {
        return b.name;
    }

    /** Which CPU each worker is pinned to. Default {@link PinPlan#NONE}. */
    public PinPlan pin() {
        return b.pin;
    }

    /** How workers wait. Default {@link IdlePreset#BALANCED}. */
    public IdlePreset idle() {
        return b.idle;
    }

    /** Slots of each inbox and lane, a power of two. Default 16384. */
    public int inboxCapacity() {
        return b.inboxCapacity;
    }

    /** Tasks a worker's deque holds before it first grows, a power of two. Default 256. */
    public int dequeCapacity() {
        return b.dequeCapacity;
    }

    /** Tasks a worker's deque holds at most, a power of two. Default 2^24. */
    public int maxDequeCapacity() {
        return b.maxDequeCapacity;
    }

    /** Forks that may be open on one worker at a time. Default 2^21. */
    public int maxForks() {
        return b.maxForks;
    }

    /** What a caller from outside does when a ring is full. Default {@link FullPolicy#BLOCK}. */
    public FullPolicy whenFull() {
        return b.whenFull;
    }

    /** What a worker of this engine does when a ring is full. Default {@link FullPolicy#HELP}. */
    public FullPolicy whenFullInside() {
        return b.whenFullInside;
    }

    /** How long {@link FullPolicy#TIMED} waits. Default 1 s. */
    public Duration fullTimeout() {
        return b.fullTimeout;
    }

    /** Workers that may stand in for blocked ones. Default 256. */
    public int maxSpares() {
        return b.maxSpares;
    }

    /** Stack of a worker's thread in bytes, reserved and not touched. Default 64 MiB. */
    public long stackBytes() {
        return b.stackBytes;
    }

    /** Every how many submissions the time in the queue is sampled; 0, the default, for never. */
    public int sampleWaits() {
        return b.sampleWaits;
    }

    /** Gets what {@code execute}d and lane tasks throw; null, the default, for the thread's own. */
    public Thread.UncaughtExceptionHandler uncaughtHandler() {
        return b.uncaughtHandler;
    }

    /**
     * Where the engine tells of itself while it runs, for {@code teff stat} and others: a file, whose name
     * may hold {@code %p}, the process id, {@code %r}, the rank, and {@code %n}, the engine's name; a folder;
     * or {@code auto} for {@link io.teff.monitor.MonitorFiles#defaultFolder()}. Default: the system
     * property {@code teff.monitor} when this configuration is built, and without one null, for no file.
     * An engine that cannot make or keep its file runs on without, and says so once.
     */
    public Path monitor() {
        return b.monitor;
    }

    /**
     * With a monitor file: every how many tasks that are executed or submitted one is timed; 0 for none.
     * Default: the system property {@code teff.monitor.sampling}, and without one 0.
     */
    public int monitorSampling() {
        return b.monitorSampling;
    }

    /**
     * With a monitor file: events that the timeline of each worker keeps, a power of two; 0 for no
     * timeline. Default: the system property {@code teff.monitor.timeline}, a number or {@code true} for
     * 8192, and without one 0.
     */
    public int monitorTimeline() {
        return b.monitorTimeline;
    }

    /** After how long in one task a worker is reported as stuck; null, the default, for never. */
    public Duration watchdog() {
        return b.watchdog;
    }

    /** Gets reports of stuck workers; null, the default, for the {@link System.Logger} of the engine. */
    public Consumer<StuckWorker> watchdogHandler() {
        return b.watchdogHandler;
    }

    /** Of several processes that run one program, the number of this one; -1, the default, if alone. */
    public int rank() {
        return b.rank;
    }

    /** How many processes run the program; 0, the default, if alone. */
    public int ranks() {
        return b.ranks;
    }

    /**
     * The same for one of several processes that run one program.
     *
     * @throws IllegalArgumentException if {@code rank} is not from 0 to {@code ranks - 1}
     */
    public EngineConfig ofRank(int rank, int ranks) {
        Builder copy = b.copy();
        copy.rank = rank;
        copy.ranks = ranks;
        return copy.build();
    }

    /** Seeds the random starts of stealing. Default 1. */
    public long seed() {
        return b.seed;
    }

    @Override
    public String toString() {
        return "EngineConfig[name="
                + b.name
                + ", workers="
                + b.workers
                + ", pin="
                + b.pin
                + ", idle="
                + b.idle
                + ", inboxCapacity="
                + b.inboxCapacity
                + ", dequeCapacity="
                + b.dequeCapacity
                + ".."
                + b.maxDequeCapacity
                + ", maxForks="
                + b.maxForks
                + ", whenFull="
                + b.whenFull
                + "/"
                + b.whenFullInside
                + " inside, maxSpares="
                + b.maxSpares
                + ", stackBytes="
                + b.stackBytes
                + ", sampleWaits="
                + b.sampleWaits
                + monitored()
                + "]";
    }

    private String monitored() {
        return (b.monitor == null
                        ? ""
                        : ", monitor="
                                + b.monitor
                                + " sampling "
                                + b.monitorSampling
                                + " timeline "
                                + b.monitorTimeline)
                + (b.watchdog == null ? "" : ", watchdog=" + b.watchdog)
                + (b.rank < 0 ? "" : ", rank=" + b.rank + "/" + b.ranks);
    }

    /** Collects options; {@link #build()} checks them. One thread only. */
    public static final class Builder implements Cloneable {
        private int workers = Runtime.getRuntime().availableProcessors();
        private String name = "teff";
        private PinPlan pin = PinPlan.NONE;
        private IdlePreset idle = IdlePreset.BALANCED;
        private int inboxCapacity = 1 << 14;
        private int dequeCapacity = 1 << 8;
        private int maxDequeCapacity = 1 << 24;
        private int maxForks = 1 << 21;
        private FullPolicy whenFull = FullPolicy.BLOCK;
        private FullPolicy whenFullInside = FullPolicy.HELP;
        private Duration fullTimeout = Duration.ofSeconds(1);
        private int maxSpares = 256;
        private long stackBytes = 64L << 20;
        private int sampleWaits;
        private Thread.UncaughtExceptionHandler uncaughtHandler;
        private long seed = 1;
        private Path monitor;
        private int monitorSampling = -1; // not set
        private int monitorTimeline = -1; // not set
        private Duration watchdog;
        private Consumer<StuckWorker> watchdogHandler;
        private int rank = -1;
        private int ranks;

        private Builder() {}

        /** See {@link EngineConfig#workers()}. From 1 to 4096. */
        public Builder workers(int workers) {
            this.workers = workers;
            return this;
        }

        /** See {@link EngineConfig#name()}. */
        public Builder name(String name) {
            this.name = name;
            return this;
        }

        /** See {@link EngineConfig#pin()}. */
        public Builder pin(PinPlan pin) {
            this.pin = pin;
            return this;
        }

        /** See {@link EngineConfig#idle()}. */
        public Builder idle(IdlePreset idle) {
            this.idle = idle;
            return this;
        }

        /** See {@link EngineConfig#inboxCapacity()}. */
        public Builder inboxCapacity(int inboxCapacity) {
            this.inboxCapacity = inboxCapacity;
            return this;
        }

        /** See {@link EngineConfig#dequeCapacity()}. */
        public Builder dequeCapacity(int dequeCapacity) {
            this.dequeCapacity = dequeCapacity;
            return this;
        }

        /** See {@link EngineConfig#maxDequeCapacity()}. */
        public Builder maxDequeCapacity(int maxDequeCapacity) {
            this.maxDequeCapacity = maxDequeCapacity;
            return this;
        }

        /** See {@link EngineConfig#maxForks()}. At least 1. */
        public Builder maxForks(int maxForks) {
            this.maxForks = maxForks;
            return this;
        }

        /** See {@link EngineConfig#whenFull()}. */
        public Builder whenFull(FullPolicy whenFull) {
            this.whenFull = whenFull;
            return this;
        }

        /** See {@link EngineConfig#whenFullInside()}. */
        public Builder whenFullInside(FullPolicy whenFullInside) {
            this.whenFullInside = whenFullInside;
            return this;
        }

        /** See {@link EngineConfig#fullTimeout()}. */
        public Builder fullTimeout(Duration fullTimeout) {
            this.fullTimeout = fullTimeout;
            return this;
        }

        /** See {@link EngineConfig#maxSpares()}. 0 for none. */
        public Builder maxSpares(int maxSpares) {
            this.maxSpares = maxSpares;
            return this;
        }

        /** See {@link EngineConfig#stackBytes()}. 0 for the JVM's default. */
        public Builder stackBytes(long stackBytes) {
            this.stackBytes = stackBytes;
            return this;
        }

        /** See {@link EngineConfig#sampleWaits()}. */
        public Builder sampleWaits(int sampleWaits) {
            this.sampleWaits = sampleWaits;
            return this;
        }

        /** See {@link EngineConfig#uncaughtHandler()}. */
        public Builder uncaughtHandler(Thread.UncaughtExceptionHandler uncaughtHandler) {
            this.uncaughtHandler = uncaughtHandler;
            return this;
        }

        /** See {@link EngineConfig#seed()}. */
        public Builder seed(long seed) {
            this.seed = seed;
            return this;
        }

        /** See {@link EngineConfig#monitor()}. */
        public Builder monitor(Path monitor) {
            this.monitor = monitor;
            return this;
        }

        /** See {@link EngineConfig#monitorSampling()}. */
        public Builder monitorSampling(int monitorSampling) {
            this.monitorSampling = monitorSampling;
            return this;
        }

        /** See {@link EngineConfig#monitorTimeline()}. */
        public Builder monitorTimeline(int monitorTimeline) {
            this.monitorTimeline = monitorTimeline;
            return this;
        }

        /** See {@link EngineConfig#watchdog()}. */
        public Builder watchdog(Duration watchdog) {
            this.watchdog = watchdog;
            return this;
        }

        /** See {@link EngineConfig#watchdogHandler()}. */
        public Builder watchdogHandler(Consumer<StuckWorker> watchdogHandler) {
            this.watchdogHandler = watchdogHandler;
            return this;
        }

        private Builder copy() {
            try {
                return (Builder) clone();
            } catch (CloneNotSupportedException e) {
                throw new AssertionError(e);
            }
        }

        /** What was not set comes from system properties. */
        private Builder withProperties() {
            Builder copy = copy();
            String path = System.getProperty(Monitor.PROPERTY, "");
            if (copy.monitor == null && !path.isEmpty()) {
                copy.monitor = Path.of(path);
            }
            if (copy.monitorSampling == -1) {
                copy.monitorSampling = number(Monitor.PROPERTY + ".sampling", 0);
            }
            if (copy.monitorTimeline == -1) {
                copy.monitorTimeline = number(Monitor.PROPERTY + ".timeline", DEFAULT_RING);
            }
            return copy;
        }

        private static int number(String property, int ifTrue) {
            String value = System.getProperty(property, "");
            if (value.isEmpty() || value.equals("false")) {
                return 0;
            }
            if (value.equals("true") && ifTrue > 0) {
                return ifTrue;
            }
            try {
                return Integer.parseInt(value);
            } catch (NumberFormatException e) {
                throw new IllegalArgumentException(
                        "the system property " + property + " must be a number: " + value);
            }
        }

        /**
         * The configuration.
         *
         * @throws IllegalArgumentException naming the first option that is out of range
         */
        public EngineConfig build() {
            check(workers >= 1 && workers <= MAX_WORKERS, "workers", "from 1 to 4096", workers);
            check(name != null && !name.isBlank(), "name", "non-blank", name);
            check(pin != null, "pin", "a plan, PinPlan.NONE for none", pin);
            check(idle != null, "idle", "a preset", idle);
            checkPower("inboxCapacity", inboxCapacity);
            checkPower("dequeCapacity", dequeCapacity);
            checkPower("maxDequeCapacity", maxDequeCapacity);
            check(
                    maxDequeCapacity >= dequeCapacity,
                    "maxDequeCapacity",
                    "at least dequeCapacity " + dequeCapacity,
                    maxDequeCapacity);
            check(maxForks >= 1 && maxForks <= 1 << 28, "maxForks", "from 1 to 2^28", maxForks);
            check(whenFull != null, "whenFull", "a policy", whenFull);
            check(whenFullInside != null, "whenFullInside", "a policy", whenFullInside);
            check(
                    fullTimeout != null && !fullTimeout.isNegative(),
                    "fullTimeout",
                    "zero or longer",
                    fullTimeout);
            check(
                    maxSpares >= 0 && maxSpares <= MAX_WORKERS,
                    "maxSpares",
                    "from 0 to 4096",
                    maxSpares);
            check(stackBytes >= 0, "stackBytes", "0 or more", stackBytes);
            check(sampleWaits >= 0, "sampleWaits", "0 or more", sampleWaits);
            check(
                    watchdog == null || (!watchdog.isNegative() && !watchdog.isZero()),
                    "watchdog",
                    "longer than zero",
                    watchdog);
            check(
                    rank == -1 && ranks == 0 || rank >= 0 && rank < ranks,
                    "rank",
                    "from 0 to " + (ranks - 1),
                    rank);
            Builder copy = withProperties();
            check(copy.monitorSampling >= 0, "monitorSampling", "0 or more", copy.monitorSampling);
            int ring = copy.monitorTimeline;
            check(
                    ring == 0 || (ring >= 2 && ring <= MAX_RING && Integer.bitCount(ring) == 1),
                    "monitorTimeline",
                    "0 or a power of two from 2 to 2^20",
                    ring);
            return new EngineConfig(copy);
        }

        private static void checkPower(String option, int value) {
            check(
                    value >= 2 && value <= 1 << 30 && Integer.bitCount(value) == 1,
                    option,
                    "a power of two from 2 to 2^30",
                    value);
        }

        private static void check(boolean good, String option, String must, Object value) {
            if (!good) {
                throw new IllegalArgumentException(option + " must be " + must + ": " + value);
            }
        }
    }
}
