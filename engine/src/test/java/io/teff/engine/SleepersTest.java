// SPDX-License-Identifier: Apache-2.0
package io.teff.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class SleepersTest {
    @Test
    void wakesTheLowestIndexFirst() {
        Sleepers sleepers = new Sleepers(200);
        assertThat(sleepers.any()).isFalse();
        assertThat(sleepers.removeAny()).isEqualTo(-1);
        for (int worker : new int[] {199, 64, 63, 0}) {
            sleepers.add(worker);
        }
        assertThat(sleepers.count()).isEqualTo(4);
        assertThat(sleepers.any()).isTrue();
        assertThat(sleepers.contains(64)).isTrue();
        assertThat(sleepers.contains(65)).isFalse();
        assertThat(sleepers.removeAny()).isZero();
        assertThat(sleepers.removeAny()).isEqualTo(63);
        assertThat(sleepers.removeAny()).isEqualTo(64);
        assertThat(sleepers.removeAny()).isEqualTo(199);
        assertThat(sleepers.removeAny()).isEqualTo(-1);
        assertThat(sleepers.any()).isFalse();
    }

    @Test
    void removesOnlyWhoSleeps() {
        Sleepers sleepers = new Sleepers(3);
        sleepers.add(1);
        assertThat(sleepers.remove(0)).isFalse();
        assertThat(sleepers.remove(1)).isTrue();
        assertThat(sleepers.remove(1)).isFalse();
        assertThat(sleepers.count()).isZero();
    }

    /** Each time a worker lies down, exactly one of those who race for it gets it up. */
    @Test
    void eachSleepIsEndedByOne() throws Exception {
        int workers = 3;
        int sleeps = 20_000;
        Sleepers sleepers = new Sleepers(workers);
        AtomicInteger ended = new AtomicInteger();
        AtomicInteger lying = new AtomicInteger(workers);
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < workers; i++) {
            int worker = i;
            threads.add(
                    new Thread(
                            () -> {
                                for (int n = 0; n < sleeps; n++) {
                                    sleepers.add(worker);
                                    while (sleepers.contains(worker)) {
                                        if ((n & 7) == 0 && sleepers.remove(worker)) {
                                            ended.incrementAndGet();
                                        }
                                        Thread.yield();
                                    }
                                }
                                lying.decrementAndGet();
                            }));
        }
        threads.add(
                new Thread(
                        () -> {
                            while (lying.get() > 0) {
                                if (sleepers.any() && sleepers.removeAny() >= 0) {
                                    ended.incrementAndGet();
                                }
                                Thread.yield();
                            }
                        }));
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(ended.get()).isEqualTo(workers * sleeps);
        assertThat(sleepers.count()).isZero();
        assertThat(sleepers.removeAny()).isEqualTo(-1);
    }
}
