// SPDX-License-Identifier: Apache-2.0
package io.teff.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** What tests of flows with files share: an executor, a folder, and a flow that runs in it. */
abstract class OnEachInFolder {
    static final Duration SOON = Duration.ofMinutes(1);

    final On on;
    final Executor executor;
    @TempDir Path folder;
    Flow flow;

    OnEachInFolder(On on) {
        this.on = on;
        executor = on.open();
    }

    @BeforeEach
    void open() {
        use(builder());
    }

    FlowBuilder builder() {
        return Flow.builder().executor("default", executor).runDirectory(folder.resolve("runs"));
    }

    /** Goes on with another flow. */
    void use(FlowBuilder builder) {
        flow = builder.build();
    }

    @AfterEach
    void close() throws InterruptedException {
        flow.close(Exit.CANCEL);
        On.close(executor);
    }

    /** What a future failed with, which must be of this type. */
    static <X extends Throwable> X failure(AppFuture<?> future, Class<X> type) {
        ExecutionException e = catchThrowableOfType(ExecutionException.class, future::get);
        assertThat(e).as("failure of %s", future).isNotNull();
        assertThat(e.getCause()).isInstanceOf(type);
        return type.cast(e.getCause());
    }
}
