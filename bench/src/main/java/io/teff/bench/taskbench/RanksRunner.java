// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.taskbench;

import io.teff.bench.mpi.Rank;
import io.teff.mpi.executor.MpiExecutor;
import io.teff.mpi.executor.MpiFunction;
import io.teff.mpi.executor.Placement;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/**
 * The ranks of an MPI run: rank 0 lays the graphs down on all of them and starts each run; each runs the
 * tasks of its own columns.
 */
final class RanksRunner implements Runner {
    private static final MpiFunction.Bytes OPEN = MpiFunction.bytes("taskbench.open", Part::open);
    private static final MpiFunction.Bytes RUN = MpiFunction.bytes("taskbench.run", Part::run);
    private static final byte[] NOTHING = {};

    private final MpiExecutor mpi;
    private final Part own;

    private RanksRunner(MpiExecutor mpi, Part own) {
        this.mpi = mpi;
        this.own = own;
    }

    /** What ranks call, the same whatever the graphs. */
    static List<MpiFunction> functions() {
        return List.of(OPEN, RUN, Part.DELIVER);
    }

    /**
     * Lays the graphs down on all ranks.
     *
     * @throws UnsatisfiedLinkError if there is no MPI library; the message says what to install
     */
    static RanksRunner open(List<TaskGraph> graphs, int workers, boolean validates) {
        MpiExecutor mpi = Rank.joinOrStart(workers, functions());
        List<String> words = TaskGraph.words(graphs);
        if (!validates) {
            words.add("-skip-graph-validation");
        }
        callAll(mpi, OPEN, String.join(" ", words).getBytes(StandardCharsets.UTF_8));
        return new RanksRunner(mpi, Part.current());
    }

    /** The part of this rank. */
    List<Points> graphs() {
        return own.graphs();
    }

    @Override
    public void run() {
        long number = own.graphs().get(0).run();
        byte[] argument = ByteBuffer.allocate(Long.BYTES).putLong(number).array();
        callAll(mpi, RUN, argument);
    }

    /** Calls a function on all ranks at once, and waits. */
    private static void callAll(MpiExecutor mpi, MpiFunction.Bytes function, byte[] argument) {
        List<CompletableFuture<byte[]>> calls = new ArrayList<>();
        for (int rank = mpi.size() - 1; rank >= 0; rank--) {
            calls.add(mpi.call(Placement.rank(rank), function, argument));
        }
        Throwable failure = null;
        for (CompletableFuture<byte[]> call : calls) {
            try {
                call.get();
            } catch (ExecutionException e) {
                if (failure == null || Part.isOthersFault(failure)) {
                    failure = e.getCause();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted", e);
            }
        }
        if (failure != null) {
            throw new IllegalStateException(failure.getMessage(), failure);
        }
    }

    /** For functions that return nothing. */
    static byte[] nothing() {
        return NOTHING;
    }

    @Override
    public void close() {} // ranks stay until their run ends
}
