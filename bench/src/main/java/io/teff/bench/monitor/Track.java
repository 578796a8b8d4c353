// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.monitor;

import io.teff.monitor.EventBatch;
import io.teff.monitor.EventKind;
import java.util.Arrays;

/**
 * The past of one worker, as far as it is kept: its latest events one by one, and for minutes before
 * them how much of each state every bin of about four milliseconds had. One thread at a time.
 *
 * <p>Events come in the order of their ends, so one that contains others comes after them. Time is
 * counted once: of an event that contains others, only what lies between them is added.
 */
final class Track {
    /** Nanoseconds of a bin, as a power of two. */
    static final int BIN_SHIFT = 22;

    private static final int NESTED = 256;

    private final boolean eventful;
    private final int mask;
    private final long[] begin;
    private final long[] end;
    private final long[] what; // kind in the high half, id of the name in the low one
    private final long[] arg;
    private long count; // events ever taken

    private final int binMask;
    private final long[] binNumber;
    private final int[] binNs; // PageState.COUNT each

    private final long[] stateNs = new long[PageState.COUNT];
    private final Merged[] merged = new Merged[PageState.COUNT];

    /** Stretches of one state that no other has contained yet, disjoint, in order. */
    private static final class Merged {
        final long[] begin = new long[NESTED];
        final long[] end = new long[NESTED];
        int size;
    }

    /**
     * An empty one.
     *
     * @param events how many are kept one by one, a power of two; 0 if there will be none
     * @param bins how many bins, a power of two
     */
    Track(int events, int bins) {
        eventful = events > 0;
        int kept = Math.max(1, events);
        mask = kept - 1;
        begin = new long[kept];
        end = new long[kept];
        what = new long[kept];
        arg = new long[kept];
        binMask = bins - 1;
        binNumber = new long[bins];
        Arrays.fill(binNumber, -1);
        binNs = new int[bins * PageState.COUNT];
        for (int i = 0; i < merged.length; i++) {
            merged[i] = new Merged();
        }
    }

    /** Takes events as they were read; times become those since {@code startNs}. */
    void take(EventBatch batch, long startNs) {
        for (int i = 0; i < batch.size(); i++) {
            EventKind kind = batch.kind(i);
            if (kind == EventKind.NONE || kind == EventKind.OTHER) {
                continue;
            }
            add(
                    batch.beginNs(i) - startNs,
                    batch.endNs(i) - startNs,
                    kind,
                    batch.name(i),
                    batch.arg(i));
        }
    }

    @SuppressWarnings("EnumOrdinal") // for this JVM's memory only
    void add(long b, long e, EventKind kind, int name, long argument) {
        int at = (int) count++ & mask;
        begin[at] = b;
        end[at] = e;
        what[at] = (long) kind.ordinal() << 32 | name;
        arg[at] = argument;
        PageState state = PageState.of(kind);
        if (state != null && e > b) {
            spend(state, b, e);
        }
    }

    /** A state that was seen between two looks, where no events tell of it. */
    void spend(PageState state, long b, long e) {
        Merged m = merged[state.code()];
        long right = e;
        while (m.size > 0 && m.end[m.size - 1] > b) {
            int last = m.size - 1;
            if (m.end[last] < right) {
                book(state, m.end[last], right);
            }
            right = Math.min(right, m.begin[last]);
            if (m.begin[last] < b) {
                b = m.begin[last]; // overlaps without containing: they become one
            }
            m.size--;
        }
        if (b < right) {
            book(state, b, right);
        }
        if (m.size == NESTED) {
            System.arraycopy(m.begin, 1, m.begin, 0, NESTED - 1);
            System.arraycopy(m.end, 1, m.end, 0, NESTED - 1);
            m.size--;
        }
        m.begin[m.size] = b;
        m.end[m.size++] = e;
    }

    private void book(PageState state, long b, long e) {
        stateNs[state.code()] += e - b;
        long first = Math.max(b >> BIN_SHIFT, (e >> BIN_SHIFT) - binMask);
        for (long bin = first; bin <= e >> BIN_SHIFT; bin++) {
            int slot = (int) bin & binMask;
            if (binNumber[slot] != bin) {
                if (binNumber[slot] > bin) {
                    continue; // too long ago
                }
                binNumber[slot] = bin;
                Arrays.fill(binNs, slot * PageState.COUNT, (slot + 1) * PageState.COUNT, 0);
            }
            long low = Math.max(b, bin << BIN_SHIFT);
            long high = Math.min(e, bin + 1 << BIN_SHIFT);
            binNs[slot * PageState.COUNT + state.code()] += (int) (high - low);
        }
    }

