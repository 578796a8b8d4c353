// SPDX-License-Identifier: Apache-2.0
package io.teff.executors.htex;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.teff.remote.ByNumber;
import io.teff.remote.Codec;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** No task waits for ever when a part of the submitting side fails in a way that nobody foresaw. */
@Timeout(120)
final class BrokenPartsTest {
    @Test
    void errorAtTheStartFailsAllTasks() throws Exception {
        try (HtexExecutor htex =
                InOneJvm.executor(
                        1,
                        new ByNumber(),
                        (settings, onExit) -> {
                            throw new NoClassDefFoundError("org/zeromq/ZMQ");
                        })) {
            CompletableFuture<Integer> doomed = htex.submit(() -> 1);
            assertThatExceptionOfType(ExecutionException.class)
                    .isThrownBy(() -> doomed.get(60, SECONDS))
                    .havingCause()
                    .isInstanceOf(ExecutorFailed.class)
                    .withMessageContaining("NoClassDefFoundError: org/zeromq/ZMQ");
        }
    }

    @Test
    void resultThatCannotBeReadIsTheFailureOfItsTask() throws Exception {
        AtomicBoolean isBroken = new AtomicBoolean(true);
        Codec real = new ByNumber();
        Codec breaking =
                new Codec() {
                    @Override
                    public byte[] encodeTask(Object body) {
                        return real.encodeTask(body);
                    }

                    @Override
                    public Object decodeValue(byte[] bytes, Object body) {
                        return real.decodeValue(bytes, body);
                    }

                    @Override
                    public Throwable decodeFailure(byte[] bytes, Object body) {
                        if (isBroken.getAndSet(false)) {
                            throw new LinkageError("no such class in this version");
                        }
                        return real.decodeFailure(bytes, body);
                    }

                    @Override
                    public byte[] call(byte[] task) throws Throwable {
                        return real.call(task);
                    }

                    @Override
                    public byte[] encodeFailure(Throwable thrown) {
                        return real.encodeFailure(thrown);
                    }
                };
        try (HtexExecutor htex = InOneJvm.executor(1, breaking, InOneJvm::interchange)) {
            assertFailsWith(htex, "no such class in this version");
            assertFailsWith(htex, "thrown by a task");
            assertThat(htex.submit(() -> 3).get(60, SECONDS)).isEqualTo(3);
        }
    }

    private static void assertFailsWith(HtexExecutor htex, String message) {
        CompletableFuture<Object> failing =
                htex.submit(
                        () -> {
                            throw new IllegalStateException("thrown by a task");
                        });
        assertThatExceptionOfType(ExecutionException.class)
                .isThrownBy(() -> failing.get(60, SECONDS))
                .havingCause()
                .withMessageContaining(message);
    }
}
