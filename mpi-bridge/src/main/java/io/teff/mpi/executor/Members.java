// SPDX-License-Identifier: Apache-2.0
package io.teff.mpi.executor;

import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.IntPredicate;

/**
 * Which ranks are alive, and when all of them are done. Rank 0 decides both, and tells the others.
 *
 * <p>Alive: every rank sends rank 0 a beat now and then, and rank 0 sends each one. A rank is lost when its
 * process is gone, where that can be seen, or when it was silent for too long; one that hears so of itself
 * gives up, as its tasks run elsewhere by now. Without rank 0 all give up.
 *
 * <p>Done: rank 0 asks each how many tasks and calls it has made so far, and whether it wants to end and
 * has none open. When all say yes twice in a row, with the same numbers, nothing was under way in between:
 * a call that is under way is open at its caller, and so is one that its task there has not come back
 * from. That is why tasks on the other ranks may call after those have closed. Source: Mattern,
 * "Algorithms for distributed termination detection", 1987 (the four-counter method; here an answered
 * call counts for itself). That one fork/join computation is done its root knows by itself, since each
 * fork that leaves a rank is joined there.
 *
 * <pre>
 * FIELD         WRITTEN BY               HOW       READ BY
 * heard         under the token          opaque    Pulse: opaque
 * seen, seenNs  Pulse                    plain     Pulse
 * answers       under the token, Pulse   volatile  Pulse: volatile
 * hasAsked      Pulse                    plain     Pulse
 * before        Pulse                    plain     Pulse
 * wantsEnd      Pulse                    volatile  under the token: volatile
 * isEnded       under the token, Pulse   volatile  everybody: volatile
 * failure       under the token, Pulse   volatile  everybody: volatile
 * </pre>
 */
final class Members {
    private static final int ROOT = 0;
    private static final long YES = 1L << 62;
    private static final long NONE = -1;
    private static final long ENDED = -2;

    private final Driver driver;
    private final long silenceNs;
    private final IntPredicate isGone;
    private final AtomicLongArray heard; // by rank: frames that came
    private final long[] seen; // by rank: the same, at the last beat that found more
    private final long[] seenNs; // and when that was
    private final AtomicLongArray answers; // by rank, to the last question
    private boolean hasAsked;
    private long[] before; // the answers to the question before that
    private volatile boolean wantsEnd; // this rank's close
    private volatile boolean isEnded;
    private volatile RuntimeException failure; // why this rank gave up

    /**
     * Of the driver's ranks.
     *
     * @param isGone whether a rank's process is known to be no more
     */
    Members(Driver driver, Duration silence, IntPredicate isGone) {
        this.driver = driver;
        silenceNs = silence.toNanos();
        this.isGone = isGone;
        int size = driver.size();
        heard = new AtomicLongArray(size);
        seen = new long[size];
        seenNs = new long[size];
        answers = new AtomicLongArray(size);
        long now = System.nanoTime();
        for (int rank = 0; rank < size; rank++) {
            seenNs[rank] = now;
            answers.set(rank, NONE);
        }
    }

    private boolean isRoot() {
        return driver.rank() == ROOT;
    }

    /** Why this rank has given up; null if it has not. */
    RuntimeException failure() {
        return failure;
    }

    /** This rank has nothing more to do, and waits for the others. */
    void wantEnd() {
        wantsEnd = true;
    }

    /** Whether this is rank 0, and asks the others whether all is done. */
    boolean asksForEnd() {
        return isRoot() && wantsEnd;
    }

    /** What calls fail with that are open after the end. */
    RuntimeException whyEnded() {
        RuntimeException given = failure;
        return given != null ? given : new RejectedExecutionException("the run has ended");
    }

    /** Whether all have nothing more to do, or this rank has given up. */
    boolean isEnded() {
        return isEnded || failure != null;
    }

    // Under the token

    /** A frame came from this rank. */
    void heard(int rank) {
        heard.setOpaque(rank, heard.getPlain(rank) + 1);
    }

