// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.taskbench;

import io.teff.engine.Engine;
import io.teff.mpi.executor.MpiExecutor;
import io.teff.mpi.executor.MpiFunction;
import io.teff.mpi.executor.Placement;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.locks.LockSupport;

/**
 * What one rank does in a run: the tasks of its own columns, row by row, on one worker. After each row it
 * sends, to each rank that needs some, the outputs of that row in one message. Before a row it waits for
 * the messages of the row before, helps its engine meanwhile, and leaves its place to another worker, and
 * its processor to another rank, when that takes long.
 *
 * <pre>
 * FIELD      WRITTEN BY                            HOW                       READ BY
 * outputs    the task that takes a message         plain, before arrived     the worker of the run, after
 * arrived    the same; the run, at its end         getAndAdd; plain          the worker of the run: acquire
 * aborted    the task that hears of a failure      volatile                  the worker of the run
 * </pre>
 * All messages of a run have arrived when it ends here, since the row after them was waited for.
 */
final class Part {
    /** Outputs of another rank: graph, step, how many columns, and for each its number and its words. */
    static final MpiFunction.Bytes DELIVER =
            MpiFunction.bytes("taskbench.deliver", message -> current().take(message));

    private static final String OTHERS_FAULT = "another rank has failed";
    private static final int ABORT = -1;
    private static final int HEADER_BYTES = 3 * Integer.BYTES;
    private static final int SPINS = 500;
    private static final int YIELDS = 100;
    private static final long NAP_NS = 50_000;

    private static volatile Part current;

    private final MpiExecutor mpi = MpiExecutor.current();
    private final int ranks = mpi.size();
    private final int rank = mpi.rank();
    private final List<Points> graphs;
    private final List<Exchange> exchanges = new ArrayList<>();
    private volatile boolean aborted;

    private Part(List<Points> graphs) {
        this.graphs = graphs;
        for (Points points : graphs) {
            Exchange exchange = new Exchange(points.graph(), rank, ranks);
            points.own(exchange.from, exchange.to);
            exchanges.add(exchange);
        }
    }

    /** Who sends what to whom in one graph. */
    private static final class Exchange {
        final int from; // this rank's columns
        final int to;
        final int[][][] send; // by step and rank: columns, or null
        final int[] expected; // by step: messages of that row
        final AtomicIntegerArray arrived; // likewise

        Exchange(TaskGraph graph, int rank, int ranks) {
            int width = graph.width();
            from = begin(rank, ranks, width);
            to = begin(rank + 1, ranks, width);
            send = new int[graph.steps()][ranks][];
            expected = new int[graph.steps()];
            arrived = new AtomicIntegerArray(graph.steps());
            for (int t = 0; t + 1 < graph.steps(); t++) {
                boolean[] sends = new boolean[ranks]; // to this one
                for (int i = graph.offset(t); i < graph.offset(t) + graph.width(t); i++) {
                    int column = i;
                    int home = Totals.node(i, ranks, width);
                    int[][] lists = send[t];
                    graph.forEachConsumer(
                            t,
                            i,
                            j -> {
                                int dest = Totals.node(j, ranks, width);
                                if (home == rank && dest != rank) {
                                    lists[dest] = with(lists[dest], column);
                                } else if (home != rank && dest == rank) {
                                    sends[home] = true;
                                }
                            });
                }
                for (boolean one : sends) {
                    expected[t] += one ? 1 : 0;
                }
            }
        }

        private static int begin(int rank, int ranks, int width) {
            return (int) (((long) rank * width + ranks - 1) / ranks);
        }

        private static int[] with(int[] list, int column) {
            if (list == null) {
                return new int[] {column};
            }
            if (list[list.length - 1] == column) {
                return list;
            }
            int[] longer = Arrays.copyOf(list, list.length + 1);
            longer[list.length] = column;
            return longer;
        }
    }

    /** On a rank: lays the graphs down, which come as options. */
    static byte[] open(byte[] options) {
        String words = new String(options, StandardCharsets.UTF_8);
        GraphLine line = new GraphLine(List.of(words.split(" ", -1)));
        current =
                new Part(
                        line.graphs().stream()
                                .map(graph -> new Points(graph, line.validates()))
                                .toList());
        return RanksRunner.nothing();
    }

    /** On a rank: one run, of this number. */
    static byte[] run(byte[] number) {
        Part part = current();
        try {
            part.run(ByteBuffer.wrap(number).getLong());
        } catch (Throwable error) {
            try {
                part.abort();
            } catch (RuntimeException ofTheOthers) {
                error.addSuppressed(ofTheOthers);
            }
            throw error;
        }
        return RanksRunner.nothing();
    }

    /** That of this process. */
    static Part current() {
        Part part = current;
        if (part == null) {
            throw new IllegalStateException("no graph was laid down on this rank");
        }
        return part;
    }

