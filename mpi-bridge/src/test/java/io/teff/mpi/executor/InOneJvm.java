// SPDX-License-Identifier: Apache-2.0
package io.teff.mpi.executor;

import io.teff.engine.EngineConfig;
import io.teff.remote.Codec;
import io.teff.remote.Payload;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Several ranks in one process, for tests; those but the first do what theirs do: serve until the end. */
final class InOneJvm implements AutoCloseable {
    final LoopTransport[] transports;
    final List<MpiExecutor> ranks = new ArrayList<>();
    private final List<Throwable> failures = new ArrayList<>(); // guarded by itself
    private final List<Thread> threads = new ArrayList<>();
    private final boolean[] isGone;

    InOneJvm(int size, Consumer<MpiConfig.Builder> options) {
        this(size, options, null);
    }

    /**
     * @param codec of all of them; null: that of ranks which are processes
     */
    InOneJvm(int size, Consumer<MpiConfig.Builder> options, Codec codec) {
        transports = LoopTransport.open(size, 4096, 16);
        isGone = new boolean[size];
        for (int rank = 0; rank < size; rank++) {
            MpiConfig.Builder builder =
                    MpiConfig.builder()
                            .engine(EngineConfig.builder().workers(1).name("rank" + rank).build());
            options.accept(builder);
            MpiConfig config = builder.build();
            ranks.add(
                    new MpiExecutor(
                                    config,
                                    transports[rank],
                                    codec != null ? codec : new Payload(config.rules(), Map.of()),
                                    r -> isGone[r],
                                    () -> {})
                            .serve());
        }
        for (MpiExecutor rank : ranks.subList(1, size)) {
            Thread thread = new Thread(() -> serve(rank), "main of " + rank.rank());
            thread.start();
            threads.add(thread);
        }
    }

    private void serve(MpiExecutor rank) {
        try {
            rank.close();
        } catch (RuntimeException e) {
            synchronized (failures) {
                failures.add(e);
            }
        }
    }

    MpiExecutor root() {
        return ranks.get(0);
    }

    /** The process of a rank is gone, as far as the others can see. */
    void kill(int rank) {
        transports[rank].die();
        isGone[rank] = true;
    }

    /** Failures of ranks that gave up at their end; after {@link #close}. */
    List<Throwable> failures() {
        synchronized (failures) {
            return List.copyOf(failures);
        }
    }

    @Override
    public void close() {
        root().close();
        for (Thread thread : threads) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                throw new IllegalStateException("interrupted while rank " + thread + " ends", e);
            }
        }
        int killed = 0;
        for (boolean gone : isGone) {
            killed += gone ? 1 : 0;
        }
        if (failures().size() != killed) {
            throw new AssertionError(killed + " ranks were killed, these gave up: " + failures());
        }
    }
}
