// SPDX-License-Identifier: Apache-2.0
package io.teff.engine;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.NANOSECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/**
 * The tools of the contract's tests. After each test every executor opened in it is stopped, must
 * terminate within {@link #patience}, and must leave no thread behind.
 */
abstract class ContractFixture extends ExecutorContractHooks {
    private final ConcurrentLinkedQueue<ExecutorService> opened = new ConcurrentLinkedQueue<>();
    private final ConcurrentLinkedQueue<Blocker> blockers = new ConcurrentLinkedQueue<>();
    private Set<Thread> threadsBefore = Set.of();

    @BeforeEach
    final void rememberThreads() {
        threadsBefore = liveThreads();
    }

    @AfterEach
    final void stopExecutorsAndCountThreads() throws InterruptedException {
        boolean flagLeft = Thread.interrupted();
        blockers.forEach(Blocker::letGo);
        end();
        opened.forEach(ExecutorService::shutdownNow);
        for (ExecutorService e : opened) {
            assertTerminates(e);
        }
        assertThat(flagLeft).as("interrupt left in the test's thread").isFalse();
        // The last worker reports termination, then ends: give it the time to do so.
        eventually("threads left: ", () -> newThreads().isEmpty(), () -> newThreads().toString());
    }

    /** A new executor that the fixture stops after the test. */
    final ExecutorService open(int workers) {
        ExecutorService e = create(workers);
        opened.add(e);
        return e;
    }

    final boolean cancelsUnstarted() {
        return unstarted() == Unstarted.CANCELLED || unstarted() == Unstarted.CANCELLED_OR_LOST;
    }

    final boolean bounded() {
        return unstarted() != Unstarted.NEVER;
    }

    final long patienceMs() {
        return patience().toMillis();
    }

    final void assertTerminates(ExecutorService e) throws InterruptedException {
        assertThat(e.awaitTermination(patience().toNanos(), NANOSECONDS)).as("terminated").isTrue();
        assertThat(e.isTerminated()).isTrue();
        assertThat(e.isShutdown()).isTrue();
    }

    /** The future's value, or TimeoutException when it does not come within {@link #patience}. */
    final <T> T value(Future<T> future) throws Exception {
        return future.get(patience().toNanos(), NANOSECONDS);
    }

    final void await(CountDownLatch latch) throws InterruptedException {
        assertThat(latch.await(patience().toNanos(), NANOSECONDS))
                .as("latch still at %d", latch.getCount())
                .isTrue();
    }

    /**
     * Waits for {@code begun}, which tasks open that block each a worker. An executor whose blocked
     * worker may hold up others has missed a wake-up, perhaps, and gets tasks until it has not.
     */
    final void awaitBusy(ExecutorService e, CountDownLatch begun) throws InterruptedException {
        long deadline = System.nanoTime() + patience().toNanos();
        while (!blockedWorkerHoldsUpNothing()
                && !begun.await(10, MILLISECONDS)
                && System.nanoTime() - deadline < 0) {
            e.execute(() -> {});
        }
        await(begun);
    }

    final void eventually(String what, BooleanSupplier condition) {
        eventually(what, condition, () -> "");
    }

