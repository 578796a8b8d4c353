// SPDX-License-Identifier: Apache-2.0
package io.teff.monitor;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Where each part of a file lies; the table is in the package's description. Numbers of the header
 * and the places of the sections, as a writer lays them out or a reader finds them.
 */
final class Layout {
    static final long MAGIC = 0x314E_4F4D_4646_4554L; // "TEFFMON1" in the file
    static final int VERSION = 2;
    static final int HEADER_BYTES = 512;

    // the header's words
    static final int AT_MAGIC = 0;
    static final int AT_VERSION = 8;
    static final int AT_BYTES = 16;
    static final int AT_ID = 24;
    static final int AT_PID = 32;
    static final int AT_PROCESS_START_MS = 40;
    static final int AT_START_MS = 48;
    static final int AT_START_NS = 56;
    static final int AT_WORKERS = 64;
    static final int AT_SPARES = 72;
    static final int AT_SPARE_REST = 80;
    static final int AT_RANK = 88;
    static final int AT_RANKS = 96;
    static final int AT_RING = 104;
    static final int AT_SAMPLING = 112;
    static final int AT_COUNTERS = 120;
    static final int AT_MATRIX = 128;
    static final int AT_NAMES = 136;
    static final int AT_APPS = 144;
    static final int AT_EDGES = 152;
    static final int AT_BOARDS = 160;
    static final int AT_CELLS = 168;
    static final int AT_QUEUES = 176;
    static final int AT_BUCKETS = 184;
    private static final int AT_SECTIONS = 256;

    // words of the live section
    static final int LIVE_STAMP = 0;
    static final int LIVE_STATUS = 8;
    static final int LIVE_NOW_NS = 16;
    static final int LIVE_NOW_MS = 24;
    static final int LIVE_UPDATES = 32;
    static final int LIVE_NAMES = 40;
    static final int LIVE_NAMES_REFUSED = 48;
    static final int LIVE_APPS = 56;
    static final int LIVE_APPS_REFUSED = 64;
    static final int LIVE_EDGES = 72;
    static final int LIVE_BOARDS = 80;
    static final int LIVE_BOARDS_REFUSED = 88;
    static final int LIVE_ENDED_MS = 96;

    // words of a worker
    static final int WORKER_STATE = 0;
    static final int WORKER_SINCE_NS = 8;
    static final int WORKER_CPU = 16;
    static final int WORKER_NAME = 24;
    static final int WORKER_TASK_NS = 32;
    static final int WORKER_THREAD = 40;

    // words of a board
    static final int BOARD_NAME = 0;
    static final int BOARD_WIDTH = 8;
    static final int BOARD_HEIGHT = 16;
    static final int BOARD_TILE = 24;
    static final int BOARD_STEP = 32;
    static final int BOARD_ITERATION = 40;
    static final int BOARD_STARTED_NS = 48;
    static final int BOARD_DONE = 56;

    // words of a tile
    static final int CELL_BEGIN = 0;
    static final int CELL_NS = 8;
    static final int CELL_OWNER = 16;

    static final int COUNTER_BYTES = 96;
    static final int LABEL_BYTES = 56;
    static final int UNIT_BYTES = 24;
    static final int WORKER_BYTES = 128;
    static final int NAME_BYTES = 128;
    static final int APP_BYTES = 128;
    static final int EDGE_BYTES = 24;
    static final int BOARD_BYTES = 128;
    static final int CELL_BYTES = 24;
    static final int QUEUE_BYTES = 32;
    static final int HISTOGRAM_HEAD = 16;

    private static final int LIVE_BYTES = 128;
    private static final int MATRIX = 256;
    private static final int NAMES = 2048;
    private static final int APPS = 512;
    private static final int EDGES = 2048;
    private static final int BOARDS = 4;
    private static final int CELLS = 1 << 14;
    private static final int ALIGN = 128;

    /** The sections, in the order of the file. */
    enum Section {
        LIVE,
        TEXT,
        COUNTERS,
        VALUES,
        WORKERS,
        STEALS,
        HISTOGRAMS,
        NAMES,
        APPS,
        EDGES,
        BOARDS,
        CELLS,
        QUEUES,
        RINGS;

