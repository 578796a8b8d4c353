// SPDX-License-Identifier: Apache-2.0
package io.teff.executors.xqueue;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class XQueueExecutorTest {
    @Test
    void victimGivesHalfOfItsTasksToTheThiefThatAsked() {
        XQueueExecutor pool = new XQueueExecutor(3, 16); // not started: this thread is all workers
        for (int i = 0; i < 10; i++) {
            assertThat(pool.row(0).offerTo(0, () -> {})).isTrue();
        }
        XWorker victim = new XWorker(pool, 0);
        victim.answer();
        assertThat(pool.column(0).size()).as("nobody has asked").isEqualTo(10);
        pool.desk(0).ask(2);
        victim.answer();
        assertThat(pool.column(0).size()).isEqualTo(5);
        assertThat(pool.column(2).size()).isEqualTo(5);
        assertThat(pool.column(1).size()).isZero();
        victim.answer();
        assertThat(pool.column(0).size()).as("asked once, answered once").isEqualTo(5);
    }

    @Test
    void victimGivesNoMoreThanTheThiefHasRoomFor() {
        XQueueExecutor pool = new XQueueExecutor(2, 4);
        for (int i = 0; i < 4; i++) {
            assertThat(pool.row(0).offerTo(0, () -> {})).isTrue();
            assertThat(pool.row(1).offerTo(0, () -> {})).isTrue();
        }
        for (int i = 0; i < 3; i++) {
            assertThat(pool.row(0).offerTo(1, () -> {})).isTrue();
        }
        pool.desk(0).ask(1);
        new XWorker(pool, 0).answer();
        assertThat(pool.column(0).size()).isEqualTo(7);
        assertThat(pool.column(1).size()).isEqualTo(4);
    }

    @Test
    void victimThatStandsStillIsVisited() {
        XQueueExecutor pool = new XQueueExecutor(2, 16);
        List<Runnable> tasks = new ArrayList<>();
        for (int i = 0; i < 9; i++) {
            int number = i;
            tasks.add(() -> assertThat(number).isNotNegative());
            assertThat(pool.row(0).offerTo(0, tasks.get(i))).isTrue();
        }
        Runnable first = new XWorker(pool, 1).next(); // nobody answers for worker 0
        assertThat(first).isSameAs(tasks.get(0));
        assertThat(pool.column(0).size()).isEqualTo(4);
        assertThat(pool.column(1).size()).as("half of the rest").isEqualTo(4);
    }

    @Test
    void rowsOfEndedThreadsAreUsedAgain() throws Exception {
        XQueueExecutor pool = new XQueueExecutor(2);
        int threads = 3 * XQueueExecutor.OUTER_ROWS;
        AtomicIntegerArray runs = new AtomicIntegerArray(threads);
        for (int i = 0; i < threads; i++) {
            int index = i;
            Thread producer = new Thread(() -> pool.execute(() -> runs.incrementAndGet(index)));
            producer.start();
            producer.join();
        }
        assertThat(pool.outerRows()).isEqualTo(1);
        endsWithEachOnce(pool, runs);
    }

    @Test
    void moreThreadsThanRowsShareTheCommonOne() throws Exception {
        XQueueExecutor pool = new XQueueExecutor(2, 64);
        int threads = XQueueExecutor.OUTER_ROWS + 8;
        int each = 1_000;
        AtomicIntegerArray runs = new AtomicIntegerArray(threads * each);
        CountDownLatch all = new CountDownLatch(threads); // all live at a time
        List<Thread> producers = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            int first = i * each;
            Thread producer =
                    new Thread(
                            () -> {
                                for (int k = 0; k < each; k++) {
                                    int index = first + k;
                                    pool.execute(() -> runs.incrementAndGet(index));
                                    if (k == 0) {
                                        all.countDown();
                                        awaitQuietly(all);
                                    }
                                }
                            });
            producers.add(producer);
            producer.start();
        }
        for (Thread producer : producers) {
            producer.join();
        }
        assertThat(pool.outerRows()).isEqualTo(XQueueExecutor.OUTER_ROWS);
        endsWithEachOnce(pool, runs);
    }

    private static void endsWithEachOnce(XQueueExecutor pool, AtomicIntegerArray runs)
            throws InterruptedException {
        pool.shutdown();
        assertThat(pool.awaitTermination(20, SECONDS)).isTrue();
        for (int i = 0; i < runs.length(); i++) {
            assertThat(runs.get(i)).as("runs of task %d", i).isEqualTo(1);
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError("nobody interrupts here", e);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {-4, 0, 2, 3, 1000, 1 << 21})
    void otherCapacitiesAreRefused(int capacity) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new XQueueExecutor(2, capacity))
                .withMessage("capacity must be a power of two between 4 and 1048576: " + capacity);
    }

    @Test
    void tooManyWorkersAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new XQueueExecutor(257))
                .withMessage(
                        "workers must be at most 256, since there is a queue for each pair of them:"
                                + " 257");
    }
}
