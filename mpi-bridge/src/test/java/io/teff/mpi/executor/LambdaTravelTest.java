// SPDX-License-Identifier: Apache-2.0
package io.teff.mpi.executor;

import static io.teff.mpi.executor.Functions.OTHER;
import static io.teff.mpi.executor.Functions.ranks;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.teff.remote.NotTransferable;
import io.teff.remote.RemoteCallable;
import io.teff.remote.RemoteFailure;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Lambdas and other bodies that go to another rank, and those that cannot. */
@Timeout(60)
class LambdaTravelTest {
    @Test
    void lambdasTravel() throws Exception {
        try (InOneJvm ranks = ranks(2)) {
            String from = "rank 0";
            assertThat(ranks.root().submit(OTHER, () -> from + ", by " + workerName()).get())
                    .startsWith("rank 0, by rank1-worker-");
            assertThatThrownBy(
                            ranks.root()
                                            .submit(
                                                    OTHER,
                                                    (RemoteCallable<Void>)
                                                            () -> {
                                                                throw new java.io.IOException("no");
                                                            })
                                    ::get)
                    .hasCauseInstanceOf(java.io.IOException.class);
        }
    }

    private static String workerName() {
        return Thread.currentThread().getName();
    }

    @Test
    void whatCannotTravelIsRefusedBySubmitAndNamed() throws Exception {
        try (InOneJvm ranks = ranks(2)) {
            Thread culprit = new Thread("culprit");
            assertThatExceptionOfType(NotTransferable.class)
                    .isThrownBy(() -> ranks.root().submit(OTHER, () -> culprit.getName()))
                    .withMessageContaining("captured argument 0 of the lambda in")
                    .withMessageContaining(
                            "LambdaTravelTest: java.lang.Thread is not serializable");
            Callable<Integer> plain = () -> 1;
            assertThatExceptionOfType(NotTransferable.class)
                    .isThrownBy(() -> ranks.root().submit(plain))
                    .withMessageContaining("give it the type RemoteCallable or RemoteRunnable");
            assertThat(ranks.root().submit(OTHER, () -> "goes").get()).isEqualTo("goes");
        }
    }

    private static volatile Object onTheOtherRank;

    /** Ranks of one process have the same class path: what it lacks comes from another loader. */
    @Test
    void classThatARankHasNotFailsTheFuture(@TempDir Path folder) throws Exception {
        Path source = folder.resolve("Job.java");
        Files.writeString(
                source,
                """
                package elsewhere;
                public class Job extends RuntimeException
                        implements io.teff.remote.RemoteCallable<Object> {
                    private static final long serialVersionUID = 1;
                    public Job() { super("of my own"); }
                    public Object call() { return "ran"; }
                    public static io.teff.remote.RemoteCallable<Object> lambda() {
                        return () -> "ran";
                    }
                }
                """);
        String classPath = System.getProperty("java.class.path");
        String[] options = {"-proc:none", "-cp", classPath, "-d", folder.toString()};
        List<String> arguments = new ArrayList<>(List.of(options));
        arguments.add(source.toString());
        assertThat(ToolProvider.getSystemJavaCompiler())
                .as("the compiler of a JDK")
                .isNotNull()
                .satisfies(
                        javac ->
                                assertThat(
                                                javac.run(
                                                        null,
                                                        null,
                                                        null,
                                                        arguments.toArray(new String[0])))
                                        .isZero());
        URL[] urls = {folder.toUri().toURL()};
        try (URLClassLoader loader = new URLClassLoader(urls, getClass().getClassLoader());
                InOneJvm ranks = ranks(2)) {
            Class<?> job = loader.loadClass("elsewhere.Job");
            RemoteCallable<?> object = (RemoteCallable<?>) job.getConstructor().newInstance();
            RemoteCallable<?> lambda = (RemoteCallable<?>) job.getMethod("lambda").invoke(null);
            onTheOtherRank = object;
            RemoteCallable<Object> gives = () -> onTheOtherRank;
            Map<RemoteCallable<?>, String> bodies =
                    Map.of(object, "the task", lambda, "the task", gives, "the result");
            for (Map.Entry<RemoteCallable<?>, String> body : bodies.entrySet()) {
                CompletableFuture<?> future = ranks.root().submit(OTHER, body.getKey());
                assertThatThrownBy(() -> future.get(30, TimeUnit.SECONDS))
                        .cause()
                        .isInstanceOf(NotTransferable.class)
                        .hasMessageStartingWith(
                                body.getValue()
                                        + " needs a class that is not on the class path of process")
                        .hasMessageContaining(": elsewhere.Job; put its jar");
            }
            RemoteCallable<Object> throwing =
                    () -> {
                        throw (RuntimeException) onTheOtherRank;
                    };
            CompletableFuture<?> thrown = ranks.root().submit(OTHER, throwing);
            assertThatThrownBy(() -> thrown.get(30, TimeUnit.SECONDS))
                    .cause()
                    .isInstanceOf(RemoteFailure.class)
                    .hasMessage("elsewhere.Job: of my own");
            assertThat(ranks.root().submit(OTHER, () -> "goes").get()).isEqualTo("goes");
        } finally {
            onTheOtherRank = null;
        }
    }
}
