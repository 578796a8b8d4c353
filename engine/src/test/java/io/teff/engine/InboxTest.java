// SPDX-License-Identifier: Apache-2.0
package io.teff.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;

class InboxTest {
    private record Numbered(int number) implements Runnable {
        @Override
        public void run() {
            throw new AssertionError("the inbox runs nothing");
        }
    }

    private final Inbox inbox = new Inbox(4);
    private final TaskDeque deque = new TaskDeque(4, 4);

    private void offer(int from, int to) {
        for (int i = from; i < to; i++) {
            assertThat(inbox.offer(new Numbered(i))).isTrue();
        }
    }

    private static int number(Runnable task) {
        return ((Numbered) task).number;
    }

    @Test
    void refusesWhatDoesNotFit() {
        offer(0, 4);
        assertThat(inbox.offer(new Numbered(4))).isFalse();
        assertThat(inbox.hasRoom()).isFalse();
        assertThat(inbox.size()).isEqualTo(4);
        assertThat(number(inbox.drain(deque, 1))).isZero();
        assertThat(inbox.hasRoom()).isTrue();
        offer(4, 5);
        assertThat(inbox.offer(new Numbered(5))).isFalse();
    }

    @Test
    void drainReturnsTheOldestAndMovesTheRestInOrder() {
        offer(0, 4);
        assertThat(number(inbox.drain(deque, 3))).isZero();
        assertThat(number(deque.steal())).isEqualTo(1);
        assertThat(number(deque.steal())).isEqualTo(2);
        assertThat(deque.steal()).isNull();
        assertThat(inbox.size()).isEqualTo(1);
        assertThat(number(inbox.drain(deque, 3))).isEqualTo(3);
        assertThat(inbox.drain(deque, 3)).isNull();
        assertThat(inbox.isEmpty()).isTrue();
    }

    @Test
    void everyThirdTaskGetsAStampOfItsSubmission() {
        List<Long> stamps = new ArrayList<>();
        Inbox stamping =
                new Inbox(
                        4,
                        3,
                        (task, submittedNs) -> {
                            stamps.add(submittedNs);
                            return new Numbered(100 + number(task));
                        });
        List<Integer> taken = new ArrayList<>();
        long before = System.nanoTime();
        for (int i = 0; i < 9; i++) {
            assertThat(stamping.offer(new Numbered(i), i == 5 ? 42 : 0)).isTrue();
            taken.add(number(stamping.drain(deque, 1)));
        }
        assertThat(taken).containsExactly(0, 1, 102, 3, 4, 105, 6, 7, 108);
        assertThat(stamps).hasSize(3);
        assertThat(stamps.get(0)).isBetween(before, System.nanoTime());
        assertThat(stamps.get(1)).as("of one that had waited for room").isEqualTo(42);
    }

    @Test
    void aRefusedTaskGetsNoStamp() {
        AtomicInteger stamps = new AtomicInteger();
        Inbox stamping =
                new Inbox(
                        1,
                        1,
                        (task, submittedNs) -> {
                            stamps.incrementAndGet();
                            return task;
                        });
        assertThat(stamping.offer(new Numbered(0))).isTrue();
        assertThat(stamping.offer(new Numbered(1))).isFalse();
        assertThat(stamps).hasValue(1);
    }

    /** With a ring smaller than a batch the drainer went round it again, and lost its place. */
    @Test
    void drainsAFullRingOnce() {
        TaskDeque large = new TaskDeque(64, 64);
        for (int lap = 0; lap < 5; lap++) {
            offer(4 * lap, 4 * lap + 4);
            assertThat(number(inbox.drain(large, 64))).isEqualTo(4 * lap);
            for (int i = 1; i < 4; i++) {
                assertThat(number(large.steal())).isEqualTo(4 * lap + i);
            }
            assertThat(large.isEmpty()).isTrue();
            assertThat(inbox.isEmpty()).isTrue();
        }
    }

