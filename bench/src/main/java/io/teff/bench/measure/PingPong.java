// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.measure;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import org.HdrHistogram.Histogram;

/**
 * The ruler: two threads bounce a number through two cache lines, as fast as the machine lets them.
 *
 * <pre>
 * CELL   WRITTEN BY   HOW       READ BY
 * PING   the caller   release   the echo thread: acquire, spinning
 * PONG   the echo     release   the caller: acquire, spinning
 * SEEN   the echo     plain, before PONG, on its line    the caller: plain, after PONG
 * </pre>
 *
 * Each cell is alone for at least 128 bytes on both sides, and both spins use
 * {@link Thread#onSpinWait()}: without either a round trip costs three times as much. Nothing that
 * hands work to another thread and waits for the answer can beat this time.
 *
 * <p>One caller at a time; {@link #close()} ends the echo thread.
 */
public final class PingPong implements AutoCloseable {
    private static final VarHandle CELLS = MethodHandles.arrayElementVarHandle(long[].class);
    private static final int PING = 32; // 256 bytes from either end and from each other
    private static final int PONG = 64;
    private static final int SEEN = PONG + 1;
    private static final int LENGTH = 96;
    private static final long STOP = -1;
    private static final int CHUNK = 64; // round trips between looks at the clock
    private static final long MAX_BATCH_NS = 50_000_000;

    private final long[] cells = new long[LENGTH];
    private final Thread echo;
    private long turn;

    /** Starts the echo thread. */
    public PingPong() {
        this(false);
    }

    /** Starts the echo thread, which with {@code clock} notes the time of each ping it sees. */
    public PingPong(boolean clock) {
        echo = new Thread(() -> echo(cells, clock), "teff-pingpong");
        echo.setDaemon(true);
        echo.start();
    }

    /**
     * Reads the ruler: nanoseconds per round trip, the median of several batches, in well under a
     * second. NaN if there is only one processor.
     */
    public static double rttNs() {
        if (Runtime.getRuntime().availableProcessors() < 2) {
            return Double.NaN;
        }
        try (PingPong pingPong = new PingPong()) {
            pingPong.batchNs(100_000); // compiles both loops
            double[] batches = new double[9];
            for (int i = 0; i < batches.length; i++) {
                batches[i] = pingPong.batchNs(20_000);
            }
            Arrays.sort(batches);
            return batches[batches.length / 2];
        }
    }

    /**
     * Mean nanoseconds per round trip over at most {@code count} of them; fewer if the machine is
     * so busy that they would take longer than 50 ms.
     */
    public double batchNs(int count) {
        long start = System.nanoTime();
        long now = start;
        int done = 0;
        while (done < count && now - start < MAX_BATCH_NS) {
            for (int i = 0; i < CHUNK; i++) {
                bounce();
            }
            done += CHUNK;
            now = System.nanoTime();
        }
        return (double) (now - start) / done;
    }

    /** Records {@code count} round trips one by one, in nanoseconds, two clock reads each. */
    public void record(Histogram histogram, int count) {
        for (int i = 0; i < count; i++) {
            long start = System.nanoTime();
            bounce();
            histogram.recordValue(System.nanoTime() - start);
        }
    }

    /** One round trip. */
    public void bounce() {
        ping();
        while (!answered()) {
            Thread.onSpinWait();
        }
    }

    /** Sends; the one before must have been answered. */
    public void ping() {
        CELLS.setRelease(cells, PING, ++turn); // pairs with the echo's acquire of PING
    }

    /** True once the last ping has come back. */
    public boolean answered() {
        return (long) CELLS.getAcquire(cells, PONG) == turn; // pairs with the echo's release
    }

    /** When the echo saw the ping last answered, by its clock, if it was asked to look. */
    public long seenNs() {
        return cells[SEEN];
    }

    private static void echo(long[] cells, boolean clock) {
        long last = 0;
        while (true) {
            long ping = (long) CELLS.getAcquire(cells, PING);
            if (ping == last) {
                Thread.onSpinWait();
            } else if (ping == STOP) {
                return;
            } else {
                last = ping;
                if (clock) {
                    cells[SEEN] = System.nanoTime();
                }
                CELLS.setRelease(cells, PONG, ping); // pairs with answered's acquire of PONG
            }
        }
    }

    /** Stops the echo thread and waits for its end. */
    @Override
    public void close() {
        CELLS.setRelease(cells, PING, STOP);
        boolean interrupted = false;
        while (echo.isAlive()) {
            try {
                echo.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
