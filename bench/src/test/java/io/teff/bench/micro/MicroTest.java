// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.micro;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.teff.bench.micro.LatencyLoops.Recorded;
import io.teff.bench.micro.LatencyLoops.Wait;
import io.teff.flow.AppFuture;
import io.teff.flow.Flow;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class MicroTest {
    @Test
    void allRecursionsGiveTheSameNumber() {
        assertThat(Fib.of(38)).isEqualTo(39_088_169);
        assertThat(Fib.activations(20)).isEqualTo(21_891);
        assertThat(Fib.plain(20)).isEqualTo(6_765);
        Fib.Lean lean = new Fib.Lean(20);
        lean.invoke();
        assertThat(lean.result()).isEqualTo(6_765);
        assertThat(new Fib.Textbook(20).invoke()).isEqualTo(6_765);
    }

    @Test
    void tallyIsExactWithMoreThreadsThanCells() throws Exception {
        Tally tally = new Tally();
        int threads = 200;
        int each = 5_000;
        Thread[] all = new Thread[threads];
        for (int t = 0; t < threads; t++) {
            all[t] =
                    new Thread(
                            () -> {
                                for (int i = 0; i < each; i++) {
                                    tally.increment();
                                }
                            });
            all[t].start();
        }
        for (Thread thread : all) {
            thread.join();
        }
        assertThat(tally.total()).isEqualTo((long) threads * each);
    }

    @Test
    void tallyIsExactWithPooledThreads() throws Exception {
        Tally tally = new Tally();
        ExecutorService pool = Executors.newFixedThreadPool(2);
        for (int i = 0; i < 100_000; i++) {
            pool.execute(tally::increment);
        }
        pool.shutdown();
        assertThat(pool.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
        assertThat(tally.total()).isEqualTo(100_000);
    }

    @Test
    void windowBoundsWhatIsInFlight() throws Exception {
        // A target that runs nothing until it has been given a whole window.
        List<SubmitWork> works = Submission.works(1);
        int[] most = {0};
        SubmitTarget held =
                new SubmitTarget() {
                    private int waiting;

                    @Override
                    public Lane lane(SubmitWork work) {
                        return (kind, count) -> {
                            waiting += count;
                            most[0] = Math.max(most[0], waiting);
                            if (waiting >= Submission.WINDOW) {
                                for (; waiting > 0; waiting--) {
                                    work.runnables().get(kind).run();
                                }
                            }
                        };
                    }

                    @Override
                    public void close() {}
                };
        long tasks = 5L * Submission.WINDOW;
        try (Submission submission = new Submission(held, works)) {
            assertThat(submission.run(SubmitWork.TIMED, tasks)).isPositive();
        }
        assertThat(most[0]).isEqualTo(Submission.WINDOW);
        assertThat(works.get(0).tally().total()).isEqualTo(tasks);
    }

    @Test
    void producerThatFailsIsReported() {
        SubmitTarget broken =
                new SubmitTarget() {
                    @Override
                    public Lane lane(SubmitWork work) {
                        return (kind, count) -> {
                            throw new IllegalStateException("full for ever");
                        };
                    }

                    @Override
                    public void close() {}
                };
        try (Submission submission = new Submission(broken, Submission.works(2))) {
            assertThatThrownBy(() -> submission.run(SubmitWork.TIMED, 10))
                    .hasMessageContaining("full for ever");
        }
    }

    @Test
    void openLoopChargesAStallToEveryTaskItDelayed() {
        // Nothing is done until 20 ms after the first task: all tasks due meanwhile waited.
        Handoff stalled =
                new Handoff() {
                    private long begin;

                    @Override
                    void send(int slot, long token) {
                        begin = begin == 0 ? System.nanoTime() : begin;
                    }

                    @Override
                    boolean done(int slot, long token) {
                        return System.nanoTime() - begin > 20_000_000;
                    }

                    @Override
                    boolean right(int slot, long token) {
                        return true;
                    }

                    @Override
                    long startedNs(int slot) {
                        return 0;
                    }

                    @Override
                    int slots() {
                        return 4; // fewer than become due
                    }

                    @Override
                    public void close() {}
                };
        Recorded recorded = LatencyLoops.open(stalled, 20, false, 1_000);
        assertThat(recorded.ns.getTotalCount()).isEqualTo(20);
        assertThat(recorded.ns.getMaxValue()).isGreaterThanOrEqualTo(19_000_000);
        // The tenth task was due after 10 ms and could only be submitted after 20.
        assertThat(recorded.ns.getValueAtPercentile(50)).isGreaterThanOrEqualTo(7_000_000);
    }

    @Test
    void wrongResultsAreNoticed() throws Exception {
        Handoff wrong =
                new Handoff() {
                    @Override
                    void send(int slot, long token) {}

                    @Override
                    boolean done(int slot, long token) {
                        return true;
                    }

                    @Override
                    boolean right(int slot, long token) {
                        return token != 7;
                    }

                    @Override
                    long startedNs(int slot) {
                        return 0;
                    }

                    @Override
                    public void close() {}
                };
        assertThat(LatencyLoops.closed(wrong, 6, false, Wait.SPIN, 0).right).isTrue();
        assertThat(LatencyLoops.closed(wrong, 6, false, Wait.SPIN, 0).right).isFalse();
    }

    @Test
    void sumsAgreeAndSkewedCostsGrow() {
        LoopData data = new LoopData(1_003, true);
        double expected = data.compensatedSum(false);
        assertThat(LoopData.plainSum(data.in)).isCloseTo(expected, within(1e-9 * expected));
        assertThat(LoopData.wideSum(data.in)).isCloseTo(expected, within(1e-9 * expected));
        assertThat(LoopData.plainSkewed(data.in))
                .isCloseTo(data.compensatedSum(true), within(1e-9 * data.compensatedSum(true)));
        assertThat(LoopData.skewed(data.in, 0)).isEqualTo(data.in[0]);
        LoopData.plainTiny(data.in, data.out);
        assertThat(data.outRight()).isTrue();
        data.out[500] = 0;
        assertThat(data.outRight()).isFalse();
        data.clear();
        assertThat(data.outRight()).isFalse();
    }

    @Test
    void graphsKnowTheirAnswersAndNoticeALostNode() {
        for (GraphWork.Kind kind : GraphWork.Kind.values()) {
            for (int size : new int[] {1, 2, 3, 100, 1_000}) {
                GraphWork work = kind.of(size);
                work.plain();
                assertThat(work.isRight()).as("%s of %s", kind, size).isTrue();
                work.reset();
                assertThat(work.isRight()).isFalse();
                for (int lost = 0; lost < work.nodes(); lost += 1 + work.nodes() / 10) {
                    work.reset();
                    for (int i = 0; i < work.nodes(); i++) {
                        for (int k = 0; k < work.predecessors(i); k++) {
                            assertThat(work.predecessor(i, k)).isBetween(0, i - 1);
                        }
                        if (i != lost) {
                            work.task(i).run();
                        }
                    }
                    assertThat(work.isRight())
                            .as("%s of %s without %s", kind, size, lost)
                            .isFalse();
                }
            }
        }
    }

    @Test
    void graphsAreLaidDownWholeAsAppsAndAsStages() {
        for (GraphWork.Kind kind : GraphWork.Kind.values()) {
            for (int size : new int[] {1, 2, 3, 100, 1_000}) {
                GraphWork work = kind.of(size);
                try (Flow flow = Flow.on(Runnable::run)) {
                    CompletableFuture<Object> start = new CompletableFuture<>();
                    AppFuture<?> last = work.call(flow, flow.future(start));
                    assertThat(last.isDone()).isFalse();
                    start.complete(null);
                    last.join();
                    assertThat(flow.summary().tasks()).isEqualTo(work.nodes());
                }
                assertThat(work.isRight()).as("apps: %s of %s", kind, size).isTrue();
                for (Executor pool : Arrays.asList(null, ForkJoinPool.commonPool())) {
                    work.reset();
                    CompletableFuture<Object> start = new CompletableFuture<>();
                    CompletableFuture<?> last = work.stage(new GraphStages(pool), start);
                    assertThat(last.isDone()).isFalse();
                    start.complete(null);
                    last.join();
                    assertThat(work.isRight()).as("stages: %s of %s", kind, size).isTrue();
                }
            }
        }
    }

    @Test
    void threadTimesSeeWork() {
        ThreadTimes before = ThreadTimes.now();
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        long end = threads.getCurrentThreadCpuTime() + 100_000_000;
        while (threads.getCurrentThreadCpuTime() < end) {
            Thread.onSpinWait();
        }
        assertThat(ThreadTimes.now().since(before)).isGreaterThan(20_000_000);
    }
}
