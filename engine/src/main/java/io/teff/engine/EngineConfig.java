// SPDX-License-Identifier: Apache-2.0
package io.teff.engine;

import io.teff.affinity.PinPlan;
import java.time.Duration;

/** How an engine is built: immutable, validated as a whole by {@link Builder#build()}. */
public final class EngineConfig {
    private static final int MAX_WORKERS = 4096;

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
                + "]";
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
            try {
                return new EngineConfig((Builder) clone());
            } catch (CloneNotSupportedException e) {
                throw new AssertionError(e);
            }
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
