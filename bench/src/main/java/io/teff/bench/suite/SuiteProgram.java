// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.suite;

import io.teff.engine.Engine;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ForkJoinPool;

/**
 * A program of one size. A run is {@link #prepare}, then one of the ways to run, then {@link #isRight}.
 * The answer of the run before is gone after {@code prepare}. For one thread.
 */
public abstract class SuiteProgram {
    /** The parameter that says from which size on nothing is forked. */
    static final String CUT_OFF = "cut_off";

    /** The parameter that says how large a block is, which is a task. */
    static final String BLOCK_SIZE = "block_size";

    private final String name;
    private final Map<String, Object> params;

    SuiteProgram(String name, Map<String, Object> params) {
        this.name = name;
        this.params = params;
    }

    /** How large the programs are. */
    public enum Size {
        /** Shows that they run. */
        QUICK,
        /** Tens of milliseconds up to a few hundred, in plain Java. */
        USUAL,
        /** The sizes of the suites that they come from. */
        FULL
    }

    /** What it is called in the suites. */
    public final String name() {
        return name;
    }

    /** Its size, and its cut-off if it has one. */
    public final Map<String, Object> params() {
        return params;
    }

    /** Whether forks end at a cut-off, or are as large as a block; if not, the smallest do next to nothing. */
    static boolean hasCutOff(Map<String, Object> params) {
        return params.containsKey(CUT_OFF) || params.containsKey(BLOCK_SIZE);
    }

    /** Makes the input of a run and forgets the last answer; not timed. */
    abstract void prepare();

    /** Runs it on this thread, without any runtime. */
    abstract void plain();

    /** Runs it on the engine, in the way a user would write it who has read LongTask's page. */
    abstract void engine(Engine engine);

    /**
     * Runs it on the pool in its leanest idiom: an object for what is forked and nothing else, and what
     * nobody stole is taken back by {@code tryUnfork} and called.
     */
    abstract void forkJoin(ForkJoinPool pool);

    /** Whether it can run on any ExecutorService: only if no task of it waits for another. */
    boolean isFlat() {
        return false;
    }

    /** Runs it on the pool; only if {@link #isFlat()}. */
    void pool(ExecutorService pool) throws Exception {
        throw new UnsupportedOperationException(name + " has tasks that wait for others");
    }

    /** Checks the answer of the last run. */
    abstract boolean isRight();
}
