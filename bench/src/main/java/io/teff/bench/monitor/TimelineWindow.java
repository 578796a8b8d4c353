// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.monitor;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * A window of the timeline as it goes to the page: little-endian, all parts one after another.
 *
 * <pre>
 * 0   from, to, events dropped       doubles; times in ns since the engine's start
 * 24  workers, columns, events, 1 if each event is there, else 0     ints
 * 40  of each event: begin, end      doubles, all begins first
 *     then worker, state, name, tile ints, likewise; name 0 and tile -1 for none
 *     then of each worker and column: the state that took most of it (255 none), and its part of 255
 * </pre>
 */
final class TimelineWindow {
    /** As many events are sent one by one, if a window has no more. */
    static final int MOST_EVENTS = 6000;

    private static final int NONE = 255;

    private TimelineWindow() {}

    /** What a worker is at just now, since when; time is counted up to {@code now}. */
    record Current(PageState state, long sinceNs) {}

    static byte[] encode(
            List<Track> tracks,
            List<Current> currents,
            long now,
            long low,
            long high,
            int columns,
            long dropped) {
        int workers = tracks.size();
        boolean detailed = isDetailed(tracks, low, high);
        Events events = new Events(detailed ? MOST_EVENTS + workers : 0);
        if (detailed) {
            for (int w = 0; w < workers; w++) {
                events.addAll(w, tracks.get(w), currents.get(w), now, low, high);
            }
        }
        ByteBuffer out =
                ByteBuffer.allocate(40 + events.size * 32 + workers * columns * 2)
                        .order(ByteOrder.LITTLE_ENDIAN);
        out.putDouble((double) low).putDouble((double) high).putDouble((double) dropped);
        out.putInt(workers).putInt(columns).putInt(events.size).putInt(detailed ? 1 : 0);
        events.write(out);
        double width = (double) (high - low) / columns;
        for (int w = 0; w < workers; w++) {
            float[] sums = new float[columns * PageState.COUNT];
            tracks.get(w).sum(low, high, sums);
            Current current = currents.get(w);
            Track.spread(current.state(), current.sinceNs(), now, low, high, width, sums);
            for (int column = 0; column < columns; column++) {
                putCell(out, sums, column * PageState.COUNT, width);
            }
        }
        return out.array();
    }

    private static boolean isDetailed(List<Track> tracks, long low, long high) {
        int n = 0;
        for (Track track : tracks) {
            if (low < track.detailFrom()) {
                return false;
            }
            n += track.countBetween(low, high, MOST_EVENTS);
            if (n > MOST_EVENTS) {
                return false;
            }
        }
        return n > 0;
    }

    /** Waiting inside a task is part of the task's time too: it shows as waiting. */
    private static void putCell(ByteBuffer out, float[] sums, int at, double width) {
        float others = 0;
        for (int state = 1; state < PageState.COUNT; state++) {
            others += sums[at + state];
        }
        float run = (float) Math.min(sums[at], Math.max(0, width - others));
        int best = run > 0 ? 0 : -1;
        float most = run;
        for (int state = 1; state < PageState.COUNT; state++) {
            if (sums[at + state] > most) {
                most = sums[at + state];
                best = state;
            }
        }
        out.put((byte) (best < 0 ? NONE : best));
        out.put((byte) Math.round(255 * Math.min(1, most / width)));
    }

    /** Events in columns. */
    private static final class Events {
        private final double[] begin;
        private final double[] end;
        private final int[] worker;
        private final int[] state;
        private final int[] name;
        private final int[] tile;
        private int size;

        Events(int capacity) {
            begin = new double[capacity];
            end = new double[capacity];
            worker = new int[capacity];
            state = new int[capacity];
            name = new int[capacity];
            tile = new int[capacity];
        }

        void addAll(int w, Track track, Current current, long now, long low, long high) {
            if (current.state() != PageState.STOPPED && current.sinceNs() <= high && now >= low) {
                add(w, current.sinceNs(), now, current.state(), 0, -1);
            }
            track.visit(
                    low,
                    high,
                    (b, e, kind, id, arg) ->
                            add(
                                    w,
                                    b,
                                    e,
                                    PageState.drawnAs(kind),
                                    id,
                                    kind == io.teff.monitor.EventKind.TILE
                                            ? io.teff.monitor.MonitorEvent.tile(arg)
                                            : -1));
        }

        private void add(int w, long b, long e, PageState drawn, int id, int tileIndex) {
            if (size == begin.length) {
                return;
            }
            begin[size] = (double) b;
            end[size] = (double) e;
            worker[size] = w;
            state[size] = drawn.code();
            name[size] = id;
            tile[size++] = tileIndex;
        }

        void write(ByteBuffer out) {
            for (double[] column : new double[][] {begin, end}) {
                for (int i = 0; i < size; i++) {
                    out.putDouble(column[i]);
                }
            }
            for (int[] column : new int[][] {worker, state, name, tile}) {
                for (int i = 0; i < size; i++) {
                    out.putInt(column[i]);
                }
            }
        }
    }
}