    /** Nanoseconds in each state since this began to look. */
    long[] stateNs() {
        return stateNs.clone();
    }

    // Reading back

    /** The first time from which on all events are still here one by one. */
    long detailFrom() {
        if (!eventful) {
            return Long.MAX_VALUE;
        }
        if (count <= mask + 1L) {
            return Long.MIN_VALUE;
        }
        return end[(int) count & mask];
    }

    /** How many events a window has, up to {@code most} + 1. */
    int countBetween(long low, long high, int most) {
        int n = 0;
        for (long i = count - 1; i >= oldest() && n <= most; i--) {
            int at = (int) i & mask;
            if (end[at] < low) {
                break;
            }
            if (begin[at] <= high) {
                n++;
            }
        }
        return n;
    }

    private long oldest() {
        return Math.max(0, count - mask - 1);
    }

    /** One event. */
    interface Visitor {
        void visit(long begin, long end, EventKind kind, int name, long arg);
    }

    private static final EventKind[] KINDS = EventKind.values();

    /** Events of a window, those that contain others before them. */
    void visit(long low, long high, Visitor visitor) {
        for (long i = count - 1; i >= oldest(); i--) {
            int at = (int) i & mask;
            if (end[at] < low) {
                break;
            }
            if (begin[at] <= high) {
                visitor.visit(
                        begin[at],
                        end[at],
                        KINDS[(int) (what[at] >>> 32)],
                        (int) what[at],
                        arg[at]);
            }
        }
    }

    /**
     * Adds the nanoseconds of each state in each column of a window.
     *
     * @param columns by column and state
     */
    void sum(long low, long high, float[] columns) {
        int n = columns.length / PageState.COUNT;
        double width = (double) (high - low) / n;
        if (low >= detailFrom() && width < 4L << BIN_SHIFT) {
            sumEvents(low, high, width, columns);
        } else {
            sumBins(low, high, width, columns);
        }
    }

    private void sumEvents(long low, long high, double width, float[] columns) {
        long[] left = new long[PageState.COUNT]; // all from here on is counted
        Arrays.fill(left, Long.MAX_VALUE);
        visit(
                low,
                high,
                (b, e, kind, name, argument) -> {
                    PageState state = PageState.of(kind);
                    if (state != null) {
                        long right = Math.min(e, left[state.code()]);
                        if (b < right) {
                            spread(state, b, right, low, high, width, columns);
                            left[state.code()] = b;
                        }
                    }
                });
    }

    private void sumBins(long low, long high, double width, float[] columns) {
        long last = high >> BIN_SHIFT;
        for (long bin = Math.max(low >> BIN_SHIFT, last - binMask); bin <= last; bin++) {
            int slot = (int) bin & binMask;
            if (binNumber[slot] != bin) {
                continue;
            }
            for (int state = 0; state < PageState.COUNT; state++) {
                int ns = binNs[slot * PageState.COUNT + state];
                if (ns > 0) {
                    double part = (double) ns / (1 << BIN_SHIFT);
                    scale(state, bin << BIN_SHIFT, bin + 1 << BIN_SHIFT, part, low, width, columns);
                }
            }
        }
    }

    /** Adds a stretch of one state, cut to the window, to the columns it lies in. */
    static void spread(
            PageState state, long b, long e, long low, long high, double width, float[] columns) {
        long from = Math.max(b, low);
        long to = Math.min(e, high);
        if (from < to) {
            scale(state.code(), from, to, 1, low, width, columns);
        }
    }

    private static void scale(
            int state, long b, long e, double part, long low, double width, float[] columns) {
        int n = columns.length / PageState.COUNT;
        int first = (int) Math.max(0, Math.min(n - 1, (b - low) / width));
        int last = (int) Math.max(0, Math.min(n - 1, (e - low) / width));
        for (int column = first; column <= last; column++) {
            double left = Math.max((double) b, low + column * width);
            double right = Math.min((double) e, low + (column + 1) * width);
            if (right > left) {
                columns[column * PageState.COUNT + state] += (float) ((right - left) * part);
            }
        }
    }
}
