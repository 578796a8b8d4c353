// SPDX-License-Identifier: Apache-2.0
package io.teff.engine;

import static io.teff.engine.EngineFixture.assertOnceEach;
import static io.teff.engine.EngineFixture.config;
import static io.teff.engine.EngineFixture.engine;
import static io.teff.engine.EngineFixture.pass;
import static io.teff.engine.LaneTasks.COUNT;
import static io.teff.engine.LaneTasks.blockingUntil;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of the tasks of lanes when the engine ends: each is run or given back. */
class SubmitterShutdownTest {
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
