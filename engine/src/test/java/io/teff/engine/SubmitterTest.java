// SPDX-License-Identifier: Apache-2.0
package io.teff.engine;

import static io.teff.engine.EngineFixture.assertOnceEach;
import static io.teff.engine.EngineFixture.awaitRest;
import static io.teff.engine.EngineFixture.config;
import static io.teff.engine.EngineFixture.engine;
import static io.teff.engine.EngineFixture.letOneBeStolen;
import static io.teff.engine.EngineFixture.pass;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Lanes; their rings hold 16 tasks here, where nothing else is said. */
class SubmitterTest {
    /** Counts that task a ran, in the array that comes as its reference. */
    private static final LongPairTask COUNT =
            new LongPairTask() {
                @Override
                protected long compute(Worker w, long a, long b, Object ref) {
                    ((AtomicIntegerArray) ref).incrementAndGet((int) a);
                    return 0;
                }
            };

    private static LongTask blockingUntil(CountDownLatch begun, CountDownLatch release) {
        return new LambdaTask(
                (self, w, a) -> {
                    begun.countDown();
                    pass(release);
                    return 0;
                });
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "1, 16", "2, 1", "2, 5", "3, 16"})
    void eachTaskRunsOnceWithItsArguments(int workers, int batch) {
        int n = 20_000;
        AtomicIntegerArray counts = new AtomicIntegerArray(n);
        LongPairTask checked =
                new LongPairTask() {
                    @Override
                    protected long compute(Worker w, long a, long b, Object ref) {
                        if (b == ~a && ref == counts && w == Worker.current()) {
                            counts.incrementAndGet((int) a);
                        }
                        return 0;
                    }
                };
        try (Engine engine = engine(workers);
                Submitter lane = engine.submitter(batch)) {
            assertThat(lane.capacity()).isEqualTo(16);
            for (int i = 0; i < n; i++) {
                lane.submit(checked, i, ~(long) i, counts);
            }
            lane.await();
            assertOnceEach(counts);
        }
    }

    @Test
    void shortFormsFillInZeroAndNull() {
        ConcurrentLinkedQueue<String> seen = new ConcurrentLinkedQueue<>();
        LongPairTask say =
                new LongPairTask() {
                    @Override
                    protected long compute(Worker w, long a, long b, Object ref) {
                        seen.add(a + " " + b + " " + ref);
                        return 0;
                    }
                };
        try (Engine engine = engine(1);
                Submitter lane = engine.submitter(4)) {
            lane.submit(say, 1, 2, "three");
            lane.submit(say, 4, 5);
            lane.await();
        }
        assertThat(seen).containsExactly("1 2 three", "4 5 null");
    }

    @Test
    void batchWaitsUntilItIsFullOrFlushed() throws Exception {
        AtomicIntegerArray counts = new AtomicIntegerArray(11);
        try (Engine engine = engine(1);
                Submitter lane = engine.submitter(4)) {
            for (int i = 0; i < 3; i++) {
                lane.submit(COUNT, i, 0, counts);
            }
            assertThat(engine.stats().threads()).as("nobody was woken").isZero();
            lane.submit(COUNT, 3, 0, counts); // the batch is full
            await().until(() -> engine.stats().tasks() == 4);
            lane.submit(COUNT, 4, 0, counts);
            Thread.sleep(5);
            assertThat(counts.get(4)).as("not flushed").isZero();
            lane.flush();
            await().until(() -> counts.get(4) == 1);
            lane.flush(); // nothing to do
            for (int i = 5; i < 11; i++) {
                lane.submit(COUNT, i, 0, counts);
            }
            lane.await();
            assertOnceEach(counts);
        }
    }

    @Test
    void awaitSeesWhatTheTasksWrote() {
        long[] plain = new long[64];
        LongPairTask write =
                new LongPairTask() {
                    @Override
                    protected long compute(Worker w, long a, long b, Object ref) {
                        plain[(int) a] = b;
                        return 0;
                    }
                };
        try (Engine engine = engine(2);
                Submitter lane = engine.submitter(8)) {
            for (int run = 1; run < 500; run++) {
                for (int i = 0; i < plain.length; i++) {
                    lane.submit(write, i, run);
                }
                lane.await();
                for (long value : plain) {
                    assertThat(value).isEqualTo(run);
                }
            }
        }
    }

    /** Workers come upon a count that is rounds old, while others empty and refill the ring. */
    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void severalWorkersTakeFromRingsThatGoRoundAndRound(int workers) throws Exception {
        int lanes = 3;
        int each = 100_000;
        AtomicIntegerArray counts = new AtomicIntegerArray(lanes * each);
        ConcurrentLinkedQueue<Throwable> bugs = new ConcurrentLinkedQueue<>();
        EngineConfig config =
                config(workers).uncaughtHandler((thread, error) -> bugs.add(error)).build();
        try (Engine engine = Engine.start(config)) {
            List<Thread> producers = new ArrayList<>();
            for (int p = 0; p < lanes; p++) {
                int base = p * each;
                producers.add(
                        new Thread(
                                () -> {
                                    try (Submitter lane = engine.submitter(16)) {
                                        for (int i = 0; i < each; i++) {
                                            lane.submit(COUNT, base + i, 0, counts);
                                        }
                                    }
                                }));
            }
            producers.forEach(Thread::start);
            for (Thread producer : producers) {
                producer.join();
            }
            awaitRest(engine);
            assertThat(bugs).isEmpty();
            assertOnceEach(counts);
        }
    }

    @Test
    void twoLanesAndOrdinaryTasksRunSideBySide() throws Exception {
        int each = 10_000;
        AtomicIntegerArray counts = new AtomicIntegerArray(3 * each);
        try (Engine engine = engine(2)) {
            List<Thread> producers = new ArrayList<>();
            for (int p = 0; p < 2; p++) {
                int base = p * each;
                producers.add(
                        new Thread(
                                () -> {
                                    try (Submitter lane = engine.submitter(3)) {
                                        for (int i = 0; i < each; i++) {
                                            lane.submit(COUNT, base + i, 0, counts);
                                        }
                                    }
                                }));
            }
            producers.forEach(Thread::start);
            for (int i = 2 * each; i < 3 * each; i++) {
                int task = i;
                engine.execute(() -> counts.incrementAndGet(task));
            }
            for (Thread producer : producers) {
                producer.join();
            }
            awaitRest(engine);
            assertOnceEach(counts);
            assertThat(engine.stats().tasks()).isEqualTo(3L * each);
        }
    }

    @Test
    void nothingIsStuckBehindALongTask() {
        AtomicIntegerArray counts = new AtomicIntegerArray(3000);
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        try (Engine engine = engine(2);
                Submitter lane = engine.submitter(1)) {
            lane.submit(blockingUntil(begun, release), 0);
            pass(begun);
            for (int i = 0; i < counts.length(); i++) {
                lane.submit(COUNT, i, 0, counts);
            }
            await().until(() -> counts.get(counts.length() - 1) == 1);
            assertOnceEach(counts);
            release.countDown();
        }
    }

    /** One worker of two is blocked in a lane's task; await must still wait for that task. */
    @Test
    void awaitWaitsForTheTaskThatRunsLongest() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        try (Engine engine = engine(2);
                Submitter lane = engine.submitter(1)) {
            AtomicInteger ended = new AtomicInteger();
            LongTask blocking = blockingUntil(begun, release);
            LongTask slow =
                    new LambdaTask(
                            (self, w, a) -> {
                                blocking.compute(w, a);
                                return ended.incrementAndGet();
                            });
            AtomicIntegerArray counts = new AtomicIntegerArray(20);
            lane.submit(slow, 0);
            for (int i = 0; i < 20; i++) {
                lane.submit(COUNT, i, 0, counts);
            }
            pass(begun);
            Thread releaser =
                    new Thread(
                            () -> {
                                await().until(() -> counts.get(19) == 1);
                                release.countDown();
                            });
            releaser.start();
            lane.await();
            assertThat(ended.get()).isEqualTo(1);
            assertOnceEach(counts);
            releaser.join();
        }
    }

    // Full rings

    private static Engine full(
            FullPolicy policy, CountDownLatch begun, CountDownLatch release, int workers) {
        return Engine.start(
                config(workers)
                        .whenFull(policy)
                        .whenFullInside(policy)
                        .fullTimeout(Duration.ofMillis(20))
                        .build());
    }

    @ParameterizedTest
    @EnumSource(FullPolicy.class)
    void fullLaneDoesAsThePolicySays(FullPolicy policy) throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        try (Engine engine = full(policy, begun, release, 1)) {
            Submitter lane = engine.submitter(1);
            lane.submit(blockingUntil(begun, release), 0);
            pass(begun);
            AtomicIntegerArray counts = new AtomicIntegerArray(17);
            for (int i = 0; i < 16; i++) {
                lane.submit(COUNT, i, 0, counts);
            }
            if (policy == FullPolicy.REJECT || policy == FullPolicy.TIMED) {
                long begin = System.nanoTime();
                assertThatThrownBy(() -> lane.submit(COUNT, 16, 0, counts))
                        .isInstanceOf(RejectedExecutionException.class)
                        .hasMessageContaining("the lane is full; raise its capacity, or choose");
                long tookMs = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin);
                if (policy == FullPolicy.TIMED) {
                    assertThat(tookMs).isGreaterThanOrEqualTo(20);
                }
                release.countDown();
                lane.await();
                lane.submit(COUNT, 16, 0, counts); // there is room again
            } else {
                Thread releaser =
                        new Thread(
                                () -> {
                                    EngineFixture.sleep(20);
                                    release.countDown();
                                });
                releaser.start();
                lane.submit(COUNT, 16, 0, counts); // waits: nobody outside can run a typed task
                assertThat(release.getCount()).isZero();
                releaser.join();
            }
            lane.close();
            assertOnceEach(counts);
        }
    }

    /** A task fills a lane that only its own worker could empty. */
    @ParameterizedTest
    @EnumSource(
            value = FullPolicy.class,
            names = {"HELP", "BLOCK"})
    void taskMayFillALaneOfItsOwn(FullPolicy policy) throws Exception {
        int n = 1000;
        AtomicIntegerArray counts = new AtomicIntegerArray(n);
        EngineConfig config = config(1).whenFullInside(policy).build();
        try (Engine engine = Engine.start(config)) {
            engine.submit(
                            () -> {
                                try (Submitter lane = engine.submitter(4)) {
                                    for (int i = 0; i < n; i++) {
                                        lane.submit(COUNT, i, 0, counts);
                                    }
                                    lane.await();
                                    assertOnceEach(counts);
                                }
                            })
                    .get(20, TimeUnit.SECONDS);
        }
    }

    // Mistakes

    @Test
    void badArgumentsAreNamedAndHarmNothing() {
        try (Engine engine = engine(1)) {
            for (int batch : new int[] {0, -1, 17}) {
                assertThatThrownBy(() -> engine.submitter(batch))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessage("batch must be from 1 to the lane's capacity 16: " + batch);
            }
            AtomicIntegerArray counts = new AtomicIntegerArray(1);
            try (Submitter lane = engine.submitter(16)) {
                assertThatThrownBy(() -> lane.submit((LongTask) null, 1))
                        .isInstanceOf(NullPointerException.class)
                        .hasMessage("task");
                lane.submit(COUNT, 0, 0, counts);
            }
            assertOnceEach(counts);
        }
    }

    @Test
    void closedLaneRefusesAndMayBeClosedAgain() {
        try (Engine engine = engine(1)) {
            AtomicIntegerArray counts = new AtomicIntegerArray(1);
            Submitter lane = engine.submitter(8);
            lane.submit(COUNT, 0, 0, counts);
            lane.close();
            lane.close();
            assertOnceEach(counts);
            assertThatThrownBy(() -> lane.submit(COUNT, 0, 0, counts))
                    .isInstanceOf(RejectedExecutionException.class)
                    .hasMessage("task rejected from a lane: the lane is closed");
            assertThat(engine.crew().lanes()).isEmpty();
        }
    }

    @Test
    void failingTasksReachTheHandlerAndStopNothing() {
        ConcurrentLinkedQueue<Throwable> handled = new ConcurrentLinkedQueue<>();
        EngineConfig config = config(2).uncaughtHandler((t, e) -> handled.add(e)).build();
        int n = 300;
        AtomicIntegerArray counts = new AtomicIntegerArray(n);
        IllegalStateException error = new IllegalStateException("lane task");
        LongTask failing =
                new LambdaTask(
                        (self, w, a) -> {
                            counts.incrementAndGet((int) a);
                            if (a % 3 == 0) {
                                throw error;
                            }
                            if (a % 3 == 1) {
                                self.fork(w, 0); // and never joined
                            }
                            return w.head;
                        });
        try (Engine engine = Engine.start(config)) {
            try (Submitter lane = engine.submitter(7)) {
                for (int i = 0; i < n; i++) {
                    lane.submit(failing, i);
                }
            }
            awaitRest(engine);
            assertThat(engine.stats().tasks()).isEqualTo(n);
            assertThat(engine.stats().failed()).isEqualTo(2 * n / 3);
        }
        assertThat(handled).hasSize(2 * n / 3);
        assertThat(handled.stream().filter(e -> e == error).count()).isEqualTo(n / 3);
        assertThat(
                        handled.stream()
                                .filter(e -> e != error)
                                .allMatch(e -> e.getMessage().startsWith("1 forks were never")))
                .isTrue();
        for (int i = 1; i < n; i++) { // a stolen fork may have counted 0 once more
            assertThat(counts.get(i)).as("task %s", i).isEqualTo(1);
        }
    }

    @Test
    void forksOfLaneTasksAreStolen() {
        try (Engine engine = engine(2);
                Submitter lane = engine.submitter(1)) {
            CountDownLatch begun = new CountDownLatch(1);
            AtomicInteger sum = new AtomicInteger();
            LongTask child =
                    new LambdaTask(
                            (self, w, a) -> {
                                begun.countDown();
                                return a;
                            });
            lane.submit(
                    new LambdaTask(
                            (self, w, a) -> {
                                int forked = child.fork(w, 42);
                                letOneBeStolen(w, begun);
                                return sum.addAndGet((int) child.join(w, forked));
                            }),
                    0);
            lane.await();
            assertThat(sum.get()).isEqualTo(42);
        }
    }

    // Shutdown

    @Test
    void shutdownRunsWhatWasPublished() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        Engine engine = engine(1);
        AtomicIntegerArray counts = new AtomicIntegerArray(12);
        Submitter lane = engine.submitter(4);
        lane.submit(blockingUntil(begun, release), 0);
        lane.flush();
        pass(begun);
        for (int i = 0; i < 12; i++) {
            lane.submit(COUNT, i, 0, counts);
        }
        engine.shutdown();
        assertThatThrownBy(() -> lane.submit(COUNT, 0, 0, counts))
                .isInstanceOf(RejectedExecutionException.class)
                .hasMessageContaining("is shut down");
        release.countDown();
        assertThat(engine.awaitTermination(20, TimeUnit.SECONDS)).isTrue();
        assertOnceEach(counts);
        lane.await();
        lane.close();
    }

    @Test
    void tasksNotFlushedWhenTheEngineEndsAreGivenBack() {
        Engine engine = engine(1);
        AtomicIntegerArray counts = new AtomicIntegerArray(3);
        Submitter lane = engine.submitter(4);
        for (int i = 0; i < 3; i++) {
            lane.submit(COUNT, i, 0, counts);
        }
        engine.close();
        assertThatThrownBy(lane::close)
                .isInstanceOf(RejectedExecutionException.class)
                .hasMessageContaining("3 tasks rejected from a lane")
                .hasMessageContaining("is terminated");
        lane.close();
        for (int i = 0; i < 3; i++) {
            assertThat(counts.get(i)).isZero();
        }
        assertThatThrownBy(() -> engine.submitter(4))
                .isInstanceOf(RejectedExecutionException.class)
                .hasMessageContaining("lane refused");
    }

    @Test
    void tasksFlushedAfterShutdownStillRunWhileTheEngineIsBusy() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        Engine engine = engine(1);
        AtomicIntegerArray counts = new AtomicIntegerArray(3);
        Submitter lane = engine.submitter(4);
        for (int i = 0; i < 3; i++) {
            lane.submit(COUNT, i, 0, counts);
        }
        engine.execute(() -> blockingUntil(begun, release).compute(Worker.current(), 0));
        pass(begun);
        engine.shutdown();
        lane.flush();
        release.countDown();
        lane.close();
        assertOnceEach(counts);
        assertThat(engine.awaitTermination(20, TimeUnit.SECONDS)).isTrue();
    }

    /** An await that returned as if all had run, though shutdownNow had taken the tasks back. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void awaitSaysWhatShutdownNowTook(boolean fromADeque) throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch never = new CountDownLatch(1);
        Engine engine = Engine.start(config(1).maxSpares(0).build());
        AtomicIntegerArray counts = new AtomicIntegerArray(5);
        Submitter lane = engine.submitter(6);
        LongTask blocking =
                new LambdaTask(
                        (self, w, a) ->
                                Engine.blocking(
                                        () -> {
                                            begun.countDown();
                                            try {
                                                never.await();
                                            } catch (InterruptedException e) {
                                                assertThat(engine.isShutdown()).isTrue();
                                            }
                                            return 0L;
                                        }));
        lane.submit(blocking, 0);
        if (!fromADeque) {
            lane.flush();
            pass(begun);
        }
        for (int i = 0; i < 5; i++) { // in one batch with the first, or in the ring behind it
            lane.submit(COUNT, i, 0, counts);
        }
        lane.flush();
        pass(begun);
        assertThat(engine.shutdownNow()).hasSize(5);
        assertThat(engine.awaitTermination(20, TimeUnit.SECONDS)).isTrue();
        assertThatThrownBy(lane::await)
                .isInstanceOf(RejectedExecutionException.class)
                .hasMessageContaining("5 tasks rejected from a lane");
        lane.close();
        for (int i = 0; i < 5; i++) {
            assertThat(counts.get(i)).isZero();
        }
    }

    /** The only worker takes several tasks at once; when one of them blocks, others run the rest. */
    @Test
    void onlyWorkerHandsOnWhatItTookWhenATaskBlocks() {
        try (Engine engine = engine(1);
                Submitter lane = engine.submitter(16)) {
            AtomicIntegerArray counts = new AtomicIntegerArray(15);
            CountDownLatch others = new CountDownLatch(15);
            LongPairTask counting =
                    new LongPairTask() {
                        @Override
                        protected long compute(Worker w, long a, long b, Object ref) {
                            others.countDown();
                            return COUNT.compute(w, a, b, ref);
                        }
                    };
            lane.submit(
                    new LambdaTask(
                            (self, w, a) ->
                                    Engine.blocking(
                                            () -> {
                                                pass(others);
                                                return 0L;
                                            })),
                    0);
            for (int i = 0; i < 15; i++) {
                lane.submit(counting, i, 0, counts);
            }
            lane.await();
            assertOnceEach(counts);
            awaitRest(engine);
            assertThat(engine.stats().tasks()).isEqualTo(16);
        }
    }

    /** The only worker takes many tiny tasks at once: it must not run them all after shutdownNow. */
    @Test
    void onlyWorkerLeavesWhatItTookWhenTheEngineStops() throws Exception {
        int many = 1000;
        int tiny = 200 * many;
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        Engine engine = Engine.start(config(1).inboxCapacity(1024).build());
        AtomicIntegerArray counts = new AtomicIntegerArray(1 + many);
        Submitter lane = engine.submitter(1 + many);
        for (int i = 0; i < tiny; i++) {
            lane.submit(COUNT, 0, 0, counts); // from now on it takes as many as there are
        }
        lane.await();
        assertThat(counts.get(0)).isEqualTo(tiny);
        lane.submit(
                new LambdaTask(
                        (self, w, a) -> {
                            begun.countDown();
                            while (release.getCount() > 0) { // whoever interrupts it
                                Thread.yield();
                            }
                            return 0;
                        }),
                0);
        for (int i = 1; i <= many; i++) {
            lane.submit(COUNT, i, 0, counts);
        }
        pass(begun);
        int returned = engine.shutdownNow().size();
        release.countDown();
        assertThat(engine.awaitTermination(20, TimeUnit.SECONDS)).isTrue();
        int ran = 0;
        for (int i = 1; i <= many; i++) {
            assertThat(counts.get(i)).isLessThanOrEqualTo(1);
            ran += counts.get(i);
        }
        assertThat(ran).as("begun after shutdownNow").isLessThan(16);
        assertThat(returned).isLessThanOrEqualTo(many - ran);
        assertThatThrownBy(lane::close)
                .isInstanceOf(RejectedExecutionException.class)
                .hasMessageContaining(many - ran + " tasks rejected from a lane");
    }

    /** Tasks of both kinds and of many classes, failing ones among them, taken many at once. */
    @Test
    void mixedTasksInLargeChunksRunOnceEach() {
        int n = 100_000;
        AtomicIntegerArray counts = new AtomicIntegerArray(n);
        ConcurrentLinkedQueue<Throwable> handled = new ConcurrentLinkedQueue<>();
        LongTask single = new LambdaTask((self, w, a) -> counts.incrementAndGet((int) a));
        LongTask failing =
                new LambdaTask(
                        (self, w, a) -> {
                            counts.incrementAndGet((int) a);
                            if (a % 3 == 0) {
                                throw new IllegalStateException("task " + a);
                            }
                            return self.fork(w, a); // and never joined
                        });
        LongPairTask checked =
                new LongPairTask() {
                    @Override
                    protected long compute(Worker w, long a, long b, Object ref) {
                        if (b == ~a && ref == counts) {
                            counts.incrementAndGet((int) a);
                        }
                        return 0;
                    }
                };
        EngineConfig config =
                config(1).inboxCapacity(4096).uncaughtHandler((t, e) -> handled.add(e)).build();
        int failures = 0;
        try (Engine engine = Engine.start(config)) {
            try (Submitter lane = engine.submitter(64)) {
                for (int i = 0; i < n; i++) {
                    if (i % 1000 == 999) {
                        lane.submit(failing, i);
                        failures++;
                    } else if (i % 5 == 0) {
                        lane.submit(single, i);
                    } else {
                        lane.submit(checked, i, ~(long) i, counts);
                    }
                }
            }
            awaitRest(engine);
            assertOnceEach(counts);
            assertThat(engine.stats().tasks()).isEqualTo(n);
            assertThat(engine.stats().failed()).isEqualTo(failures);
        }
        assertThat(handled).hasSize(failures);
    }

    private static final Pattern SEVERAL = Pattern.compile("(\\d+) tasks rejected.*");

    private static int countOf(RejectedExecutionException e) {
        Matcher matcher = SEVERAL.matcher(e.getMessage());
        return matcher.matches() ? Integer.parseInt(matcher.group(1)) : 1;
    }

    /** Two producers submit while the engine is shut down: each task runs, or comes back, once. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void everyTaskIsRunOrGivenBackWhenTheEngineEndsAmongProducers(boolean now) throws Exception {
        SplittableRandom random = new SplittableRandom(EngineFixture.seed(this));
        ConcurrentLinkedQueue<Throwable> bugs = new ConcurrentLinkedQueue<>();
        for (int round = 0; round < 300; round++) {
            Engine engine =
                    Engine.start(
                            config(1 + random.nextInt(3))
                                    .uncaughtHandler((thread, error) -> bugs.add(error))
                                    .build());
            int most = 2000;
            AtomicIntegerArray ran = new AtomicIntegerArray(2 * most);
            int[] submitted = new int[2];
            int[] rejected = new int[2];
            CountDownLatch started = new CountDownLatch(2);
            List<Thread> producers = new ArrayList<>();
            for (int p = 0; p < 2; p++) {
                int producer = p;
                int batch = 1 + random.nextInt(16);
                Thread thread =
                        new Thread(
                                () -> {
                                    Submitter lane = engine.submitter(batch);
                                    started.countDown();
                                    try {
                                        for (int i = 0; i < most; i++) {
                                            submitted[producer]++;
                                            lane.submit(COUNT, producer * most + i, 0, ran);
                                        }
                                    } catch (RejectedExecutionException e) {
                                        rejected[producer] += countOf(e);
                                    }
                                    try {
                                        lane.close();
                                    } catch (RejectedExecutionException e) {
                                        rejected[producer] += countOf(e);
                                    }
                                });
                producers.add(thread);
                thread.start();
            }
            pass(started);
            long until = System.nanoTime() + random.nextInt(300_000);
            while (System.nanoTime() < until) {
                Thread.onSpinWait();
            }
            int returned = 0;
            if (now) {
                returned = engine.shutdownNow().size();
            } else {
                engine.shutdown();
            }
            assertThat(engine.awaitTermination(20, TimeUnit.SECONDS)).isTrue();
            for (Thread producer : producers) {
                producer.join();
            }
            int runs = 0;
            for (int i = 0; i < 2 * most; i++) {
                assertThat(ran.get(i)).isLessThanOrEqualTo(1);
                runs += ran.get(i);
            }
            assertThat(runs + rejected[0] + rejected[1])
                    .as(
                            "round %s: %s ran, %s and %s rejected, %s of them returned",
                            round, runs, rejected[0], rejected[1], returned)
                    .isEqualTo(submitted[0] + submitted[1]);
            assertThat(returned).isLessThanOrEqualTo(rejected[0] + rejected[1]);
            assertThat(bugs).isEmpty();
        }
    }
}