    /** Whether somebody else can say more about a failure. */
    static boolean isOthersFault(Throwable error) {
        return String.valueOf(error.getMessage()).contains(OTHERS_FAULT);
    }

    List<Points> graphs() {
        return graphs;
    }

    private void run(long number) {
        List<CompletableFuture<byte[]>> sent = new ArrayList<>();
        int steps = 0;
        for (Points points : graphs) {
            points.run(number);
            steps = Math.max(steps, points.graph().steps());
        }
        for (int t = 0; t < steps; t++) {
            for (int g = 0; g < graphs.size(); g++) {
                if (t < graphs.get(g).graph().steps()) {
                    row(g, t, sent);
                }
            }
        }
        for (CompletableFuture<byte[]> message : sent) {
            await(message);
        }
        for (int g = 0; g < graphs.size(); g++) {
            requireNothingMissing(graphs.get(g));
            AtomicIntegerArray arrived = exchanges.get(g).arrived;
            for (int t = 0; t < arrived.length(); t++) {
                arrived.setPlain(t, 0); // before the answer that ends the run
            }
        }
    }

    private void row(int g, int t, List<CompletableFuture<byte[]>> sent) {
        Points points = graphs.get(g);
        TaskGraph graph = points.graph();
        Exchange exchange = exchanges.get(g);
        if (t > 0) {
            awaitRow(exchange, t - 1);
        }
        int begin = Math.max(exchange.from, graph.offset(t));
        int end = Math.min(exchange.to, graph.offset(t) + graph.width(t));
        for (int i = begin; i < end; i++) {
            points.runTask(t, i);
        }
        for (int dest = 0; dest < ranks; dest++) {
            int[] columns = exchange.send[t][dest];
            if (columns != null) {
                byte[] message = message(g, t, points, columns);
                sent.add(mpi.call(Placement.rank(dest), DELIVER, message));
            }
        }
    }

    private void awaitRow(Exchange exchange, int t) {
        int looks = 0;
        while (exchange.arrived.getAcquire(t) < exchange.expected[t]) { // pairs with take's add
            if (aborted) {
                throw new IllegalStateException(OTHERS_FAULT);
            }
            if (mpi.engine().help()) {
                looks = 0;
            } else if (looks < SPINS) {
                looks++;
                Thread.onSpinWait();
            } else if (looks < SPINS + YIELDS) {
                looks++;
                Thread.yield();
            } else {
                requireAll();
                Engine.blocking(this::nap);
            }
        }
    }

    private Void nap() {
        LockSupport.parkNanos(this, NAP_NS);
        return null;
    }

    private void requireAll() {
        for (int other = 0; other < ranks; other++) {
            if (mpi.isLost(other)) {
                throw new IllegalStateException("rank " + other + " is lost");
            }
        }
    }

    private static void await(CompletableFuture<byte[]> message) {
        try {
            message.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause().getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    private void requireNothingMissing(Points points) {
        long missing = points.missing();
        if (missing > 0) {
            throw new IllegalStateException(
                    missing + " tasks did not run on rank " + rank + ": " + points.graph());
        }
    }

    private static byte[] message(int g, int t, Points points, int[] columns) {
        int longs = points.outputLongs();
        int each = Integer.BYTES + Long.BYTES * longs;
        ByteBuffer message = ByteBuffer.allocate(HEADER_BYTES + columns.length * each);
        message.putInt(g).putInt(t).putInt(columns.length);
        for (int column : columns) {
            message.putInt(column);
            int at = points.outputAt(t, column);
            for (int w = 0; w < longs; w++) {
                message.putLong(points.outputs(column)[at + w]);
            }
        }
        return message.array();
    }

    private byte[] take(byte[] bytes) {
        ByteBuffer message = ByteBuffer.wrap(bytes);
        int g = message.getInt();
        if (g == ABORT) {
            aborted = true;
            return RanksRunner.nothing();
        }
        int t = message.getInt();
        Points points = graphs.get(g);
        for (int left = message.getInt(); left > 0; left--) {
            int column = message.getInt();
            int at = points.outputAt(t, column);
            for (int w = 0; w < points.outputLongs(); w++) {
                points.outputs(column)[at + w] = message.getLong();
            }
        }
        exchanges.get(g).arrived.getAndAdd(t, 1);
        return RanksRunner.nothing();
    }

    /** Nobody waits for this rank any longer. */
    private void abort() {
        byte[] message = ByteBuffer.allocate(HEADER_BYTES).putInt(ABORT).array();
        for (int other = 0; other < ranks; other++) {
            if (other != rank && !mpi.isLost(other)) {
                CompletableFuture<byte[]> unused =
                        mpi.call(Placement.rank(other), DELIVER, message);
            }
        }
    }
}