    /** A record of one of these kinds came. */
    void told(Peer from, int type, long value) {
        switch (type) {
            case Wire.LOST -> {
                if (value == driver.rank()) {
                    giveUp("rank 0 has heard nothing of this rank for too long", null);
                } else {
                    driver.lose((int) value);
                }
            }
            case Wire.ASK -> from.tell(Wire.COUNTS, 0, answer(driver.inbound().isEmpty()));
            case Wire.COUNTS -> answers.set(from.rank, value);
            case Wire.END -> {
                if (isRoot()) {
                    answers.set(from.rank, ENDED);
                } else {
                    from.tell(Wire.END, 0, 0);
                    isEnded = true;
                }
            }
            default -> throw new AssertionError(type);
        }
    }

    /**
     * For rank 0.
     *
     * @param isRead false: results have come, of whose calls nothing is open any more, and what follows
     *     them has not begun
     */
    private long answer(boolean isRead) {
        long begun =
                driver.made(); // first: what begins later is open, or counted by the next answer
        return wantsEnd && isRead && !driver.isBusy() ? begun | YES : begun;
    }

    /** This rank goes on without the others, and without their tasks. */
    void giveUp(String why, Throwable cause) {
        if (failure == null) {
            failure =
                    new IllegalStateException(
                            "rank " + driver.rank() + " has given up: " + why, cause);
        }
        for (int rank = 0; rank < driver.size(); rank++) {
            driver.lose(rank);
        }
    }

    // The pulse's thread

    /** Tells others that this rank is alive, and sees who is not. */
    void beat() {
        if (!isRoot()) {
            Peer root = driver.peer(ROOT);
            root.tell(Wire.BEAT, 0, 0);
            if (!isEnded() && isSilent(ROOT)) {
                giveUp("rank 0 is lost, which " + why(ROOT), null);
            }
            return;
        }
        for (int rank = 1; rank < driver.size(); rank++) {
            Peer peer = driver.peer(rank);
            if (!peer.isLost()) {
                peer.tell(Wire.BEAT, 0, 0);
                if (isSilent(rank)) {
                    lose(rank);
                }
            }
        }
    }

    private boolean isSilent(int rank) {
        long now = System.nanoTime();
        long frames = heard.getOpaque(rank);
        if (seen[rank] != frames) {
            seen[rank] = frames;
            seenNs[rank] = now;
        }
        return isGone.test(rank) || now - seenNs[rank] > silenceNs;
    }

    private String why(int rank) {
        return isGone.test(rank)
                ? "has ended its process"
                : "was silent for " + silenceNs / 1_000_000 + " ms";
    }

    private void lose(int lost) {
        driver.lose(lost);
        for (int rank = 1; rank < driver.size(); rank++) {
            driver.peer(rank).tell(Wire.LOST, 0, lost); // itself too, if it can hear
        }
    }

    /** Rank 0, once it wants to end: asks the others, and ends all when their answers say so. */
    void askForEnd() {
        if (!asksForEnd()) {
            return;
        }
        if (isEnded) {
            tellAll(Wire.END); // until each has said that it knows
            return;
        }
        if (!hasAsked) {
            hasAsked = true;
            tellAll(Wire.ASK);
        }
        answers.set(ROOT, answer(true)); // whatever follows a result, rank 0 calls no more
        long[] now = new long[driver.size()];
        boolean yes = true;
        for (int rank = 0; rank < now.length; rank++) {
            now[rank] = isHere(rank) ? answers.get(rank) : 0;
            if (now[rank] == NONE) {
                return; // it will answer, or be lost
            }
            yes &= !isHere(rank) || (now[rank] & YES) != 0;
        }
        boolean same = before != null && Arrays.equals(now, before);
        before = yes ? now : null;
        if (yes && same) {
            isEnded = true;
            tellAll(Wire.END);
            return;
        }
        for (int rank = 1; rank < now.length; rank++) {
            answers.set(rank, NONE);
        }
        tellAll(Wire.ASK);
    }

    private boolean isHere(int rank) {
        return rank == ROOT || !driver.peer(rank).isLost();
    }

    private void tellAll(int type) {
        for (int rank = 1; rank < driver.size(); rank++) {
            if (type != Wire.END || answers.get(rank) != ENDED) {
                driver.peer(rank).tell(type, 0, 0);
            }
        }
    }

    /** Whether every rank that this one has to tell knows that all is done. */
    boolean allKnow() {
        if (!isRoot()) {
            return true;
        }
        for (int rank = 1; rank < driver.size(); rank++) {
            if (isHere(rank) && answers.get(rank) != ENDED) {
                return false;
            }
        }
        return true;
    }
}
