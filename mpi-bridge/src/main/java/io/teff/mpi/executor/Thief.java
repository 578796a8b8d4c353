// SPDX-License-Identifier: Apache-2.0
package io.teff.mpi.executor;

import io.teff.engine.StolenFork;
import java.util.BitSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Work stealing between ranks: an idle one asks another, at random; after two refusals it leaves word with
 * its neighbours in a hypercube, and is silent until one of them has something. What is given is the
 * oldest fork of a worker, which becomes a call of the rank that takes it; so its result comes back as any
 * other, and the fork runs at home if that rank is lost. Tasks placed by {@link Placement#STEAL} go the
 * same way. Under the {@link Driver}'s token.
 *
 * <p>Sources: Saraswat, Kambadur, Kodali, Grove and Krishnamoorthy, "Lifeline-based global load balancing",
 * 2011; Kumar, Zheng et al. The result of a stolen fork goes to its victim and not to the root: so no wave
 * is needed to see the end of a computation.
 */
final class Thief {
    private static final int TRIES = 2;
    private static final int MOST_CALLS = 16;

    private final Driver driver;
    private final IdentityHashMap<Object, Integer> functions = new IdentityHashMap<>(); // by task
    private final BitSet waiting = new BitSet(); // ranks that left word here
    private int asked = -1; // whose answer is awaited; -1: nobody's
    private int refusals;
    private boolean hasLeftWord;
    private long askedNs; // when it began to ask; 0: it does not
    // Written under the token, read by anybody:
    private volatile Figures figures = new Figures(0, 0, 0, 0, 0);

    /** See {@link MpiStats}. */
    record Figures(long asked, long refused, long taken, long given, long waitNs) {
        Figures plus(int asks, int refusals, int takes, int gifts, long ns) {
            return new Figures(
                    asked + asks, refused + refusals, taken + takes, given + gifts, waitNs + ns);
        }
    }

    Thief(Driver driver, List<MpiFunction> registered) {
        this.driver = driver;
        for (int i = 0; i < registered.size(); i++) {
            if (registered.get(i) instanceof MpiFunction.Forks forks) {
                functions.put(forks.task, i + 1);
            }
        }
    }

    /** At each look: gives to those who wait, or asks for itself. */
    void look(boolean idle) {
        for (int rank = waiting.nextSetBit(0); rank >= 0; rank = waiting.nextSetBit(rank + 1)) {
            if (!give(driver.peer(rank))) {
                break;
            }
            waiting.clear(rank);
        }
        if (idle && asked < 0 && !hasLeftWord) {
            ask();
        }
    }

    Figures figures() {
        return figures;
    }

    private void ask() {
        int size = driver.size();
        if (askedNs == 0) {
            askedNs = System.nanoTime();
        }
        figures = figures.plus(1, 0, 0, 0, 0);
        if (refusals < TRIES) {
            int victim = ThreadLocalRandom.current().nextInt(size - 1);
            Peer peer = driver.peer(victim < driver.rank() ? victim : victim + 1);
            refusals++;
            if (!peer.isLost()) {
                asked = peer.rank;
                peer.tell(Wire.STEAL, 0, 0);
            }
            return;
        }
        hasLeftWord = true;
        for (int bit = 1; bit < size; bit <<= 1) {
            int neighbour = driver.rank() ^ bit;
            if (neighbour < size && !driver.peer(neighbour).isLost()) {
                driver.peer(neighbour).tell(Wire.STEAL, 0, 1);
            }
        }
    }

    /** Something has come: this rank has work, and may ask again when it has none. */
    void arrived() {
        figures = figures.plus(0, 0, 1, 0, askedNs == 0 ? 0 : System.nanoTime() - askedNs);
        reset();
    }

    private void reset() {
        askedNs = 0;
        asked = -1;
        refusals = 0;
        hasLeftWord = false;
    }

    /** A rank has nothing to give. */
    void refused(Peer by) {
        figures = figures.plus(0, 1, 0, 0, 0);
        if (asked == by.rank) {
            asked = -1;
        }
    }

    /** A rank asks for work, and may leave word if there is none. */
    void wanted(Peer by, boolean leavesWord) {
        driver.noteWork();
        if (!give(by)) {
            if (leavesWord) {
                waiting.set(by.rank);
            } else {
                by.tell(Wire.NOTHING, 0, 0);
            }
        }
    }

    /** Nothing that was said to or by this rank counts any more. */
    void forget(int rank) {
        waiting.clear(rank);
        reset();
    }

    private boolean give(Peer to) {
        boolean given = giveCalls(to) || giveFork(to);
        if (given) {
            figures = figures.plus(0, 0, 0, 1, 0);
        }
        return given;
    }

    private boolean giveCalls(Peer to) {
        int given = 0;
        RemoteCall<?> call;
        while (given < MOST_CALLS && (call = driver.commons().poll()) != null) {
            if (!call.send(to)) {
                driver.inbound().add(call::runHere);
                break;
            }
            given++;
        }
        to.flush();
        return given > 0;
    }

    private boolean giveFork(Peer to) {
        if (functions.isEmpty()) {
            return false;
        }
        StolenFork fork = driver.engine().stealFork(to.toString(), this::canTravel);
        if (fork == null) {
            return false;
        }
        int function = functions.get(fork.task());
        Receiver result = new ForkReturn(driver, fork);
        boolean sent;
        if (fork.ref() == null) {
            sent = to.call(function, fork.a(), fork.b(), 0, result);
        } else {
            byte[] arguments;
            try {
                arguments = driver.serving().encode(function, fork);
            } catch (Throwable error) { // of the codec, which is the user's
                fork.fail(error);
                return false;
            }
            sent = to.callBytes(function, arguments, 0, result) >= 0;
        }
        if (!sent) {
            driver.inbound().add(fork);
        }
        to.flush();
        return sent;
    }

    private boolean canTravel(Object task, Object ref) {
        Integer function = functions.get(task);
        return function != null && driver.serving().canTravel(function, ref);
    }
}
