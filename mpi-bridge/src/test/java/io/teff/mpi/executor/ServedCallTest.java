// SPDX-License-Identifier: Apache-2.0
package io.teff.mpi.executor;

import static org.assertj.core.api.Assertions.assertThat;

import io.teff.remote.Payload;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** A call that is cancelled before, while and after it runs. */
class ServedCallTest {
    private static final int ROUNDS = 20_000;
    private static final int FUNCTION = 1;

    private final AtomicInteger ran = new AtomicInteger();
    private volatile int spins;
    private final MpiConfig config =
            MpiConfig.builder().functions(MpiFunction.bytes("spin", this::spin)).build();
    private final Serving serving =
            new Serving(null, new Payload(config.rules(), Map.of()), config, 2);
    private final Peer gone = new Peer(1, LoopTransport.open(2, 1024, 1)[0], 64);

    ServedCallTest() {
        gone.lose(); // it is not the answers that matter
    }

    private byte[] spin(byte[] argument) {
        ran.getAndIncrement();
        for (int i = 0; i < spins; i++) {
            Thread.onSpinWait();
        }
        return argument;
    }

    private ServedCall call() {
        return new ServedCall(3, FUNCTION, new byte[8]);
    }

    @Test
    void whatIsCancelledFirstDoesNotRun() {
        ServedCall call = call();
        assertThat(call.cancel(true)).isTrue();
        call.run(serving, gone);
        assertThat(ran).hasValue(0);
    }

    @Test
    void whatHasEndedIsNotInterrupted() {
        ServedCall call = call();
        call.run(serving, gone);
        assertThat(call.cancel(true)).isFalse();
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
        assertThat(ran).hasValue(1);
    }

    @Test
    void interruptThatCameBeforeIsKept() {
        Thread.currentThread().interrupt();
        call().run(serving, gone);
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void noInterruptOutlivesItsCallAndWhatIsDroppedDoesNotRun() throws Exception {
        long seed = Long.getLong("teff.test.seed", System.nanoTime());
        System.out.println("ServedCallTest seed=" + seed);
        SplittableRandom random = new SplittableRandom(seed);
        CyclicBarrier start = new CyclicBarrier(2);
        int dropped = 0;
        ExecutorService runner = Executors.newSingleThreadExecutor();
        try {
            for (int round = 0; round < ROUNDS; round++) {
                ServedCall call = call();
                spins = random.nextInt(20);
                int before = ran.get();
                Future<Boolean> isInterrupted =
                        runner.submit(
                                () -> {
                                    start.await();
                                    call.run(serving, gone);
                                    return Thread.interrupted();
                                });
                start.await();
                for (int i = random.nextInt(60); i > 0; i--) {
                    Thread.onSpinWait();
                }
                boolean isDropped = call.cancel(true);
                assertThat(isInterrupted.get(10, TimeUnit.SECONDS)).isFalse();
                assertThat(ran.get() - before).isEqualTo(isDropped ? 0 : 1);
                dropped += isDropped ? 1 : 0;
            }
        } finally {
            runner.shutdownNow();
        }
        assertThat(dropped).as("rounds in which it was dropped").isBetween(1, ROUNDS - 1);
    }
}
