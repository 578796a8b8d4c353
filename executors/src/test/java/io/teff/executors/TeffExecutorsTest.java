// SPDX-License-Identifier: Apache-2.0
package io.teff.executors;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.teff.remote.RemoteCallable;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ThreadPoolExecutor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TeffExecutorsTest {
    @Test
    void knowsEveryName() {
        assertThat(TeffExecutors.knownNames())
                .containsExactly(
                        "engine", "threads", "forkjoin", "virtual", "disruptor", "xqueue", "htex");
    }

    @Test
    void namesAreThoseOfThisJvm() {
        if (Runtime.version().feature() < 21) {
            assertThat(TeffExecutors.names())
                    .containsExactly("engine", "threads", "forkjoin", "disruptor", "xqueue");
        } else {
            assertThat(TeffExecutors.names())
                    .containsExactly(
                            "engine", "threads", "forkjoin", "virtual", "disruptor", "xqueue");
        }
    }

    @Test
    void unknownNameIsRefusedWithTheKnownOnes() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TeffExecutors.byName("Threads", 2))
                .withMessage(
                        "no executor has the name Threads,"
                                + " known are engine, threads, forkjoin, virtual, disruptor, xqueue, htex");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TeffExecutors.byName(null, 2))
                .withMessageStartingWith("no executor has the name null");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, Integer.MIN_VALUE})
    void fewerThanOneWorkerIsRefused(int workers) {
        for (String name : TeffExecutors.knownNames()) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> TeffExecutors.byName(name, workers))
                    .withMessage("workers must be at least 1: " + workers);
        }
    }

    @Test
    @EnabledForJreRange(maxVersion = 20)
    void virtualNamesTheJdkItNeeds() {
        assertThatExceptionOfType(UnsupportedOperationException.class)
                .isThrownBy(() -> TeffExecutors.byName("virtual", 2))
                .withMessage(
                        "virtual threads need JDK 21 or newer, this is JDK "
                                + Runtime.version().feature());
    }

    @ParameterizedTest
    @ValueSource(strings = {"threads", "forkjoin", "disruptor", "xqueue"})
    void threadsAreNamedDaemons(String name) throws Exception {
        ExecutorService e = TeffExecutors.byName(name, 3);
        try {
            Set<Thread> threads = ConcurrentHashMap.newKeySet();
            CountDownLatch all = new CountDownLatch(3);
            for (int i = 0; i < 3; i++) {
                e.submit(
                        () -> {
                            threads.add(Thread.currentThread());
                            all.countDown();
                            return all.await(20, SECONDS); // three at a time are three threads
                        });
            }
            // ForkJoinPool of JDK 17 may miss a wake-up until the next task comes
            for (int i = 0; i < 2_000 && !all.await(10, MILLISECONDS); i++) {
                e.execute(() -> {});
            }
            assertThat(all.getCount()).isZero();
            Set<String> names = new TreeSet<>();
            threads.forEach(t -> names.add(t.getName()));
            String prefix = "teff-" + name + "-";
            assertThat(names).containsExactly(prefix + 0, prefix + 1, prefix + 2);
            assertThat(threads).allMatch(Thread::isDaemon);
        } finally {
            e.shutdown();
            assertThat(e.awaitTermination(20, SECONDS)).isTrue();
        }
    }

    @Test
    void htexRunsTasksInProcessesOfItsOwn() throws Exception {
        ExecutorService htex = TeffExecutors.byName("htex", 1);
        try {
            RemoteCallable<Long> body = () -> ProcessHandle.current().pid();
            long pid = htex.submit(body).get(30, SECONDS);
            assertThat(pid).isNotEqualTo(ProcessHandle.current().pid());
        } finally {
            htex.shutdown();
            assertThat(htex.awaitTermination(20, SECONDS)).isTrue();
        }
    }

    @Test
    void eachCallMakesANewExecutorOfItsKind() throws Exception {
        ExecutorService first = TeffExecutors.byName("threads", 1);
        ExecutorService second = TeffExecutors.byName("threads", 5);
        ExecutorService third = TeffExecutors.byName("forkjoin", 5);
        first.shutdown();
        assertThat(second.isShutdown()).isFalse();
        assertThat(second).isInstanceOf(ThreadPoolExecutor.class);
        assertThat(((ThreadPoolExecutor) second).getMaximumPoolSize()).isEqualTo(5);
        assertThat(third).isInstanceOf(ForkJoinPool.class);
        assertThat(((ForkJoinPool) third).getParallelism()).isEqualTo(5);
        assertThat(((ForkJoinPool) third).getAsyncMode()).isTrue();
        second.shutdown();
        third.shutdown();
        assertThat(second.awaitTermination(20, SECONDS)).isTrue();
        assertThat(third.awaitTermination(20, SECONDS)).isTrue();
    }
}
