// SPDX-License-Identifier: Apache-2.0
package io.teff.engine;

import static io.teff.engine.EngineFixture.assertOnceEach;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;

class TaskDequeTest {
    private record Numbered(int number) implements Runnable {
        @Override
        public void run() {
            throw new AssertionError("the deque runs nothing");
        }
    }

    private final TaskDeque deque = new TaskDeque(4, 16);

    private void push(int from, int to) {
        for (int i = from; i < to; i++) {
            assertThat(deque.push(new Numbered(i))).isTrue();
        }
    }

    private static int number(Runnable task) {
        return ((Numbered) task).number;
    }

    @Test
    void ownerPopsNewestTask() {
        push(0, 3);
        assertThat(number(deque.pop())).isEqualTo(2);
        assertThat(number(deque.pop())).isEqualTo(1);
        assertThat(number(deque.pop())).isZero();
        assertThat(deque.pop()).isNull();
        assertThat(deque.pop()).isNull();
    }

    @Test
    void thiefTakesOldestTask() {
        push(0, 3);
        assertThat(number(deque.steal())).isZero();
        assertThat(number(deque.pop())).isEqualTo(2);
        assertThat(number(deque.steal())).isEqualTo(1);
        assertThat(deque.steal()).isNull();
        assertThat(deque.pop()).isNull();
    }

    @Test
    void sizeFollowsBothEnds() {
        assertThat(deque.isEmpty()).isTrue();
        push(0, 3);
        assertThat(deque.size()).isEqualTo(3);
        assertThat(deque.isEmpty()).isFalse();
        deque.pop();
        deque.steal();
        assertThat(deque.size()).isEqualTo(1);
        deque.pop();
        assertThat(deque.size()).isZero();
        assertThat(deque.isEmpty()).isTrue();
    }

    @Test
    void growsToItsMaximumThenRefuses() {
        push(0, 16);
        assertThat(deque.push(new Numbered(16))).isFalse();
        assertThat(deque.size()).isEqualTo(16);
        for (int i = 0; i < 8; i++) {
            assertThat(number(deque.steal())).isEqualTo(i);
        }
        push(16, 24); // room again, and round the end of the array
        assertThat(deque.push(new Numbered(24))).isFalse();
        for (int i = 23; i >= 8; i--) {
            assertThat(number(deque.pop())).isEqualTo(i);
        }
        assertThat(deque.isEmpty()).isTrue();
    }

    @Test
    void growsWhileItsTasksLieRoundTheEnd() {
        push(0, 3);
        assertThat(number(deque.steal())).isZero();
        assertThat(number(deque.steal())).isEqualTo(1);
        push(3, 10); // 2..9: grows from 4 to 8 with top at slot 2
        for (int i = 2; i < 10; i++) {
            assertThat(number(deque.steal())).isEqualTo(i);
        }
        assertThat(deque.steal()).isNull();
    }

    @Test
    void movesTasksFromARingAsFarAsThereIsRoom() {
        Object[] ring = new Object[8];
        for (int i = 6; i < 12; i++) { // round the end of the ring
            ring[i & 7] = new Numbered(i);
        }
        push(0, 2);
        assertThat(number(deque.steal())).isZero();
        assertThat(deque.pushAll(ring, 6, 6)).as("of capacity 4, with one in it").isEqualTo(3);
        for (int i = 6; i < 12; i++) {
            assertThat(ring[i & 7] == null).as("moved: " + i).isEqualTo(i < 9);
        }
        assertThat(deque.pushAll(ring, 9, 3)).as("full").isZero();
        for (int i : new int[] {1, 6, 7, 8}) {
            assertThat(number(deque.steal())).isEqualTo(i);
        }
        assertThat(deque.pushAll(ring, 9, 0)).isZero();
        assertThat(deque.steal()).isNull();
    }

    @Test
    void loneTaskHasAStampThatEndsWithIt() {
        assertThat(deque.lone()).isZero();
        push(0, 1);
        long stamp = deque.lone();
        assertThat(stamp).isPositive();
        assertThat(deque.lone()).isEqualTo(stamp);
        push(1, 2);
        assertThat(deque.lone()).isEqualTo(TaskDeque.MANY);
        deque.pop();
        assertThat(deque.lone()).as("the same task alone again").isEqualTo(stamp);
        deque.pop();
        assertThat(deque.lone()).isZero();
        push(2, 3);
        assertThat(deque.lone()).isPositive().isNotEqualTo(stamp);
        assertThat(deque.top()).isEqualTo(1);
        deque.steal();
        assertThat(deque.top()).isEqualTo(2);
    }

    @Test
    void letsGoOfTasksThatArePoppedOrSweptAway() throws Exception {
        List<WeakReference<Runnable>> gone = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            Runnable task = new Numbered(i);
            gone.add(new WeakReference<>(task));
            deque.push(task);
        }
        deque.pop();
        deque.steal();
        deque.steal();
        deque.sweep();
        deque.pop(); // the last one, taken as thieves do
        for (int i = 0; i < 100 && gone.stream().anyMatch(r -> r.get() != null); i++) {
            System.gc();
            Thread.sleep(1);
        }
        assertThat(gone).allMatch(r -> r.get() == null);
        push(0, 4);
        assertThat(number(deque.steal())).isZero();
    }

    /** The owner pushes and pops at random while thieves steal: each task comes out once. */
    @Test
    void eachTaskComesOutOnceAmongThieves() throws Exception {
        SplittableRandom random = new SplittableRandom(EngineFixture.seed(this));
        int tasks = 300_000;
        int thieves = 2;
        TaskDeque shared = new TaskDeque(2, 1 << 20);
        AtomicIntegerArray taken = new AtomicIntegerArray(tasks);
        CountDownLatch started = new CountDownLatch(thieves);
        List<Thread> threads = new ArrayList<>();
        boolean[] done = new boolean[1];
        Object doneLock = new Object();
        for (int i = 0; i < thieves; i++) {
            Thread thief =
                    new Thread(
                            () -> {
                                started.countDown();
                                for (; ; ) {
                                    Runnable task = shared.steal();
                                    if (task == null) {
                                        synchronized (doneLock) {
                                            if (done[0] && shared.isEmpty()) {
                                                return;
                                            }
                                        }
                                    } else if (task != TaskDeque.LOST) {
                                        taken.incrementAndGet(number(task));
                                    }
                                }
                            });
            threads.add(thief);
            thief.start();
        }
        EngineFixture.pass(started);
        for (int i = 0; i < tasks; ) {
            for (int n = random.nextInt(5); n > 0 && i < tasks; n--) {
                assertThat(shared.push(new Numbered(i++))).isTrue();
            }
            for (int n = random.nextInt(5); n > 0; n--) {
                Runnable task = shared.pop();
                if (task != null) {
                    taken.incrementAndGet(number(task));
                }
            }
        }
        synchronized (doneLock) {
            done[0] = true;
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertOnceEach(taken);
    }
}
