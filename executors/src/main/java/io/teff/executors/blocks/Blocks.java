// SPDX-License-Identifier: Apache-2.0
package io.teff.executors.blocks;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;

/**
 * The blocks of one executor: starts them, watches them, and lets them come and go with the work.
 *
 * <p>One daemon thread, {@code teff-blocks}, owns all blocks and is the only one to call the
 * provider. Other threads hand it requests; what they see of the blocks is a copy, published after
 * each change. Any thread may call the methods.
 *
 * <p>A block that shall go gets no further tasks first, and is cancelled once it has none: scaling
 * in loses no task.
 */
public final class Blocks implements AutoCloseable {
    /** Between two looks at who has registered, so that nobody is missed who does not stay. */
    private static final long CONNECTED_POLL_MS = 500;

    private static final long LEAVING_POLL_MS = 100;

    private final BlocksConfig config;
    private final BlockProvider provider;
    private final BlockLoad load;
    private final Scaling scaling;
    private final BlockErrors errors;
    private final BlockList blocks;
    private final Leaving leaving;
    private final Ending ending;
    private final Thread thread = new Thread(this::run, "teff-blocks");
    private final BlockingQueue<Runnable> requests = new LinkedBlockingQueue<>();

    // Published by the thread, read by all.
    private volatile boolean mayHurry; // no block is there, and the last attempt was no failure
    private volatile String leftOver; // what closing could not end, null: nothing
    // Set by others.
    private volatile boolean closing;
    private final AtomicBoolean started = new AtomicBoolean();

    // Owned by the thread.
    private long idleSince; // System.nanoTime; meaningful while wasIdle
    private boolean wasIdle;
    private boolean gaveUp;

    /**
     * Blocks that are not started yet.
     *
     * @param managerCommandOfBlock the command line that starts one manager in the block of that
     *     id, on one node; {@code TEFF_BLOCK_ID} is in its environment
     */
    public Blocks(
            BlocksConfig config,
            BlockProvider provider,
            Launcher launcher,
            Function<String, String> managerCommandOfBlock,
            BlockLoad load) {
        this.config = config;
        this.provider = provider;
        this.load = load;
        scaling = new Scaling(config);
        errors = new BlockErrors(config);
        blocks = new BlockList(config, provider, launcher, managerCommandOfBlock);
        leaving = new Leaving(config, provider, load, blocks);
        ending = new Ending(config, provider, blocks);
        thread.setDaemon(true);
        // what cannot work is the caller's mistake, and said now
        blocks.command("0");
    }

    /** Starts the first blocks; returns at once. */
    public void start() {
        if (closing || !started.compareAndSet(false, true)) {
            throw new IllegalStateException("these blocks have been started or closed before");
        }
        thread.start();
    }

    /** New tasks are there: decides at once if no block is there for them. Cheap. */
    public void wake() {
        if (mayHurry && requests.isEmpty()) {
            requests.add(() -> {}); // ends the wait for the next decision
        }
    }

    /**
     * Starts so many more blocks, whatever the strategy and the most blocks say.
     *
     * @return their ids
     * @throws BlockException if the provider refused one; those before it are there
     */
    public List<String> scaleOut(int count) throws BlockException, InterruptedException {
        requireNotNegative(count);
        return call(
                () -> {
                    List<String> ids = new ArrayList<>();
                    for (int i = 0; i < count && !closing; i++) {
                        ids.add(blocks.submit().id);
                    }
                    return ids;
                });
    }

    /**
     * Lets so many blocks go, first those that have no manager yet, then the longest idle, then
     * busy ones, which end with their last task.
     *
     * @return their ids
     */
    public List<String> scaleIn(int count) throws BlockException, InterruptedException {
        requireNotNegative(count);
        return call(() -> leaving.letGo(count, Duration.ZERO, true));
    }

    private static void requireNotNegative(int count) {
        if (count < 0) {
            throw new IllegalArgumentException("count must not be negative: " + count);
        }
    }

    /** What each block did when it was last looked at, by id, oldest first. */
    public Map<String, BlockStatus> states() {
        return blocks.states();
    }

    /** What last went wrong with the provider, null if nothing has. */
    public Exception problem() {
        return blocks.problem();
    }

