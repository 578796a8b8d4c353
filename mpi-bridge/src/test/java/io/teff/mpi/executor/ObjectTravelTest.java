// SPDX-License-Identifier: Apache-2.0
package io.teff.mpi.executor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.teff.flow.RemoteTask;
import io.teff.mpi.AwayFunctions;
import io.teff.remote.NotTransferable;
import io.teff.remote.RemoteCallable;
import io.teff.remote.RemoteRunnable;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Which classes may come from another rank, and which of a body's methods is run there. */
@Timeout(60)
class ObjectTravelTest {
    private static final String VALUE = AwayFunctions.Value.class.getName();

    private static InOneJvm ranks(String... allowed) {
        return new InOneJvm(
                2,
                b ->
                        b.functions(AwayFunctions.LONGS, AwayFunctions.BYTES, AwayFunctions.RANGE)
                                .placement(Placement.rank(1))
                                .allow(allowed));
    }

    @Test
    void classesOfTheTasksOwnPackageComeBack() throws Exception {
        try (InOneJvm ranks = ranks()) {
            assertThat(ranks.root().submit(AwayFunctions.value()).get())
                    .isEqualTo(new AwayFunctions.Value(7));
        }
    }

    private static RemoteCallable<Object> valueOfAnotherPackage() {
        return () -> new AwayFunctions.Value(7);
    }

    @Test
    void classesOfOtherPackagesNeedToBeAllowed() throws Exception {
        try (InOneJvm ranks = ranks()) {
            assertThatThrownBy(ranks.root().submit(valueOfAnotherPackage())::get)
                    .hasCauseInstanceOf(NotTransferable.class)
                    .hasMessageContaining("class " + VALUE + " is not allowed")
                    .hasMessageContaining("add it to allow(...) of MpiConfig");
        }
        try (InOneJvm ranks = ranks(VALUE)) {
            assertThat(ranks.root().submit(valueOfAnotherPackage()).get())
                    .isEqualTo(new AwayFunctions.Value(7));
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> MpiConfig.builder().allow("a.*.b").build())
                .withMessageContaining("a.*.b");
    }

    @Test
    void flowsTasksAreOfTheirFunctionsPackage() throws Exception {
        try (InOneJvm ranks = ranks()) {
            RemoteTask<Object> task =
                    new RemoteTask<>(
                            "app",
                            "app",
                            AwayFunctions.class,
                            valueOfAnotherPackage(),
                            0,
                            Map.of());
            assertThat(ranks.root().send(task).get()).isEqualTo(new AwayFunctions.Value(7));
        }
    }

    @Test
    void failuresOfFunctionsComeBackAsTheyAre() throws Exception {
        try (InOneJvm ranks = ranks()) {
            MpiExecutor root = ranks.root();
            CompletableFuture<Long> number = root.call(AwayFunctions.LONGS, 5, 0);
            assertThatThrownBy(number::get)
                    .hasCauseInstanceOf(AwayFunctions.Failure.class)
                    .hasRootCauseMessage("by 5");
            CompletableFuture<byte[]> bytes =
                    root.call(Placement.rank(1), AwayFunctions.BYTES, new byte[3]);
            assertThatThrownBy(bytes::get)
                    .hasCauseInstanceOf(AwayFunctions.Failure.class)
                    .hasRootCauseMessage("by bytes");
            ConcurrentLinkedQueue<Throwable> thrown = new ConcurrentLinkedQueue<>();
            MpiLane lane =
                    root.lane(Placement.rank(1), AwayFunctions.LONGS, 2, new LaneFailures(thrown));
            lane.submit(1, 6, 0);
            lane.submit(2, 7, 0);
            lane.await();
            assertThat(thrown)
                    .hasSize(2)
                    .allSatisfy(t -> assertThat(t).isInstanceOf(AwayFunctions.Failure.class));
        }
        assertThat(AwayFunctions.RANGE.code().getPackageName()).isEqualTo("io.teff.mpi");
    }

    private static final AtomicInteger RUNS = new AtomicInteger();
    private static final AtomicInteger CALLS = new AtomicInteger();

    /** A body that is both. */
    private static final class Both implements RemoteRunnable, Callable<String> {
        private static final long serialVersionUID = 1L;

        @Override
        public void run() {
            RUNS.incrementAndGet();
        }

        @Override
        public String call() {
            CALLS.incrementAndGet();
            return "called";
        }
    }

    @Test
    void bodyThatIsBothDoesWhatItWasGivenFor() throws Exception {
        try (InOneJvm ranks = ranks()) {
            MpiExecutor root = ranks.root();
            Future<String> run = root.submit((Runnable) new Both(), "ran");
            assertThat(run.get()).isEqualTo("ran");
            assertThat(RUNS).hasValue(1);
            assertThat(CALLS).hasValue(0);
            assertThat(root.submit((Callable<String>) new Both()).get()).isEqualTo("called");
            assertThat(RUNS).hasValue(1);
            assertThat(CALLS).hasValue(1);
        }
    }

    /** What was taken back is answered, and the run may end, while the others are still asked. */
    @Test
    void shutdownNowHasAskedAllBeforeTheEnd() throws Exception {
        for (int run = 0; run < 200; run++) {
            try (InOneJvm ranks = ranks()) {
                AtomicInteger ran = new AtomicInteger();
                for (int i = 0; i < 300; i++) {
                    ranks.root().submit(AwayFunctions.value()).thenRun(ran::incrementAndGet);
                }
                int unstarted = ranks.root().shutdownNow().size();
                assertThat(ranks.root().awaitTermination(30, TimeUnit.SECONDS)).isTrue();
                assertThat(ran.get() + unstarted).isEqualTo(300);
            }
        }
    }
}
