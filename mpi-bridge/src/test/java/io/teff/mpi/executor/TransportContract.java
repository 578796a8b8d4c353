// SPDX-License-Identifier: Apache-2.0
package io.teff.mpi.executor;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What every {@link Transport} does, on two ranks and on three. */
abstract class TransportContract {
    private static final long LIMIT_S = 50;

    /** Runs the checks of {@link TransportChecks#ALL} on that many ranks. */
    abstract void run(int ranks) throws Exception;

    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void doesAllThatTransportsDo(int ranks) throws Exception {
        run(ranks);
    }

    /** Runs them in this process, with a thread as each rank. */
    static void runHere(int ranks, int frames, IntFunction<Transport> transports) throws Exception {
        CyclicBarrier barrier = new CyclicBarrier(ranks);
        List<FutureTask<Void>> tasks = new ArrayList<>();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < ranks; i++) {
            Transport transport = transports.apply(i);
            FutureTask<Void> task =
                    new FutureTask<>(
                            () -> {
                                runRank(transport, barrier, frames);
                                return null;
                            });
            tasks.add(task);
            threads.add(new Thread(task, "rank-" + i));
        }
        threads.forEach(Thread::start);
        try {
            for (FutureTask<Void> task : tasks) {
                task.get(LIMIT_S, TimeUnit.SECONDS);
            }
        } finally {
            threads.forEach(Thread::interrupt); // those that wait for one that has failed
            for (Thread thread : threads) {
                thread.join(1_000);
            }
        }
    }

    private static void runRank(Transport transport, CyclicBarrier barrier, int frames)
            throws Exception {
        TransportChecks.Barrier await = () -> barrier.await(LIMIT_S, TimeUnit.SECONDS);
        TransportChecks checks = new TransportChecks(transport, await, frames);
        for (String check : TransportChecks.ALL) {
            try {
                checks.run(check);
            } catch (Throwable t) {
                throw new AssertionError(check + " on " + transport + ": " + t, t);
            }
        }
        transport.close();
    }
}