        private static final Section[] ALL = values();

        @SuppressWarnings("EnumOrdinal") // the order is part of the layout
        int entry() {
            return AT_SECTIONS + 16 * ordinal();
        }
    }

    final int workers;
    final int spares;
    final boolean spareRest;
    final int rank;
    final int ranks;
    final int ring;
    final int sampling;
    final int counters;
    final int matrix;
    final int names;
    final int apps;
    final int edges;
    final int boards;
    final int cells;
    final int queues;
    final int buckets;
    final long bytes;
    private final int[] starts = new int[Section.ALL.length];
    private final int textBytes;

    /** For a new file. */
    Layout(MonitorSpec spec) {
        workers = spec.workers();
        spares = spec.spares();
        spareRest = spec.spareRest();
        rank = spec.rank();
        ranks = spec.ranks();
        ring = spec.ringCapacity();
        sampling = spec.sampling();
        counters = spec.counters().size();
        matrix = Math.min(slots(), MATRIX);
        names = NAMES;
        apps = APPS;
        edges = EDGES;
        boards = BOARDS;
        cells = CELLS;
        queues = spec.queues();
        buckets = LogBuckets.COUNT;
        textBytes = 8 + spec.text().getBytes(StandardCharsets.UTF_8).length;
        long at = HEADER_BYTES;
        for (Section section : Section.ALL) {
            starts[index(section)] = (int) at;
            at += aligned(size(section));
            if (at > Integer.MAX_VALUE - ALIGN) {
                throw new IllegalArgumentException(
                        "the file would be larger than 2 GiB: "
                                + slots()
                                + " workers with "
                                + ring
                                + " events each; take a smaller ring");
            }
        }
        bytes = at;
    }

    /** Of a file that is there: its header must have been checked for magic and version. */
    Layout(ByteBuffer header) {
        workers = count(header, AT_WORKERS);
        spares = count(header, AT_SPARES);
        spareRest = count(header, AT_SPARE_REST) != 0;
        rank = (int) Words.opaque(header, AT_RANK);
        ranks = count(header, AT_RANKS);
        ring = count(header, AT_RING);
        sampling = count(header, AT_SAMPLING);
        counters = count(header, AT_COUNTERS);
        matrix = count(header, AT_MATRIX);
        names = count(header, AT_NAMES);
        apps = count(header, AT_APPS);
        edges = count(header, AT_EDGES);
        boards = count(header, AT_BOARDS);
        cells = count(header, AT_CELLS);
        queues = count(header, AT_QUEUES);
        buckets = count(header, AT_BUCKETS);
        bytes = Words.opaque(header, AT_BYTES);
        textBytes = (int) Words.opaque(header, Section.TEXT.entry() + 8);
        if (ring != 0 && (ring & ring - 1) != 0) {
            throw new IllegalStateException("says that its rings have " + ring + " events");
        }
        if (buckets != LogBuckets.COUNT || matrix < 1 || workers < 1) {
            throw new IllegalStateException(
                    "says that it has "
                            + buckets
                            + " buckets, "
                            + workers
                            + " workers and a matrix of "
                            + matrix);
        }
        for (Section section : Section.ALL) {
            long start = Words.opaque(header, section.entry());
            long size = Words.opaque(header, section.entry() + 8);
            if (start < HEADER_BYTES
                    || start % 8 != 0
                    || size < size(section)
                    || start > bytes - size) {
                throw new IllegalStateException(
                        "says that its section " + section + " is at " + start + " + " + size);
            }
            starts[index(section)] = (int) start;
        }
    }

    private static int count(ByteBuffer header, int at) {
        long n = Words.opaque(header, at);
        if (n < 0 || n > 1 << 24) {
            throw new IllegalStateException("has " + n + " in the header's word at " + at);
        }
        return (int) n;
    }

