// SPDX-License-Identifier: Apache-2.0
package io.teff.mpi.executor;

import io.teff.engine.EngineConfig;
import io.teff.remote.PayloadRules;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * How an {@link MpiExecutor} is built, the same on all ranks but for the engine: immutable, validated as a
 * whole by {@link Builder#build()}.
 */
public final class MpiConfig {
    private static final int MAX_WINDOW = 1 << 20;
    private static final int MAX_FUNCTIONS = 1 << 20;
    private static final int MOST_BYTES = 1 << 30;

    private final EngineConfig engine;
    private final List<MpiFunction> functions;
    private final Placement placement;
    private final int window;
    private final LossPolicy lossPolicy;
    private final Duration silence;
    private final List<String> allowed;
    private final int mostBytes;
    private final PayloadRules rules;

    private MpiConfig(Builder b) {
        engine = b.engine;
        functions = List.copyOf(b.functions);
        placement = b.placement;
        window = b.window;
        lossPolicy = b.lossPolicy;
        silence = b.silence;
        allowed = List.copyOf(b.allowed);
        mostBytes = b.mostBytes;
        List<String> andOurs = new ArrayList<>(allowed);
        andOurs.add("io.teff.mpi.executor.*");
        rules =
                new PayloadRules(
                        andOurs,
                        mostBytes,
                        "send it in parts",
                        "add it to allow(...) of MpiConfig");
    }

    /** A builder with the defaults. */
    public static Builder builder() {
        return new Builder();
    }

    /** Workers of this rank. Default: an engine's own. */
    public EngineConfig engine() {
        return engine;
    }

    /** What other ranks may call here by name. Default: none. */
    public List<MpiFunction> functions() {
        return functions;
    }

    /** Where tasks run that do not say so. Default {@link Placement#LEAST_LOADED}. */
    public Placement placement() {
        return placement;
    }

    /**
     * How many calls a rank may have that it has not answered, of each other rank; a power of two, up to
     * 2^20. Bounds memory on both sides: who has more to send waits. Default 16384.
     */
    public int window() {
        return window;
    }

    /** What becomes of the tasks of a lost rank. Default {@link LossPolicy#RUN_AGAIN}. */
    public LossPolicy lossPolicy() {
        return lossPolicy;
    }

    /**
     * After which silence a rank counts as lost; at least 200 ms. A collection's pause must fit in. A process
     * that is gone from rank 0's own machine is noticed at once. Default 900 ms.
     */
    public Duration silence() {
        return silence;
    }

    /**
     * Classes that objects from other ranks may have beside the JDK's values and those of the task's own
     * package: {@code a.b.C}, {@code a.b.*} for a package, {@code a.b.**} for all below it too. Default: none.
     */
    public List<String> allowed() {
        return allowed;
    }

    /** Of one argument, result or task; what is larger fails its own call. */
    int mostBytes() {
        return mostBytes;
    }

    /** What may travel as an object. */
    PayloadRules rules() {
        return rules;
    }

    @Override
    public String toString() {
        return "MpiConfig[functions="
                + functions
                + ", placement="
                + placement
                + ", window="
                + window
                + ", lossPolicy="
                + lossPolicy
                + ", silence="
                + silence
                + ", "
                + engine
                + "]";
    }

    /** Collects options; {@link #build()} checks them. One thread only. */
    public static final class Builder {
        private EngineConfig engine = EngineConfig.builder().build();
        private final List<MpiFunction> functions = new ArrayList<>();
        private Placement placement = Placement.LEAST_LOADED;
        private int window = 1 << 14;
        private LossPolicy lossPolicy = LossPolicy.RUN_AGAIN;
        private Duration silence = Duration.ofMillis(900);
        private final List<String> allowed = new ArrayList<>();
        private int mostBytes = MOST_BYTES;

        private Builder() {}

        /** See {@link MpiConfig#engine()}. */
        public Builder engine(EngineConfig engine) {
            this.engine = engine;
            return this;
        }

        /** Adds to {@link MpiConfig#functions()}, in the same order on all ranks. */
        public Builder functions(MpiFunction... functions) {
            this.functions.addAll(List.of(functions));
            return this;
        }

        /** See {@link MpiConfig#placement()}. */
        public Builder placement(Placement placement) {
            this.placement = placement;
            return this;
        }

        /** See {@link MpiConfig#window()}. */
        public Builder window(int window) {
            this.window = window;
            return this;
        }

        /** See {@link MpiConfig#lossPolicy()}. */
        public Builder lossPolicy(LossPolicy lossPolicy) {
            this.lossPolicy = lossPolicy;
            return this;
        }

        /** See {@link MpiConfig#silence()}. */
        public Builder silence(Duration silence) {
            this.silence = silence;
            return this;
        }

        /** See {@link MpiConfig#mostBytes()}; for tests, which have no memory for so many. */
        Builder mostBytes(int bytes) {
            mostBytes = bytes;
            return this;
        }

        /** Adds to {@link MpiConfig#allowed()}. */
        public Builder allow(String... patterns) {
            allowed.addAll(List.of(patterns));
            return this;
        }

        /**
         * The configuration.
         *
         * @throws IllegalArgumentException naming the first option that is out of range
         */
        public MpiConfig build() {
            check(engine != null, "engine", "a configuration", engine);
            check(placement != null, "placement", "one of Placement's", placement);
            check(
                    window >= 1 && window <= MAX_WINDOW && Integer.bitCount(window) == 1,
                    "window",
                    "a power of two from 1 to 2^20",
                    window);
            check(lossPolicy != null, "lossPolicy", "a policy", lossPolicy);
            check(
                    silence != null && silence.toMillis() >= 200,
                    "silence",
                    "at least 200 ms",
                    silence);
            Set<String> names = new HashSet<>();
            for (MpiFunction function : functions) {
                check(names.add(function.name()), "functions", "of different names", function);
            }
            check(functions.size() < MAX_FUNCTIONS, "functions", "fewer", functions.size());
            return new MpiConfig(this);
        }

        private static void check(boolean good, String option, String must, Object value) {
            if (!good) {
                throw new IllegalArgumentException(option + " must be " + must + ": " + value);
            }
        }
    }
}