    /**
     * Cancels all blocks and waits until they are gone.
     *
     * @throws IllegalStateException if some are still there after {@code closeTimeout}, with what
     *     the provider said
     */
    @Override
    public void close() {
        closing = true;
        if (!started.getAndSet(true)) {
            return;
        }
        requests.add(() -> {});
        boolean interrupted = false;
        // the provider's own time limits come on top: a command may just have been started
        Duration longest = config.closeTimeout().multipliedBy(2).plusSeconds(10);
        long deadline = System.nanoTime() + longest.toNanos();
        while (thread.isAlive() && System.nanoTime() - deadline < 0) {
            try {
                thread.join(100);
            } catch (InterruptedException e) {
                interrupted = true; // blocks that stay would cost money: closing goes on
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        if (thread.isAlive()) {
            throw new IllegalStateException(
                    "the provider "
                            + provider.name()
                            + " does not return; blocks: "
                            + blocks.states());
        }
        if (leftOver != null) {
            throw new IllegalStateException(leftOver, blocks.problem());
        }
    }

    // ---- Requests ----------------------------------------------------------------------------

    /** What a request does on the thread. */
    @FunctionalInterface
    private interface Action<T> {
        T run() throws BlockException, InterruptedException;
    }

    private <T> T call(Action<T> action) throws BlockException, InterruptedException {
        if (closing || !started.get()) {
            throw new IllegalStateException(
                    closing ? "these blocks are closed" : "these blocks are not started");
        }
        CompletableFuture<T> answer = new CompletableFuture<>();
        requests.add(
                () -> {
                    try {
                        T result = action.run();
                        publish(); // before the caller looks
                        answer.complete(result);
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                        answer.completeExceptionally(e);
                    } catch (BlockException | RuntimeException e) {
                        publish();
                        answer.completeExceptionally(e);
                    }
                });
        while (true) {
            try {
                return answer.get(1, TimeUnit.SECONDS);
            } catch (ExecutionException e) {
                if (e.getCause() instanceof BlockException cause) {
                    throw cause;
                }
                throw new IllegalStateException(e.getCause());
            } catch (java.util.concurrent.TimeoutException e) {
                if (!thread.isAlive() && !answer.isDone()) {
                    throw new IllegalStateException("these blocks are closed", e);
                }
            }
        }
    }

    // ---- The thread --------------------------------------------------------------------------

    private void run() {
        try {
            for (int i = 0; i < config.initBlocks() && !closing && !gaveUp; i++) {
                submit();
                publish();
            }
            while (!closing) {
                decide();
                publish();
                serve(System.nanoTime() + config.period().toNanos());
                if (!closing) {
                    noteConnected();
                    blocks.look();
                    giveUpIfHopeless();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            load.failAll(new IllegalStateException("the thread of the blocks was interrupted", e));
        } catch (RuntimeException | Error e) { // of a provider or an executor: never in silence
            load.failAll(new IllegalStateException("the scaling of blocks has failed", e));
            if (e instanceof Error error) {
                throw error;
            }
        } finally {
            leftOver = ending.cancelAll();
            publish();
        }
    }

    /** Serves requests until it is time for the next decision; lets leaving blocks go meanwhile. */
    private void serve(long until) throws InterruptedException {
        while (!closing) {
            long left = TimeUnit.NANOSECONDS.toMillis(until - System.nanoTime());
            if (left <= 0) {
                return;
            }
            boolean areLeaving = leaving.isAny();
            long wait = areLeaving ? LEAVING_POLL_MS : CONNECTED_POLL_MS;
            Runnable request = requests.poll(Math.min(left, wait), TimeUnit.MILLISECONDS);
            noteConnected();
            if (areLeaving) {
                leaving.look();
            }
            if (request != null) {
                request.run();
                if (mayHurry) {
                    return; // it may have been wake
                }
            }
        }
    }

    /** Asks nobody when all are known: in a steady state, nothing is said between processes. */
    private void noteConnected() {
        if (blocks.all().stream().allMatch(Block::hasSeenManager)) {
            return;
        }
        Set<String> connected = load.everConnected();
        for (Block block : blocks.all()) {
            if (connected.contains(block.id)) {
                block.sawManager();
            }
        }
    }

    private void decide() throws InterruptedException {
        if (gaveUp) {
            return;
        }
        int tasks = load.outstanding();
        long now = System.nanoTime();
        if (tasks > 0 || !wasIdle) {
            idleSince = now;
        }
        wasIdle = tasks == 0;
        int active = blocks.active();
        int slots = Math.max(1, load.workersPerNode() * config.nodesPerBlock());
        Scaling.Decision decision =
                scaling.decide(active, tasks, slots, wasIdle ? now - idleSince : 0);
        for (int i = 0; i < decision.blocks() && !closing; i++) {
            if (!submit()) {
                break; // the next would hardly do better: later
            }
        }
        if (decision.blocks() < 0) {
            Duration least = decision.onlyIdle() ? config.maxIdle() : Duration.ZERO;
            leaving.letGo(-decision.blocks(), least, !decision.onlyIdle());
        }
    }

    /** A block that cannot be submitted counts as one that failed. */
    private boolean submit() throws InterruptedException {
        boolean done = blocks.trySubmit();
        if (!done) {
            giveUpIfHopeless();
        }
        return done;
    }

    private void giveUpIfHopeless() throws InterruptedException {
        if (gaveUp) {
            return;
        }
        BlockException reason = errors.judge(blocks.all(), provider.name());
        if (reason != null) {
            gaveUp = true;
            load.failAll(reason);
            leaving.letGo(blocks.all().size(), Duration.ZERO, true);
        }
    }

    private void publish() {
        blocks.publish();
        mayHurry =
                config.strategy() != BlocksConfig.Strategy.NONE
                        && !gaveUp
                        && !blocks.didSubmitFail()
                        && blocks.active() == 0;
    }
}
