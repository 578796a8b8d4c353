// SPDX-License-Identifier: Apache-2.0
package io.teff.engine;

import static io.teff.engine.EngineFixture.awaitRest;
import static io.teff.engine.EngineFixture.config;
import static io.teff.engine.EngineFixture.engine;
import static io.teff.engine.EngineFixture.pass;
import static io.teff.engine.EngineFixture.threadsOf;
import static io.teff.engine.Fib.FIB;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Blocking sections, futures that wait for futures, and the spare workers that stand in. */
class BlockingTest {
    /** As many tasks block, marked, as there are workers. */
    private static CountDownLatch blockAll(Engine engine, int tasks, CountDownLatch release) {
        CountDownLatch begun = new CountDownLatch(tasks);
        for (int i = 0; i < tasks; i++) {
            engine.execute(
                    () ->
                            Engine.blocking(
                                    () -> {
                                        begun.countDown();
                                        pass(release);
                                        return null;
                                    }));
        }
        return begun;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void sparesRunTheRestWhenEveryWorkerBlocks(int workers) {
        try (Engine engine = engine(workers)) {
            CountDownLatch release = new CountDownLatch(1);
            pass(blockAll(engine, workers, release));
            assertThat(engine.stats().blocked()).isEqualTo(workers);
            AtomicInteger ran = new AtomicInteger();
            for (int i = 0; i < 1000; i++) {
                engine.execute(ran::incrementAndGet);
            }
            await().untilAsserted(() -> assertThat(ran.get()).isEqualTo(1000));
            assertThat(engine.invoke(FIB, 18)).isEqualTo(2584);
            assertThat(release.getCount()).isEqualTo(1);
            release.countDown();
            awaitRest(engine);
            assertThat(engine.stats().tasks()).isEqualTo(workers + 1000 + 1);
        }
    }

    @Test
    void sparesBlockToo() {
        try (Engine engine = engine(2)) {
            CountDownLatch release = new CountDownLatch(1);
            pass(blockAll(engine, 20, release));
            assertThat(engine.stats().blocked()).isEqualTo(20);
            assertThat(engine.stats().threads()).isBetween(20, 22);
            CountDownLatch ran = new CountDownLatch(1);
            engine.execute(ran::countDown);
            pass(ran);
            release.countDown();
        }
    }

    @Test
    void sparesGoHomeWhenNobodyBlocksAnyMore() {
        try (Engine engine = engine(2)) {
            for (int round = 0; round < 2; round++) {
                CountDownLatch release = new CountDownLatch(1);
                pass(blockAll(engine, 10, release));
                assertThat(threadsOf(engine)).hasSizeGreaterThanOrEqualTo(10);
                release.countDown();
                await().atMost(Duration.ofMinutes(1))
                        .untilAsserted(() -> assertThat(threadsOf(engine)).hasSize(2));
                awaitRest(engine);
                assertThat(engine.stats().threads()).isEqualTo(2);
                assertThat(engine.submit(() -> 42).get()).isEqualTo(42);
            }
        } catch (ExecutionException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void spareFinishesWhatItHoldsBeforeItGoes() {
        try (Engine engine = engine(1)) {
            CountDownLatch release = new CountDownLatch(1);
            pass(blockAll(engine, 1, release));
            AtomicInteger ran = new AtomicInteger();
            engine.execute(
                    () -> { // on the spare
                        for (int i = 0; i < 500; i++) {
                            engine.execute(ran::incrementAndGet);
                        }
                        release.countDown();
                    });
            await().untilAsserted(() -> assertThat(ran.get()).isEqualTo(500));
        }
    }

    @Test
    void forksOfABlockedWorkerAreSharedFirst() {
        try (Engine engine = engine(1)) {
            CountDownLatch ran = new CountDownLatch(3);
            LongTask child =
                    new LambdaTask(
                            (self, w, a) -> {
                                ran.countDown();
                                return a;
                            });
            LongTask parent =
                    new LambdaTask(
                            (self, w, a) -> {
                                int one = child.fork(w, 1);
                                int two = child.fork(w, 2);
                                int four = child.fork(w, 4);
                                Engine.blocking(
                                        () -> {
                                            pass(ran); // only spares can run them
                                            return null;
                                        });
                                long sum = child.join(w, four);
                                sum += child.join(w, two);
                                return sum + child.join(w, one);
                            });
            assertThat(engine.invoke(parent, 0)).isEqualTo(7);
        }
    }

    @Test
    void sectionGivesItsResultOrItsException() throws Exception {
        assertThat(Engine.blocking(() -> "outside")).isEqualTo("outside");
        IOException error = new IOException("inside");
        try (Engine engine = engine(1)) {
            assertThat(engine.submit(() -> Engine.blocking(() -> "inside")).get())
                    .isEqualTo("inside");
            assertThatThrownBy(
                            () ->
                                    engine.submit(
                                                    () ->
                                                            Engine.blocking(
                                                                    () -> {
                                                                        throw error;
                                                                    }))
                                            .get())
                    .hasCause(error);
            awaitRest(engine);
            assertThat(engine.stats().blocked()).isZero();
        }
    }

    @Test
    void blockingSectionsNest() throws Exception {
        try (Engine engine = engine(1)) {
            assertThat(engine.submit(() -> Engine.blocking(() -> Engine.blocking(() -> 7))).get())
                    .isEqualTo(7);
            awaitRest(engine);
        }
    }

    // Futures that wait for futures

    /** Each task submits the next and waits for it. */
    private static int chain(Engine engine, int depth) throws Exception {
        return depth == 0 ? 0 : 1 + engine.submit(() -> chain(engine, depth - 1)).get();
    }

    @ParameterizedTest
    @CsvSource({"1, 10", "1, 2000", "2, 2000", "4, 300"})
    void tasksMayWaitForTasksAtAnyDepth(int workers, int depth) throws Exception {
        try (Engine engine = engine(workers)) {
            assertThat(engine.submit(() -> chain(engine, depth)).get(30, TimeUnit.SECONDS))
                    .isEqualTo(depth);
            awaitRest(engine);
        }
    }

    /** Without spares, waiting tasks have only the worker's own stack to pile up on. */
    @ParameterizedTest
    @CsvSource({"1, 2000", "2, 2000"})
    void tasksMayWaitForTasksAtAnyDepthWithoutSpares(int workers, int depth) throws Exception {
        try (Engine engine = Engine.start(config(workers).maxSpares(0).build())) {
            assertThat(engine.submit(() -> chain(engine, depth)).get(30, TimeUnit.SECONDS))
                    .isEqualTo(depth);
            awaitRest(engine);
        }
    }

    private static int tree(Engine engine, int depth) throws Exception {
        if (depth == 0) {
            return 1;
        }
        List<Future<Integer>> children = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            children.add(engine.submit(() -> tree(engine, depth - 1)));
        }
        int sum = 0;
        for (Future<Integer> child : children) {
            sum += child.get();
        }
        return sum;
    }

    @ParameterizedTest
    @CsvSource({"1, 256", "2, 256", "2, 0", "1, 2"})
    void treesOfWaitingTasksComplete(int workers, int spares) throws Exception {
        try (Engine engine = Engine.start(config(workers).maxSpares(spares).build())) {
            assertThat(engine.submit(() -> tree(engine, 8)).get(30, TimeUnit.SECONDS))
                    .isEqualTo(6561);
        }
    }

    /** The futures of AbstractExecutorService's bulk methods, awaited by a task. */
    @Test
    void bulkMethodsWorkInsideATask() throws Exception {
        try (Engine engine = engine(1)) {
            List<Callable<Integer>> tasks = List.of(() -> 1, () -> 2, () -> 3);
            int sum =
                    engine.submit(
                                    () -> {
                                        int s = 0;
                                        for (Future<Integer> f : engine.invokeAll(tasks)) {
                                            s += f.get();
                                        }
                                        return s;
                                    })
                            .get(20, TimeUnit.SECONDS);
            assertThat(sum).isEqualTo(6);
            assertThat(engine.submit(() -> engine.invokeAny(tasks)).get(20, TimeUnit.SECONDS))
                    .isBetween(1, 3);
            assertThat(
                            engine.submit(() -> engine.invokeAny(tasks, 20, TimeUnit.SECONDS))
                                    .get(20, TimeUnit.SECONDS))
                    .isBetween(1, 3);
        }
    }

    @Test
    void timedGetInsideATaskKeepsItsTime() throws Exception {
        try (Engine engine = engine(2)) {
            CountDownLatch begun = new CountDownLatch(1);
            CountDownLatch release = new CountDownLatch(1);
            TaskFuture<?> slow =
                    engine.submit(
                            () -> {
                                begun.countDown();
                                pass(release);
                            });
            pass(begun);
            TaskFuture<?> waiter = engine.submit(() -> slow.get(30, TimeUnit.MILLISECONDS));
            assertThatThrownBy(() -> waiter.get(20, TimeUnit.SECONDS))
                    .hasCauseInstanceOf(TimeoutException.class);
            assertThat(release.getCount()).isEqualTo(1);
            release.countDown();
        }
    }

    /** Engine one waits for a task of engine two, which waits for a task of engine one. */
    @Test
    void twoEnginesMayWaitForEachOther() throws Exception {
        try (Engine one = engine(1);
                Engine two = engine(1)) {
            TaskFuture<Integer> outer =
                    one.submit(
                            () ->
                                    two.submit(() -> one.submit(() -> 6).get() + one.invoke(FIB, 9))
                                            .get()
                                            .intValue());
            assertThat(outer.get(20, TimeUnit.SECONDS)).isEqualTo(40);
            awaitRest(one);
            awaitRest(two);
        }
    }

    // Without spares

    /** maxSpares(0): a blocked engine is that, and goes on where it was when the section ends. */
    @Test
    void withoutSparesBlockedWorkersDelayButLoseNothing() {
        try (Engine engine = Engine.start(config(2).maxSpares(0).build())) {
            CountDownLatch release = new CountDownLatch(1);
            pass(blockAll(engine, 2, release));
            AtomicInteger ran = new AtomicInteger();
            for (int i = 0; i < 16; i++) {
                engine.execute(ran::incrementAndGet);
            }
            EngineFixture.sleep(30);
            assertThat(ran.get()).isZero();
            assertThat(engine.stats().threads()).isEqualTo(2);
            release.countDown();
            awaitRest(engine);
            assertThat(ran.get()).isEqualTo(16);
        }
    }

    @Test
    void noMoreSparesThanAllowed() {
        try (Engine engine = Engine.start(config(1).maxSpares(2).build())) {
            CountDownLatch release = new CountDownLatch(1);
            CountDownLatch begun = blockAll(engine, 5, release);
            await().until(() -> begun.getCount() == 2);
            EngineFixture.sleep(20);
            assertThat(begun.getCount()).as("tasks not begun").isEqualTo(2);
            assertThat(engine.stats().threads()).isEqualTo(3);
            release.countDown();
            awaitRest(engine);
            assertThat(begun.getCount()).isZero();
        }
    }

    @Test
    void closeWaitsForBlockedTasksAndSparesLeave() {
        Engine engine = engine(2);
        CountDownLatch release = new CountDownLatch(1);
        pass(blockAll(engine, 6, release));
        Thread releaser =
                new Thread(
                        () -> {
                            EngineFixture.sleep(20);
                            release.countDown();
                        });
        releaser.start();
        engine.close();
        assertThat(release.getCount()).isZero();
        EngineFixture.assertNoThreadsOf(engine);
    }
}