    void write(ByteBuffer header) {
        long[][] words = {
            {AT_VERSION, VERSION},
            {AT_BYTES, bytes},
            {AT_WORKERS, workers},
            {AT_SPARES, spares},
            {AT_SPARE_REST, spareRest ? 1 : 0},
            {AT_RANK, rank},
            {AT_RANKS, ranks},
            {AT_RING, ring},
            {AT_SAMPLING, sampling},
            {AT_COUNTERS, counters},
            {AT_MATRIX, matrix},
            {AT_NAMES, names},
            {AT_APPS, apps},
            {AT_EDGES, edges},
            {AT_BOARDS, boards},
            {AT_CELLS, cells},
            {AT_QUEUES, queues},
            {AT_BUCKETS, buckets},
        };
        for (long[] word : words) {
            Words.setOpaque(header, (int) word[0], word[1]);
        }
        for (Section section : Section.ALL) {
            Words.setOpaque(header, section.entry(), starts[index(section)]);
            Words.setOpaque(header, section.entry() + 8, size(section));
        }
    }

    private long size(Section section) {
        return switch (section) {
            case LIVE -> LIVE_BYTES;
            case TEXT -> textBytes;
            case COUNTERS -> (long) counters * COUNTER_BYTES;
            case VALUES -> (1L + slots()) * valueBytes();
            case WORKERS -> (long) slots() * WORKER_BYTES;
            case STEALS -> 8L * matrix * matrix;
            case HISTOGRAMS -> 3L * histogramBytes();
            case NAMES -> (long) names * NAME_BYTES;
            case APPS -> (long) apps * APP_BYTES;
            case EDGES -> (long) edges * EDGE_BYTES;
            case BOARDS -> (long) boards * BOARD_BYTES;
            case CELLS -> (long) boards * cells * CELL_BYTES;
            case QUEUES -> (long) queues * QUEUE_BYTES;
            case RINGS -> (1L + slots()) * EventRing.bytes(ring);
        };
    }

    @SuppressWarnings("EnumOrdinal")
    private static int index(Section section) {
        return section.ordinal();
    }

    private static long aligned(long bytes) {
        return bytes + ALIGN - 1 & -ALIGN;
    }

    int slots() {
        return workers + spares;
    }

    /** Of all values of one worker. */
    int valueBytes() {
        return (int) aligned(8L * counters);
    }

    int histogramBytes() {
        return HISTOGRAM_HEAD + 8 * buckets;
    }

    /** How many workers share a row and a column of the steal matrix. */
    int perRow() {
        return (slots() + matrix - 1) / matrix;
    }

    int textBytes() {
        return textBytes;
    }

    int live(int word) {
        return start(Section.LIVE) + word;
    }

    int text() {
        return start(Section.TEXT);
    }

    int counter(int i) {
        return start(Section.COUNTERS) + i * COUNTER_BYTES;
    }

    /** The value of a worker, or with {@code slot} -1 of the engine. */
    int value(int slot, int counter) {
        return start(Section.VALUES) + (1 + slot) * valueBytes() + 8 * counter;
    }

    int worker(int slot) {
        return start(Section.WORKERS) + slot * WORKER_BYTES;
    }

    int steals(int row, int column) {
        return start(Section.STEALS) + 8 * (row * matrix + column);
    }

    int histogram(int kind) {
        return start(Section.HISTOGRAMS) + kind * histogramBytes();
    }

    int name(int id) {
        return start(Section.NAMES) + id * NAME_BYTES;
    }

    int app(int i) {
        return start(Section.APPS) + i * APP_BYTES;
    }

    int edge(int i) {
        return start(Section.EDGES) + i * EDGE_BYTES;
    }

    int board(int i) {
        return start(Section.BOARDS) + i * BOARD_BYTES;
    }

    int cell(int board, int cell) {
        return start(Section.CELLS) + (board * cells + cell) * CELL_BYTES;
    }

    int queue(int i) {
        return start(Section.QUEUES) + i * QUEUE_BYTES;
    }

    /** Of a worker; of the threads that are none, which share one, at {@link #slots()}. */
    int ring(int slot) {
        return start(Section.RINGS) + slot * EventRing.bytes(ring);
    }

    private int start(Section section) {
        return starts[index(section)];
    }
}