    @Test
    void movesNoMoreThanTheDequeHolds() {
        TaskDeque small = new TaskDeque(2, 2);
        offer(0, 4);
        assertThat(number(inbox.drain(small, 64))).isZero();
        assertThat(small.size()).isEqualTo(2);
        assertThat(number(inbox.drain(small, 64))).isEqualTo(3);
        assertThat(small.size()).isEqualTo(2);
        assertThat(inbox.isEmpty()).isTrue();
    }

    @Test
    void goesRoundManyTimes() {
        int next = 0;
        int taken = 0;
        for (int lap = 0; lap < 1000; lap++) {
            int n = 1 + lap % 4;
            offer(next, next + n);
            next += n;
            for (int i = 0; i < n; i++) {
                assertThat(number(inbox.drain(deque, 1))).isEqualTo(taken++);
            }
            assertThat(inbox.isEmpty()).isTrue();
        }
    }

    @Test
    void onlyOneDrainsAtATime() {
        offer(0, 2);
        List<Integer> taken = new ArrayList<>();
        List<Runnable> meanwhile = new ArrayList<>();
        inbox.drainAll(
                task -> {
                    taken.add(number(task));
                    meanwhile.add(inbox.drain(deque, 64)); // the flag is ours: gives up at once
                });
        assertThat(taken).containsExactly(0, 1);
        assertThat(meanwhile).containsExactly(null, null);
        assertThat(inbox.isEmpty()).isTrue();
    }

    @Test
    void closedInboxRefusesAndStillDrains() {
        offer(0, 2);
        assertThat(inbox.isClosed()).isFalse();
        inbox.close();
        inbox.close();
        assertThat(inbox.isClosed()).isTrue();
        assertThat(inbox.offer(new Numbered(2))).isFalse();
        assertThat(inbox.size()).isEqualTo(2);
        assertThat(number(inbox.drain(deque, 64))).isZero();
        assertThat(number(deque.pop())).isEqualTo(1);
        assertThat(inbox.isEmpty()).isTrue();
        assertThat(inbox.offer(new Numbered(2))).as("room, but closed").isFalse();
    }

    /** Three producers, two drainers and a closing in the midst: each accepted task comes out once. */
    @Test
    void eachAcceptedTaskComesOutOnce() throws Exception {
        int producers = 3;
        int each = 100_000;
        AtomicIntegerArray taken = new AtomicIntegerArray(producers * each);
        AtomicIntegerArray accepted = new AtomicIntegerArray(producers * each);
        AtomicInteger producing = new AtomicInteger(producers);
        AtomicInteger total = new AtomicInteger();
        List<Thread> threads = new ArrayList<>();
        for (int p = 0; p < producers; p++) {
            int base = p * each;
            threads.add(
                    new Thread(
                            () -> {
                                for (int i = 0; i < each && !inbox.isClosed(); i++) {
                                    Numbered task = new Numbered(base + i);
                                    while (!inbox.isClosed()) {
                                        if (inbox.offer(task)) {
                                            accepted.set(base + i, 1);
                                            break;
                                        }
                                        Thread.yield();
                                    }
                                }
                                producing.decrementAndGet();
                            }));
        }
        for (int d = 0; d < 2; d++) {
            threads.add(
                    new Thread(
                            () -> {
                                TaskDeque own = new TaskDeque(2, 8);
                                while (producing.get() > 0 || !inbox.isEmpty()) {
                                    Runnable task = inbox.drain(own, 8);
                                    if (task == null) {
                                        Thread.yield();
                                    }
                                    while (task != null) {
                                        taken.incrementAndGet(number(task));
                                        if (total.incrementAndGet() == 2 * each) {
                                            inbox.close();
                                        }
                                        task = own.pop();
                                    }
                                }
                            }));
        }
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(total.get()).isGreaterThanOrEqualTo(2 * each);
        for (int i = 0; i < producers * each; i++) {
            assertThat(taken.get(i)).as("task %s", i).isEqualTo(accepted.get(i));
        }
    }
}
