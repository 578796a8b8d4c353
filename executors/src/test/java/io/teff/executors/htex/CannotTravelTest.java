// SPDX-License-Identifier: Apache-2.0
package io.teff.executors.htex;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.teff.remote.NotTransferable;
import io.teff.remote.RemoteCallable;
import io.teff.remote.RemoteFailure;
import java.io.File;
import java.io.IOException;
import java.io.Serializable;
import java.net.Socket;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tasks, results and failures that cannot get from one process to another. Each fails with a message
 * that names what it is; those before and behind it run, and the worker is the same afterwards.
 */
@Timeout(120)
final class CannotTravelTest {
    private static final String FIX = "put its jar or folder on the class path of both sides";

    @TempDir static Path dir;

    private static HtexExecutor htex;
    private static Path onlyHere; // classes that workers do not have
    private static Path there; // and one that they have, which needs one of the former

    @BeforeAll
    static void start() throws Exception {
        onlyHere = Files.createDirectories(dir.resolve("only-here"));
        there = Files.createDirectories(dir.resolve("there"));
        compile(
                onlyHere,
                "Absent",
                "package absent;"
                        + "public class Absent implements io.teff.remote.RemoteCallable<Integer> {"
                        + "  public Integer call() { return 1; }"
                        + "  public static io.teff.remote.RemoteCallable<Integer> lambda() {"
                        + "    return () -> 2;"
                        + "  }"
                        + "}");
        compile(
                there,
                "Caller",
                "package absent;"
                        + "public class Caller implements io.teff.remote.RemoteCallable<Integer> {"
                        + "  public Integer call() { return new Absent().call(); }"
                        + "}");
        String classPath = System.getProperty("java.class.path");
        System.setProperty("java.class.path", classPath + File.pathSeparator + there);
        try {
            htex = new HtexExecutor(Children.tuned(dir).workersPerNode(1).build());
            get(htex.submit(() -> 0)); // its settings are written
        } finally {
            System.setProperty("java.class.path", classPath);
        }
    }

    private static void compile(Path to, String name, String source) throws IOException {
        Path file = Files.createDirectories(to.resolve("src")).resolve(name + ".java");
        Files.writeString(file, source);
        String classPath =
                System.getProperty("java.class.path") + File.pathSeparator + onlyHere.toString();
        int failed =
                ToolProvider.getSystemJavaCompiler()
                        .run(
                                null,
                                null,
                                null,
                                "-proc:none",
                                "-cp",
                                classPath,
                                "-d",
                                to.toString(),
                                file.toString());
        assertThat(failed).as("errors of javac").isZero();
    }

    @AfterAll
    static void stop() {
        htex.close();
        Children.assertNoneLeft(dir);
    }

    private static <T> T get(CompletableFuture<T> future) throws Exception {
        return future.get(60, SECONDS);
    }

    /** What this task ends with, among others that must run in the one worker that there is. */
    private static Throwable failureAmongOthers(RemoteCallable<?> doomed) throws Exception {
        long worker = get(htex.submit(() -> ProcessHandle.current().pid()));
        List<CompletableFuture<Integer>> others = new ArrayList<>();
        Throwable failure = null;
        for (int i = 0; i < 100; i++) {
            int n = i;
            others.add(htex.submit(() -> n));
            if (i == 50) {
                CompletableFuture<?> future = htex.submit(doomed);
                failure = catchThrowable(() -> get(future));
            }
        }
        for (int i = 0; i < 100; i++) {
            assertThat(get(others.get(i))).isEqualTo(i);
        }
        assertThat(get(htex.submit(() -> ProcessHandle.current().pid()))).isEqualTo(worker);
        assertThat(htex.outstanding()).isZero();
        assertThat(failure).isInstanceOf(ExecutionException.class);
        return failure.getCause();
    }

    /** An object of the user's with one field that cannot travel. */
    static final class Connection implements Serializable {
        private static final long serialVersionUID = 1L;

        @SuppressWarnings("serial") // that is the point
        private final Object wire = new Socket();
    }

    @Test
    void socketsAreRefusedBySubmitWithTheWayToThem() throws Exception {
        CompletableFuture<Integer> before = htex.submit(() -> 1);
        try (Socket socket = new Socket()) {
            assertThatExceptionOfType(NotTransferable.class)
                    .isThrownBy(() -> htex.submit(() -> socket.isClosed()))
                    .withMessage(
                            "the task cannot travel: captured argument 0 of the lambda in "
                                    + CannotTravelTest.class.getName()
                                    + ": java.net.Socket is not serializable");
        }
        Connection connection = new Connection();
        assertThatExceptionOfType(NotTransferable.class)
                .isThrownBy(() -> htex.submit(() -> connection.wire.hashCode()))
                .withMessageContaining("captured argument 0 of the lambda in ")
                .withMessageContaining("field wire of " + Connection.class.getName())
                .withMessageEndingWith(": java.net.Socket is not serializable");
        assertThat(get(before)).isEqualTo(1);
        assertThat(get(htex.submit(() -> 2))).isEqualTo(2);
        assertThat(htex.outstanding()).isZero();
    }

    @Test
    @SuppressWarnings("unchecked") // both are of that type
    void classThatWorkersDoNotHaveIsNamedWithTheFix() throws Exception {
        URL[] folders = {onlyHere.toUri().toURL(), there.toUri().toURL()};
        try (URLClassLoader loader = new URLClassLoader(folders, getClass().getClassLoader())) {
            Class<?> absent = loader.loadClass("absent.Absent");
            Class<?> caller = loader.loadClass("absent.Caller");
            for (Object body :
                    new Object[] {
                        absent.getConstructor().newInstance(),
                        absent.getMethod("lambda").invoke(null),
                        caller.getConstructor().newInstance()
                    }) {
                RemoteCallable<Integer> task = (RemoteCallable<Integer>) body;
                assertThat(task.call()).as("here it runs").isPositive();
                assertThat(failureAmongOthers(task))
                        .isInstanceOf(NotTransferable.class)
                        .hasMessageStartingWith("the task needs a class that is not on the class")
                        .hasMessageEndingWith(": absent.Absent; " + FIX);
            }
        }
    }

    @Test
    void resultThatCannotTravelIsNamedWithItsField() throws Exception {
        assertThat(failureAmongOthers(() -> List.of(1, new Connection())))
                .isInstanceOf(NotTransferable.class)
                .hasMessageStartingWith("the result cannot travel: [1]")
                .hasMessageEndingWith(
                        "field wire of "
                                + Connection.class.getName()
                                + ": java.net.Socket is not serializable");
    }

    /** A failure of the user's with such a field. */
    static final class Stuck extends RuntimeException {
        private static final long serialVersionUID = 1L;

        @SuppressWarnings("unused") // that is the point
        private final Connection connection = new Connection();

        Stuck(String message) {
            super(message);
        }
    }

    private static Integer throwStuck() {
        throw new Stuck("cannot go on");
    }

    @Test
    void failureThatCannotTravelArrivesAsItsDescription() throws Exception {
        Throwable failure = failureAmongOthers(() -> throwStuck());
        assertThat(failure)
                .isInstanceOf(RemoteFailure.class)
                .hasMessage(Stuck.class.getName() + ": cannot go on");
        assertThat(((RemoteFailure) failure).remoteTrace())
                .contains("at " + CannotTravelTest.class.getName() + ".throwStuck(");
    }
}
