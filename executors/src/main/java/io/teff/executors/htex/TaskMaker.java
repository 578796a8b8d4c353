// SPDX-License-Identifier: Apache-2.0
package io.teff.executors.htex;

import io.teff.remote.BodyName;
import io.teff.remote.Codec;
import io.teff.remote.RunOnly;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;

/** Makes the tasks of one executor: writes down what travels, and numbers them. Thread-safe. */
final class TaskMaker {
    static final int DEFAULT_PRIORITY = 0;

    private final HtexExecutor executor;
    private final Codec codec;
    private final boolean isMonitored;
    private final AtomicLong ids = new AtomicLong();

    TaskMaker(HtexExecutor executor, Codec codec, boolean isMonitored) {
        this.executor = executor;
        this.codec = codec;
        this.isMonitored = isMonitored;
    }

    <T> HtexTask<T> callable(int priority, Callable<T> body) {
        return callable(priority, Objects.requireNonNull(body), body);
    }

    /** One whose body is not what the user gave, such as a call by name. */
    <T> HtexTask<T> callable(int priority, Object body, Object travels) {
        return make(priority, body, travels, null, true, false);
    }

    /** With the value of its future, which does not travel; {@code execute} wants no future. */
    <T> HtexTask<T> runnable(Runnable body, T value, boolean isExecuted) {
        Objects.requireNonNull(body);
        // A body may be both; what is meant depends on how it came.
        Object travels = body instanceof Callable ? new RunOnly(body) : body;
        return make(DEFAULT_PRIORITY, body, travels, value, false, isExecuted);
    }

    private <T> HtexTask<T> make(
            int priority,
            Object body,
            Object travels,
            T value,
            boolean isCallable,
            boolean isExecuted) {
        byte[] payload = codec.encodeTask(travels);
        HtexTask<T> task =
                new HtexTask<>(
                        executor,
                        ids.getAndIncrement(),
                        priority,
                        body,
                        value,
                        payload,
                        isCallable,
                        isExecuted);
        if (isMonitored) {
            task.app = BodyName.of(travels);
        }
        return task;
    }
}
