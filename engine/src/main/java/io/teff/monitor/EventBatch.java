// SPDX-License-Identifier: Apache-2.0
package io.teff.monitor;

import java.util.ArrayList;
import java.util.List;

/** Events that were read from a ring at once, oldest first, in columns. Immutable. */
public final class EventBatch {
    private static final int WORDS = 4;

    private final long first;
    private final long[] words;
    private final int skipped;
    private final int size;
    private final long dropped;

    /** The words of {@code skipped} events that are not to be had, then those of {@code size} that are. */
    EventBatch(long first, long[] words, int skipped, int size, long dropped) {
        this.first = first;
        this.words = words;
        this.skipped = skipped;
        this.size = size;
        this.dropped = dropped;
    }

    /** How many there are. */
    public int size() {
        return size;
    }

    /** How many between the number that was asked for and the first of these were overwritten unread. */
    public long dropped() {
        return dropped;
    }

    /** The number of the first; of the next one to come if there is none. */
    public long first() {
        return first;
    }

    /** Where to go on reading. */
    public long next() {
        return first + size;
    }

    /** When event {@code i} of this batch began. */
    public long beginNs(int i) {
        return word(i, 0);
    }

    /** When it ended. */
    public long endNs(int i) {
        return word(i, 1);
    }

    /** What it is. */
    public EventKind kind(int i) {
        return EventKind.of((int) (word(i, 2) >>> 56));
    }

    /** Id of its name; 0 for none. */
    public int name(int i) {
        return (int) (word(i, 2) >>> 32) & 0xFF_FFFF;
    }

    /** How many; see the kind. */
    public int count(int i) {
        return (int) word(i, 2);
    }

    /** See the kind. */
    public long arg(int i) {
        return word(i, 3);
    }

    long what(int i) {
        return word(i, 2);
    }

    private long word(int i, int k) {
        if (i < 0 || i >= size) {
            throw new IndexOutOfBoundsException("event " + i + " of " + size);
        }
        return words[WORDS * (skipped + i) + k];
    }

    /** Event {@code i} of this batch. */
    public MonitorEvent event(int i) {
        return new MonitorEvent(
                first + i, beginNs(i), endNs(i), kind(i), name(i), count(i), arg(i));
    }

    /** All of them. */
    public List<MonitorEvent> events() {
        List<MonitorEvent> all = new ArrayList<>(size);
        for (int i = 0; i < size; i++) {
            all.add(event(i));
        }
        return all;
    }

    @Override
    public String toString() {
        return size + " events from " + first + ", " + dropped + " dropped";
    }
}
