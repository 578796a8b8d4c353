// SPDX-License-Identifier: Apache-2.0
package io.teff.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.lang.reflect.Field;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

/** A thread that asks for a result again and again, each time for a short while. */
class PollingGetTest {
    private static final int POLLS = 200;

    @Test
    void futureRemembersAPollerOnce() throws Exception {
        EngineConfig config = EngineConfig.builder().workers(1).idle(IdlePreset.ECONOMY).build();
        try (Engine engine = Engine.start(config)) {
            CountDownLatch end = new CountDownLatch(1);
            TaskFuture<Boolean> future = engine.submit(() -> end.await(30, TimeUnit.SECONDS));
            for (int i = 0; i < POLLS; i++) {
                assertThatExceptionOfType(TimeoutException.class)
                        .isThrownBy(() -> future.get(1, TimeUnit.MILLISECONDS));
            }
            assertThat(waiters(future)).isEqualTo(1);

            end.countDown();
            assertThat(future.get(20, TimeUnit.SECONDS)).isTrue();
        }
    }

    private static int waiters(TaskFuture<?> future) throws ReflectiveOperationException {
        Object waiter = field(TaskFuture.class, "waiters").get(future);
        int n = 0;
        while (waiter != null) {
            n++;
            waiter = field(waiter.getClass(), "next").get(waiter);
        }
        return n;
    }

    private static Field field(Class<?> owner, String name) throws NoSuchFieldException {
        Field field = owner.getDeclaredField(name);
        field.setAccessible(true);
        return field;
    }
}
