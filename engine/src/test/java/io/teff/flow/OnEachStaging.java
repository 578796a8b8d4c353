// SPDX-License-Identifier: Apache-2.0
package io.teff.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** What tests of stagings share: apps that read and write a file, and what is known of copies. */
abstract class OnEachStaging extends OnEachInFolder {
    App1<DataFile, String> read;

    OnEachStaging(On on) {
        super(on);
    }

    @Override
    void use(FlowBuilder builder) {
        super.use(builder);
        read = flow.app("read", (DataFile file) -> Files.readString(file.path()));
    }

    /** An app that writes its argument to a file. */
    App2<DataFile, String, Path> write() {
        return flow.app(
                "write", (DataFile file, String text) -> Files.writeString(file.path(), text));
    }

    /** A file that an app makes, of this text. */
    DataFuture made(DataFile file, String text) {
        return write().with(o -> o.outputs(file)).call(file, text).outputs().get(0);
    }

    DataFile local(String name) {
        return DataFile.of(folder.resolve(name));
    }

    /** How many files were fetched, and are there. */
    long copies() throws IOException {
        Path files = folder.resolve("runs/000/files");
        if (!Files.exists(files)) {
            return 0;
        }
        try (Stream<Path> all = Files.walk(files)) {
            return all.filter(Files::isRegularFile).count();
        }
    }

    /**
     * A call whose flow is closed once its file is being fetched. Where that is done by whoever
     * calls, the call has not begun by then and is rejected; elsewhere the flow is closed after it.
     */
    void assertCancelled(DataFile file, Callable<Boolean> isFetching) throws InterruptedException {
        CountDownLatch called = new CountDownLatch(1);
        Thread closer =
                new Thread(
                        () -> {
                            await().atMost(SOON)
                                    .until(() -> isFetching.call() && called.getCount() == 0);
                            flow.close(Exit.CANCEL);
                        },
                        "closer");
        closer.start();
        if (on == On.DIRECT) {
            called.countDown();
            assertThatThrownBy(() -> read.call(file))
                    .isInstanceOf(RejectedExecutionException.class)
                    .hasMessage("read rejected: its flow is closed");
        } else {
            AppFuture<String> future = read.call(file);
            called.countDown();
            assertThatThrownBy(() -> future.get(60, TimeUnit.SECONDS))
                    .isInstanceOf(CancellationException.class);
        }
        assertThat(flow.summary().count("stage-in", TaskState.CANCELLED)).isEqualTo(1);
        closer.join();
    }
}