    private void eventually(String what, BooleanSupplier condition, Supplier<String> detail) {
        long deadline = System.nanoTime() + patience().toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadline > 0) {
                throw new AssertionError("never came: " + what + detail.get());
            }
            LockSupport.parkNanos(200_000);
        }
    }

    /** A body that is let go at the end of the test, whatever happens. */
    final Blocker blocker() {
        Blocker b = new Blocker(patience().toNanos());
        blockers.add(b);
        return b;
    }

    /** Keeps {@code workers} workers busy; returns when all of them are. */
    final List<Blocker> occupy(ExecutorService e, int workers) throws InterruptedException {
        List<Blocker> busy = new ArrayList<>();
        for (int i = 0; i < workers; i++) {
            Blocker b = blocker();
            busy.add(b);
            e.execute(b);
        }
        for (Blocker b : busy) {
            awaitBusy(e, b.started);
        }
        return busy;
    }

    /** Runs {@code call} in a thread of its own, interrupts it while it waits, says how it ended. */
    final Interrupted interruptWhileIn(Callable<?> call) throws InterruptedException {
        return interruptWhileIn(call, new CountDownLatch(0));
    }

    /** As {@link #interruptWhileIn(Callable)}, but not before {@code first} has come. */
    final Interrupted interruptWhileIn(Callable<?> call, CountDownLatch first)
            throws InterruptedException {
        Waiter waiter = new Waiter(call);
        waiter.start();
        await(first);
        // Most waiters park; one that spins is interrupted after 100 ms.
        long deadline = System.nanoTime() + 100_000_000L;
        while (!isWaiting(waiter) && System.nanoTime() - deadline < 0) {
            LockSupport.parkNanos(200_000);
        }
        waiter.interrupt();
        return waiter.ended(patienceMs());
    }

    /** Runs {@code call} in a thread that is interrupted before it calls, says how it ended. */
    final Interrupted interruptBefore(Callable<?> call) throws InterruptedException {
        Waiter waiter =
                new Waiter(
                        () -> {
                            Thread.currentThread().interrupt();
                            return call.call();
                        });
        waiter.start();
        return waiter.ended(patienceMs());
    }

    /** Starts {@code body} {@code n} times, each in a thread of its own; {@link Crew} joins them. */
    final Crew crew(int n, Member body) {
        return new Crew(n, body, patienceMs());
    }

    /** A seed for this test: {@code -Dteff.test.seed} or new; printed, so that it can be repeated. */
    final long seed(String test) {
        long seed = Long.getLong("teff.test.seed", System.nanoTime());
        System.out.println(getClass().getSimpleName() + "." + test + " seed=" + seed);
        return seed;
    }

    static boolean isWaiting(Thread t) {
        Thread.State state = t.getState();
        return state == Thread.State.WAITING || state == Thread.State.TIMED_WAITING;
    }

    private Set<Thread> newThreads() {
        Set<Thread> now = liveThreads();
        now.removeAll(threadsBefore);
        return now;
    }

    /** Platform threads of the test's own group; the JVM's and JUnit's are none of our business. */
    private static Set<Thread> liveThreads() {
        ThreadGroup ours = Thread.currentThread().getThreadGroup();
        Set<Thread> threads = new HashSet<>(Thread.getAllStackTraces().keySet());
        threads.removeIf(
                t -> {
                    ThreadGroup group = t.getThreadGroup();
                    return group == null // it has ended
                            || !ours.parentOf(group)
                            || t.getName().startsWith("junit-")
                            || t.getName().startsWith("surefire-");
                });
        return threads;
    }

    /** Work of one member of a crew. */
    interface Member {
        void run(int index) throws Exception;
    }

    /** How a call in an interrupted thread ended. */
    record Interrupted(Throwable thrown, boolean flagLeft) {
        void assertInterruptedException() {
            assertThat(thrown).isInstanceOf(InterruptedException.class);
            assertThat(flagLeft).as("interrupt status after InterruptedException").isFalse();
        }
    }

    /** A task that counts its runs; equal only to itself. */
    static final class Counted implements Runnable {
        final AtomicInteger runs = new AtomicInteger();

        @Override
        public void run() {
            runs.incrementAndGet();
        }
    }

    /**
     * Fails like nothing else does. Without a public constructor, since ForkJoinTask copies an
     * exception into another of its class where it finds one, and the tests ask for identity.
     */
    static final class Boom extends Exception {
        private static final long serialVersionUID = 1L;

        Boom(String message) {
            super(message);
        }
    }

    /** The Error among {@link Boom}s. */
    static final class BoomError extends Error {
        private static final long serialVersionUID = 1L;

        BoomError(String message) {
            super(message);
        }
    }

    /** The RuntimeException among {@link Boom}s. */
    static final class BoomRuntime extends RuntimeException {
        private static final long serialVersionUID = 1L;

        BoomRuntime(String message) {
            super(message);
        }
    }

    /** A body that says when it runs and waits to be let go or interrupted. */
    static final class Blocker implements Runnable, Callable<String> {
        final CountDownLatch started = new CountDownLatch(1);
        final CountDownLatch ended = new CountDownLatch(1);
        final AtomicInteger runs = new AtomicInteger();
        private final CountDownLatch go = new CountDownLatch(1);
        private final long limitNanos;
        volatile boolean interrupted;
        volatile Thread thread;

        Blocker(long patienceNanos) {
            limitNanos = 2 * patienceNanos; // whoever waits for us gives up first
        }

        void letGo() {
            go.countDown();
        }

        @Override
        public void run() {
            runs.incrementAndGet();
            thread = Thread.currentThread();
            started.countDown();
            try {
                if (!go.await(limitNanos, NANOSECONDS)) {
                    throw new BoomError("nobody let this task go");
                }
            } catch (InterruptedException e) {
                interrupted = true; // the end of this body: nothing above it wants the status
            } finally {
                ended.countDown();
            }
        }

        @Override
        public String call() {
            run();
            return "let go";
        }
    }

    /** A thread that makes one call and remembers how it ended. */
    private static final class Waiter extends Thread {
        private final Callable<?> call;
        private volatile Interrupted outcome;

        Waiter(Callable<?> call) {
            super("contract-waiter");
            this.call = call;
        }

        @Override
        public void run() {
            Throwable thrown = null;
            try {
                call.call();
            } catch (Throwable t) {
                thrown = t;
            }
            outcome = new Interrupted(thrown, Thread.interrupted());
        }

        Interrupted ended(long patienceMs) throws InterruptedException {
            join(patienceMs);
            assertThat(outcome).as("the interrupted call never returned").isNotNull();
            return outcome;
        }
    }

    /** Threads that work at the same time; what any of them throws is thrown by {@link #join}. */
    static final class Crew {
        private final List<Thread> threads = new ArrayList<>();
        private final ConcurrentLinkedQueue<Throwable> failures = new ConcurrentLinkedQueue<>();
        private final long patienceMs;

        Crew(int n, Member body, long patienceMs) {
            this.patienceMs = patienceMs;
            for (int i = 0; i < n; i++) {
                int index = i;
                Thread t = new Thread(() -> work(body, index), "contract-crew-" + i);
                threads.add(t);
                t.start();
            }
        }

        private void work(Member body, int index) {
            try {
                body.run(index);
            } catch (Throwable t) {
                failures.add(t);
            }
        }

        void join() throws Exception {
            for (Thread t : threads) {
                t.join(patienceMs);
                if (t.isAlive()) {
                    TimeoutException stuck = new TimeoutException(t + " is stuck");
                    stuck.setStackTrace(t.getStackTrace());
                    throw stuck;
                }
            }
            if (!failures.isEmpty()) {
                throw new AssertionError(failures.size() + " of the crew failed", failures.peek());
            }
        }
    }
}
