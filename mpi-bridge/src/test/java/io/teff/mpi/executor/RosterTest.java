// SPDX-License-Identifier: Apache-2.0
package io.teff.mpi.executor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Entries on lines of pages, over several pages, by several threads. */
@Timeout(60)
class RosterTest {
    private record Entry(Roster.Line<Integer> line, int value) {}

    private static Entry enter(Roster<Integer> roster, int value) {
        Entry entry = new Entry(roster.line(), value);
        roster.enter(entry.line, value);
        return entry;
    }

    @Test
    void whatIsOpenIsFoundAndStruckOutOnce() {
        Roster<Integer> roster = new Roster<>();
        assertThat(roster.isEmpty()).isTrue();
        List<Entry> entries = new ArrayList<>();
        for (int i = 0; i < 5000; i++) {
            entries.add(enter(roster, i));
        }
        List<Integer> odd = new ArrayList<>();
        for (Entry entry : entries) {
            if (entry.value % 2 == 0) {
                assertThat(roster.strike(entry.line)).isTrue();
                assertThat(roster.strike(entry.line)).isFalse();
            } else {
                odd.add(entry.value);
            }
            assertThat(roster.has(entry.line)).isEqualTo(entry.value % 2 != 0);
        }
        assertThat(roster.all()).isEqualTo(odd);
        assertThat(roster.isEmpty()).isFalse();
        entries.forEach(entry -> roster.strike(entry.line));
        assertThat(roster.all()).isEmpty();
        assertThat(roster.isEmpty()).isTrue();
        enter(roster, 7); // on the page that was dropped, or the next
        for (int i = 0; i < 2000; i++) {
            enter(roster, 8);
        }
        assertThat(roster.all()).hasSize(2001).startsWith(7);
    }

    @Test
    void threadsEnterAndStrikeOutAtTheSameTime() throws Exception {
        Roster<Integer> roster = new Roster<>();
        BlockingQueue<Entry> entered = new ArrayBlockingQueue<>(3000);
        AtomicInteger struck = new AtomicInteger();
        int each = 100_000;
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < 2; t++) {
            threads.add(
                    new Thread(
                            () -> {
                                for (int i = 0; i < each; i++) {
                                    put(entered, enter(roster, i));
                                }
                            }));
            threads.add(
                    new Thread(
                            () -> {
                                for (int i = 0; i < each; i++) {
                                    Entry entry = take(entered);
                                    if (!roster.has(entry.line) || !roster.strike(entry.line)) {
                                        return; // and the count says so
                                    }
                                    struck.getAndIncrement();
                                }
                            }));
        }
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(struck.get()).isEqualTo(2 * each);
        assertThat(roster.isEmpty()).isTrue();
        assertThat(roster.all()).isEmpty();
    }

    private static void put(BlockingQueue<Entry> queue, Entry entry) {
        try {
            queue.put(entry);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Entry take(BlockingQueue<Entry> queue) {
        try {
            return queue.take();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
