// SPDX-License-Identifier: Apache-2.0
package io.teff.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.fail;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Files that come from elsewhere or go there, on each executor. */
@ParameterizedClass
@EnumSource(On.class)
class StagingTest {
    private static final Duration SOON = Duration.ofMinutes(1);

    private final On on;
    private final Executor executor;
    @TempDir private Path folder;
    private Flow flow;
    private App1<DataFile, String> read;

    StagingTest(On on) {
        this.on = on;
        executor = on.open();
    }

    @BeforeEach
    void open() {
        use(builder());
    }

    private FlowBuilder builder() {
        return Flow.builder().executor("default", executor).runDirectory(folder.resolve("runs"));
    }

    private void use(FlowBuilder builder) {
        flow = builder.build();
        read = flow.app("read", (DataFile file) -> Files.readString(file.path()));
    }

    @AfterEach
    void close() throws InterruptedException {
        flow.close(Exit.CANCEL);
        On.close(executor);
    }

    private static <X extends Throwable> X failure(AppFuture<?> future, Class<X> type) {
        ExecutionException e = catchThrowableOfType(ExecutionException.class, future::get);
        assertThat(e).as("failure of %s", future).isNotNull();
        assertThat(e.getCause()).isInstanceOf(type);
        return type.cast(e.getCause());
    }

    /** An app that writes its argument to a file. */
    private App2<DataFile, String, Path> write() {
        return flow.app(
                "write", (DataFile file, String text) -> Files.writeString(file.path(), text));
    }

    private DataFuture made(DataFile file, String text) {
        return write().with(o -> o.outputs(file)).call(file, text).outputs().get(0);
    }

    private DataFile local(String name) {
        return DataFile.of(folder.resolve(name));
    }

    private long copies() throws IOException {
        Path files = folder.resolve("runs/000/files");
        if (!Files.exists(files)) {
            return 0;
        }
        try (Stream<Path> all = Files.walk(files)) {
            return all.filter(Files::isRegularFile).count();
        }
    }

    // Files of this machine

    @Test
    void localFilesAreUsedWhereTheyLie() throws Exception {
        Path file = Files.writeString(folder.resolve("a"), "text");
        assertThat(read.call(DataFile.of(file)).get()).isEqualTo("text");
        flow.close();
        assertThat(flow.summary()).hasToString("all: 1 EXEC_DONE\nread: 1 EXEC_DONE");
        assertThat(folder.resolve("runs")).doesNotExist();
    }

    @Test
    void outputsAreFuturesForFurtherCalls() throws Exception {
        AppFuture<Path> call =
                write().with(o -> o.outputs(local("a"), local("b"))).call(local("a"), "x");
        assertThat(call.outputs()).hasSize(2);
        assertThat(call.outputs().get(0).file()).isEqualTo(local("a"));
        assertThat(failure(call, MissingOutputs.class).files()).containsExactly(local("b"));
        DataFuture a = made(local("a"), "y");
        assertThat(read.call(a).get()).isEqualTo("y");
        assertThat(a.get()).isEqualTo(local("a"));
    }

    @Test
    void missingOutputsFailTaskFileAndDependents() {
        App0<Integer> idle = flow.bashApp("idle", () -> "true");
        AppFuture<Integer> call = idle.with(o -> o.outputs(local("a"), local("b"))).call();
        assertThat(failure(call, MissingOutputs.class))
                .hasMessage(
                        "idle did not make %1$s/a, %1$s/b, which its outputs name"
                                .formatted(folder));
        DataFuture a = call.outputs().get(0);
        assertThat(failure(a, MissingOutputs.class).files()).hasSize(2);
        assertThat(failure(read.call(a), DependencyError.class))
                .hasCauseInstanceOf(MissingOutputs.class);
    }

    @Test
    void missingOutputsAreTriedAgain() throws Exception {
        AtomicInteger tries = new AtomicInteger();
        App0<Integer> late =
                flow.bashApp(
                        "late", () -> tries.incrementAndGet() < 3 ? "true" : "touch " + local("a"));
        assertThat(late.with(o -> o.retries(2).outputs(local("a"))).call().get()).isZero();
        assertThat(tries).hasValue(3);
    }

    @Test
    void inputsAreWaitedFor() throws Exception {
        App0<String> look = flow.app("look", () -> Files.readString(local("a").path()));
        CountDownLatch go = new CountDownLatch(1);
        App0<Path> slow =
                flow.app(
                        "slow",
                        () -> {
                            go.await();
                            return Files.writeString(local("a").path(), "there");
                        });
        if (on == On.DIRECT) {
            go.countDown(); // or nobody would
        }
        DataFuture a = slow.with(o -> o.outputs(local("a"))).call().outputs().get(0);
        AppFuture<String> found = look.with(o -> o.inputs(a)).call();
        go.countDown();
        assertThat(found.get()).isEqualTo("there");
    }

    @Test
    void cancelledTasksCancelTheirFiles() throws Exception {
        App0<Integer> sleep = flow.bashApp("sleep", () -> "sleep 100");
        AppFuture<Integer> call = sleep.with(o -> o.outputs(local("a"))).call();
        assertThat(call.cancel(true)).isTrue();
        await().atMost(SOON).until(call.outputs().get(0)::isCancelled);
    }

    // Unknown and impossible

    @Test
    void unknownSchemesAreRefusedByName() {
        DataFile file = DataFile.of("gopher://hole/x");
        String known = "[file, ftp, globus, http, https, mem, rsync, zip]";
        assertThatThrownBy(() -> read.call(file))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(
                        "nothing can fetch gopher://hole/x: its scheme 'gopher' is not one of "
                                + known);
        assertThatThrownBy(() -> read.with(o -> o.inputs(file)))
                .hasMessageStartingWith("nothing can fetch gopher://hole/x: its scheme 'gopher'");
        assertThatThrownBy(() -> read.with(o -> o.outputs(file)))
                .hasMessageStartingWith("nothing can bring a file to gopher://hole/x: its scheme");
        assertThatThrownBy(() -> read.with(o -> o.outputs(DataFile.of("http://host/x"))))
                .hasMessage(
                        "nothing can bring a file to http://host/x; FlowBuilder.staging adds a"
                                + " Staging that can");
        assertThatThrownBy(() -> read.call(DataFile.of("file://elsewhere/x")))
                .hasMessageStartingWith("file://elsewhere/x is on host elsewhere");
        assertThat(flow.summary().tasks()).isZero();
    }

    // Stagings of others

    /** Files in a map, by the scheme {@code map}. */
    private static class MapStaging implements Staging {
        final Map<String, String> files = new ConcurrentHashMap<>();
        final AtomicInteger fetches = new AtomicInteger();
        volatile boolean fails;

        @Override
        public boolean canStageIn(DataFile file) {
            return file.scheme().equals("map");
        }

        @Override
        public boolean canStageOut(DataFile file) {
            return file.scheme().equals("map");
        }

        @Override
        public void stageIn(DataFile file, Path to) throws IOException {
            fetches.incrementAndGet();
            Files.writeString(to, "half");
            if (fails) {
                throw new IOException("the map is torn");
            }
            Files.writeString(to, files.get(file.uri().getPath()));
        }

        @Override
        public void stageOut(Path from, DataFile file) throws IOException {
            if (fails) {
                throw new IOException("the map is full");
            }
            files.put(file.uri().getPath(), Files.readString(from));
        }
    }

    @Test
    void aFileIsFetchedOnceForManyTasks() throws Exception {
        MapStaging map = new MapStaging();
        map.files.put("/x", "text");
        use(builder().staging(map));
        List<AppFuture<String>> all = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            all.add(read.call(DataFile.of("map:/x")));
        }
        for (AppFuture<String> each : all) {
            assertThat(each.get()).isEqualTo("text");
        }
        assertThat(map.fetches).hasValue(1);
        assertThat(copies()).isEqualTo(1);
        flow.close();
        assertThat(flow.summary())
                .hasToString("all: 101 EXEC_DONE\nread: 100 EXEC_DONE\nstage-in: 1 EXEC_DONE");
    }

    @Test
    void aFailedFetchIsToldAndLeavesNothing() throws Exception {
        MapStaging map = new MapStaging();
        map.files.put("/x", "text");
        map.fails = true;
        use(builder().staging(map));
        DataFile file = DataFile.of("map:/x");
        DependencyError error = failure(read.call(file), DependencyError.class);
        assertThat(error)
                .hasMessage("read <- stage-in map:/x: cannot fetch map:/x: the map is torn")
                .hasCauseInstanceOf(StagingError.class)
                .hasRootCauseInstanceOf(IOException.class);
        assertThat(copies()).isZero();
        map.fails = false;
        assertThat(read.call(file).get()).as("another try").isEqualTo("text");
        assertThat(map.fetches).hasValue(2);
    }

    @Test
    void fetchesAreTriedAgainAsTheFlowSays() throws Exception {
        MapStaging map =
                new MapStaging() {
                    @Override
                    public void stageIn(DataFile file, Path to) throws IOException {
                        fails = fetches.get() < 2;
                        super.stageIn(file, to);
                    }
                };
        map.files.put("/x", "text");
        use(builder().staging(map).retries(2));
        assertThat(read.call(DataFile.of("map:/x")).get()).isEqualTo("text");
        assertThat(map.fetches).hasValue(3);
    }

    @Test
    void aFileIsPlacedWhereTheUserSays() throws Exception {
        MapStaging map = new MapStaging();
        map.files.put("/x", "text");
        use(builder().staging(map));
        DataFile file = DataFile.of("map:/x").at(folder.resolve("new/mine"));
        App0<String> look = flow.app("look", () -> Files.readString(file.path()));
        assertThat(look.with(o -> o.inputs(file)).call().get()).isEqualTo("text");
        assertThat(file.path()).hasContent("text");
        assertThat(copies()).isZero();
    }

    @Test
    void outputsAreBroughtWhereTheyBelong() throws Exception {
        MapStaging map = new MapStaging();
        use(builder().staging(map));
        DataFuture out = made(DataFile.of("map:/out"), "made");
        assertThat(out.get().path()).hasContent("made");
        assertThat(map.files).containsOnly(Map.entry("/out", "made"));
        assertThat(read.call(out).get()).isEqualTo("made");
        assertThat(read.call(out.get()).get()).isEqualTo("made");
        assertThat(map.fetches).as("it is here already").hasValue(0);
        flow.close();
        assertThat(flow.summary().count("stage-out", TaskState.EXEC_DONE)).isEqualTo(1);
    }

    @Test
    void whatWasFetchedIsForgottenWhenItIsMadeAnew() throws Exception {
        MapStaging map = new MapStaging();
        map.files.put("/x", "old");
        use(builder().staging(map));
        assertThat(read.call(DataFile.of("map:/x")).get()).isEqualTo("old");
        made(DataFile.of("map:/x"), "new").get();
        assertThat(read.call(DataFile.of("map:/x")).get()).isEqualTo("new");
    }

    @Test
    void aFailedStageOutFailsTheFileButNotTheTask() throws Exception {
        MapStaging map = new MapStaging();
        map.fails = true;
        use(builder().staging(map));
        DataFile out = DataFile.of("map:/out");
        AppFuture<Path> call = write().with(o -> o.outputs(out)).call(out, "made");
        assertThat(call.get()).hasContent("made");
        assertThat(failure(call.outputs().get(0), StagingError.class))
                .hasMessageEndingWith(" to map:/out: the map is full");
    }

    @Test
    void aFailedTaskBringsNothing() {
        MapStaging map = new MapStaging();
        use(builder().staging(map));
        AppFuture<Integer> call =
                flow.bashApp("bad", () -> "exit 2")
                        .with(o -> o.outputs(DataFile.of("map:/out")))
                        .call();
        assertThat(failure(call.outputs().get(0), DependencyError.class))
                .hasCauseInstanceOf(BashExitFailure.class);
        assertThat(map.files).isEmpty();
    }

    @Test
    void stagingMayBePartOfTheTask() throws Exception {
        MapStaging map = new MapStaging();
        map.files.put("/x", "text");
        use(builder().staging(Staging.inTask(map)));
        assertThat(read.call(DataFile.of("map:/x")).get()).isEqualTo("text");
        App2<DataFile, DataFile, Integer> copy =
                flow.bashApp("copy", (DataFile from, DataFile to) -> "cp " + from + " " + to);
        DataFile out = DataFile.of("map:/y");
        AppFuture<Integer> call = copy.with(o -> o.outputs(out)).call(DataFile.of("map:/x"), out);
        assertThat(call.get()).isZero();
        assertThat(map.files).containsEntry("/y", "text");
        assertThat(call.outputs().get(0).get().path()).hasContent("text");
        DataFile mine = DataFile.of("map:/x").at(folder.resolve("mine"));
        assertThat(
                        flow.bashApp("test", () -> "test -s " + mine)
                                .with(o -> o.inputs(mine))
                                .call()
                                .get())
                .isZero();
        map.fails = true;
        AppFuture<Path> bad = write().with(o -> o.outputs(out)).call(out, "made");
        assertThat(failure(bad, StagingError.class)).hasMessageEndingWith("the map is full");
        assertThat(failure(bad.outputs().get(0), StagingError.class)).isNotNull();
        AppFuture<Integer> worse = copy.with(o -> o.outputs(local("z"))).call(mine, local("z"));
        assertThat(failure(worse, StagingError.class)).hasMessageEndingWith("the map is torn");
        flow.close();
        assertThat(flow.summary().toString()).doesNotContain("stage-");
    }

    @Test
    void filesDeepInArgumentsAreFetched() throws Exception {
        MapStaging map = new MapStaging();
        map.files.put("/x", "x");
        use(builder().staging(map).resolver(Resolver.DEEP));
        App1<List<Object>, String> all =
                flow.app(
                        "all",
                        (List<Object> files) -> {
                            StringBuilder text = new StringBuilder();
                            for (Object file : files) {
                                text.append(Files.readString(((DataFile) file).path()));
                            }
                            return text.toString();
                        });
        DataFuture made = made(local("y"), "y");
        assertThat(all.call(List.of(DataFile.of("map:/x"), made)).get()).isEqualTo("xy");
        AppList<DataFile, Integer> count =
                flow.listApp("count", (List<DataFile> files) -> files.get(0).path().getNameCount());
        assertThat(count.call(List.of(DataFile.of("map:/x"))).get()).isPositive();
        assertThat(map.fetches).hasValue(1);
    }

    @Test
    void stagingTasksDoNotWaitForRoomInTheFlow() throws Exception {
        MapStaging map = new MapStaging();
        map.files.put("/x", "x");
        use(builder().staging(map).maxInFlight(1).rejectWhenFull());
        DataFile out = DataFile.of("map:/out");
        App1<DataFile, Integer> copy =
                flow.bashApp(
                        "copy",
                        (DataFile from) -> "cp " + from + " " + out.at(folder.resolve("o")));
        DataFile placed = out.at(folder.resolve("o"));
        AppFuture<Integer> call = copy.with(o -> o.outputs(placed)).call(DataFile.of("map:/x"));
        assertThat(call.outputs().get(0).get()).isEqualTo(placed);
        assertThat(map.files).containsEntry("/out", "x");
    }

    @Test
    void stagingsAreFoundAsServices() throws Exception {
        assertThat(read.call(DataFile.of("mem:/a/word")).get()).isEqualTo("word");
    }

    @Test
    void callsAfterCloseAreRefusedWithTheirFiles() {
        MapStaging map = new MapStaging();
        use(builder().staging(map));
        flow.close();
        assertThatThrownBy(() -> read.call(DataFile.of("map:/x")))
                .isInstanceOf(RejectedExecutionException.class);
        assertThat(flow.isIdle()).isTrue();
        assertThat(map.fetches).hasValue(0);
    }

    // http

    private static HttpServer serve(HttpServer server, AtomicInteger requests) {
        server.createContext(
                "/",
                exchange -> {
                    requests.incrementAndGet();
                    byte[] body = "a page".getBytes(StandardCharsets.UTF_8);
                    int status = 200;
                    switch (exchange.getRequestURI().getPath()) {
                        case "/page" -> {}
                        case "/moved" -> {
                            exchange.getResponseHeaders().add("Location", "page");
                            status = 302;
                        }
                        case "/round" -> {
                            exchange.getResponseHeaders().add("Location", "/round");
                            status = 301;
                        }
                        case "/away" -> {
                            exchange.getResponseHeaders().add("Location", "file:/etc/passwd");
                            status = 301;
                        }
                        case "/broken" -> status = 500;
                        default -> status = 404;
                    }
                    exchange.sendResponseHeaders(status, body.length);
                    exchange.getResponseBody().write(body);
                    exchange.close();
                });
        server.start();
        return server;
    }

    private static InetSocketAddress anyPort() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    }

    @Test
    void httpFilesAreFetchedAndErrorsTold() throws Exception {
        AtomicInteger requests = new AtomicInteger();
        HttpServer server = serve(HttpServer.create(anyPort(), 0), requests);
        String root = "http://127.0.0.1:" + server.getAddress().getPort();
        try {
            AppFuture<String> page = read.call(DataFile.of(root + "/page"));
            assertThat(read.call(DataFile.of(root + "/page")).get()).isEqualTo("a page");
            assertThat(page.get()).isEqualTo("a page");
            assertThat(requests).hasValue(1);
            assertThat(read.call(DataFile.of(root + "/moved")).get()).isEqualTo("a page");
            assertThat(failure(read.call(DataFile.of(root + "/none")), DependencyError.class))
                    .hasMessage(
                            "read <- stage-in %1$s/none: cannot fetch %1$s/none: the server says 404"
                                            .formatted(root)
                                    + " Not Found");
            assertThat(failure(read.call(DataFile.of(root + "/broken")), DependencyError.class))
                    .hasMessageContaining("the server says 500");
            assertThat(failure(read.call(DataFile.of(root + "/round")), DependencyError.class))
                    .hasMessageContaining("redirects more than 10 times");
            assertThat(failure(read.call(DataFile.of(root + "/away")), DependencyError.class))
                    .hasMessageContaining("the server redirects to file:/etc/passwd");
        } finally {
            server.stop(0);
        }
        assertThat(failure(read.call(DataFile.of(root + "/other")), DependencyError.class))
                .hasMessageContaining("Connection refused");
    }

    @Test
    void httpsFilesAreFetched() throws Exception {
        SSLContext context = selfSigned();
        HttpsServer server = HttpsServer.create(anyPort(), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(context));
        serve(server, new AtomicInteger());
        DataFile file = DataFile.of("https://localhost:" + server.getAddress().getPort() + "/page");
        SSLSocketFactory before = HttpsURLConnection.getDefaultSSLSocketFactory();
        try {
            assertThat(failure(read.call(file), DependencyError.class))
                    .as("nobody knows its certificate")
                    .hasRootCauseInstanceOf(GeneralSecurityException.class);
            HttpsURLConnection.setDefaultSSLSocketFactory(context.getSocketFactory());
            assertThat(read.call(file).get()).isEqualTo("a page");
        } finally {
            HttpsURLConnection.setDefaultSSLSocketFactory(before);
            server.stop(0);
        }
    }

    private SSLContext selfSigned() throws Exception {
        Path keys = folder.resolve("keys");
        String keytool = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
        run(
                keytool,
                "-genkeypair",
                "-alias",
                "test",
                "-keyalg",
                "EC",
                "-dname",
                "CN=localhost",
                "-ext",
                "san=dns:localhost",
                "-storetype",
                "PKCS12",
                "-keystore",
                keys.toString(),
                "-storepass",
                "secret",
                "-validity",
                "2");
        KeyStore store = KeyStore.getInstance(keys.toFile(), "secret".toCharArray());
        KeyManagerFactory own =
                KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        own.init(store, "secret".toCharArray());
        TrustManagerFactory trust =
                TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(own.getKeyManagers(), trust.getTrustManagers(), null);
        return context;
    }

    private static void run(String... command) throws Exception {
        Process process =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start();
        assertThat(process.waitFor()).as("%s", List.of(command)).isZero();
    }

    @Test
    void aServerThatFallsSilentTimesOut() throws Exception {
        use(builder().staging(new HttpStaging(300)));
        try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            DataFile file = DataFile.of("http://127.0.0.1:" + silent.getLocalPort() + "/x");
            assertThat(failure(read.call(file), DependencyError.class))
                    .hasRootCauseInstanceOf(SocketTimeoutException.class);
        }
    }

    @Test
    void aTransferThatEndsTooSoonOrIsCancelledLeavesNothing() throws Exception {
        CountDownLatch sending = new CountDownLatch(1);
        CountDownLatch called = new CountDownLatch(1);
        try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            String root = "http://127.0.0.1:" + server.getLocalPort();
            Thread thread = new Thread(() -> dribble(server, sending), "dribble");
            thread.start();
            assertThat(failure(read.call(DataFile.of(root + "/short")), DependencyError.class))
                    .hasRootCauseInstanceOf(IOException.class);
            assertThat(copies()).isZero();
            Thread closer =
                    new Thread(
                            () -> {
                                try {
                                    sending.await();
                                    called.await();
                                } catch (InterruptedException e) {
                                    throw new AssertionError(e);
                                }
                                flow.close(Exit.CANCEL);
                            },
                            "closer");
            closer.start();
            assertCancelled(DataFile.of(root + "/endless"), called);
            closer.join();
            thread.join();
            await().atMost(SOON).until(() -> copies() == 0);
        }
    }

    /** Sends half of a file and hangs up; then one without an end, until the other hangs up. */
    private static void dribble(ServerSocket server, CountDownLatch sending) {
        String head = "HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\nhalf";
        try (Socket first = server.accept()) {
            first.getInputStream().read(new byte[4096]);
            first.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        try (Socket second = server.accept()) {
            second.getInputStream().read(new byte[4096]);
            second.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
            sending.countDown();
            for (int i = 0; i < 2_000; i++) {
                second.getOutputStream().write(new byte[100]);
                TimeUnit.MILLISECONDS.sleep(10);
            }
            throw new AssertionError("nobody hung up");
        } catch (IOException e) {
            return; // as it should be
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    // ftp

    @Test
    void ftpFilesGoInAndOut() throws Exception {
        try (FtpServer server = new FtpServer()) {
            byte[] big = new byte[300_000];
            new Random(1).nextBytes(big);
            server.files.put("/dir/big", big);
            App1<DataFile, byte[]> bytes =
                    flow.app("bytes", (DataFile file) -> Files.readAllBytes(file.path()));
            assertThat(bytes.call(DataFile.of(server.uri("/dir/big"))).get()).isEqualTo(big);
            made(DataFile.of(server.uri("/dir/out")), "made").get();
            assertThat(server.files.get("/dir/out")).asString().isEqualTo("made");
            assertThat(server.commands).contains("USER user", "PASS secret", "TYPE I");
            assertThat(failure(read.call(DataFile.of(server.uri("/none"))), DependencyError.class))
                    .hasMessageStartingWith("read <- stage-in ftp://user:***@127.0.0.1:")
                    .hasMessageContaining("/none: cannot fetch ftp://user:***@");
            assertThat(
                            failure(
                                    made(DataFile.of(server.uri("/readonly/x")), "y"),
                                    StagingError.class))
                    .hasMessageContaining("/readonly/x");
            server.losesHalf = true;
            assertThat(
                            failure(
                                    made(DataFile.of(server.uri("/dir/half")), "1234"),
                                    StagingError.class))
                    .hasMessageEndingWith("sent 4 bytes, but the server has 2");
        }
    }

    // zip

    @Test
    void zipMembersGoInAndOut() throws Exception {
        String archive = "zip:" + folder + "/sub/a.zip";
        List<DataFuture> made = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            made.add(made(DataFile.of(archive + "/in/side/" + i), "text " + i));
        }
        for (DataFuture each : made) {
            each.get();
        }
        made(DataFile.of(archive + "/in/side/7"), "replaced").get();
        use(builder());
        for (int i = 0; i < 20; i++) {
            assertThat(read.call(DataFile.of(archive + "/in/side/" + i)).get())
                    .isEqualTo(i == 7 ? "replaced" : "text " + i);
        }
        assertThat(failure(read.call(DataFile.of(archive + "/none")), DependencyError.class))
                .hasMessageEndingWith("none: there is no such member in the archive");
        assertThat(
                        failure(
                                read.call(DataFile.of("zip:" + folder + "/b.zip/x")),
                                DependencyError.class))
                .hasMessageEndingWith("b.zip: there is no such archive");
        assertThatThrownBy(() -> read.call(DataFile.of("zip://host/a.zip/x")))
                .hasMessageStartingWith("zip://host/a.zip/x has a host, host");
        assertThatThrownBy(() -> read.call(DataFile.of("zip:/a.tar/x")))
                .hasMessageStartingWith("zip:/a.tar/x names no member");
        Path broken = Files.writeString(folder.resolve("broken.zip"), "no archive");
        assertThat(failure(read.call(DataFile.of("zip:" + broken + "/x")), DependencyError.class))
                .hasMessageContaining("cannot fetch zip:" + broken + "/x");
    }

    // rsync

    @Test
    void rsyncFilesGoInAndOutByServerAndByPath() throws Exception {
        if (Stream.of(System.getenv("PATH").split(":", -1))
                .noneMatch(path -> Files.isExecutable(Path.of(path, "rsync")))) {
            fail("there is no rsync on the PATH. Type: apt-get install -y rsync");
        }
        Path served = Files.createDirectory(folder.resolve("served"));
        Files.writeString(served.resolve("a b"), "text");
        int port = 0;
        String user = System.getProperty("user.name");
        Path config = folder.resolve("rsyncd.conf");
        Files.writeString(
                config,
                "use chroot = no\nlog file = %1$s/log\npid file = %1$s/pid\n[data]\npath = %2$s\nread only = no\n%3$s"
                        .formatted(
                                folder,
                                served,
                                // which as root would rather be nobody
                                user.equals("root") ? "uid = root\ngid = *\n" : ""));
        Process server = null;
        while (server == null) {
            port = freePort();
            server = rsyncDaemon(port, config);
        }
        try {
            String root = "rsync://127.0.0.1:" + port + "/data/";
            assertThat(read.call(DataFile.of("rsync:" + served + "/a%20b")).get())
                    .isEqualTo("text");
            made(DataFile.of(root + "out"), "made").get();
            assertThat(served.resolve("out")).hasContent("made");
            Files.writeString(served.resolve("in"), "fetched");
            assertThat(read.call(DataFile.of(root + "in")).get()).isEqualTo("fetched");
            assertThat(failure(read.call(DataFile.of(root + "none")), DependencyError.class))
                    .hasMessageContaining(
                            "cannot fetch " + root + "none: rsync failed with exit code")
                    .hasMessageContaining("No such file or directory");
            assertThat(failure(made(DataFile.of("rsync:/proc/no/x"), "y"), StagingError.class))
                    .hasMessageContaining("rsync failed with exit code");
        } finally {
            server.destroy();
            assertThat(server.waitFor(20, TimeUnit.SECONDS)).isTrue();
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return free.getLocalPort();
        }
    }

    /** One that takes connections; null if it has ended, since others were faster at the port. */
    private static Process rsyncDaemon(int port, Path config) throws IOException {
        Process server =
                new ProcessBuilder(
                                "rsync",
                                "--daemon",
                                "--no-detach",
                                "--address=127.0.0.1",
                                "--port=" + port,
                                "--config=" + config)
                        .inheritIO()
                        .start();
        await().atMost(SOON).ignoreExceptions().until(() -> !server.isAlive() || connects(port));
        return server.isAlive() ? server : null;
    }

    private static boolean connects(int port) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        }
    }

    // Programs that are missing, and Globus

    @Test
    void missingProgramsAreNamedWithTheFix() {
        Tool globus = new Tool("globus", folder.toString());
        use(
                builder()
                        .staging(new GlobusStaging(globus, null))
                        .staging(new RsyncStaging(new Tool("rsync", folder.toString()))));
        assertThat(failure(read.call(DataFile.of("globus://there/x")), DependencyError.class))
                .hasMessageEndingWith(
                        "cannot fetch globus://there/x: there is no globus on the PATH; install the"
                                + " Globus command-line client by pipx install globus-cli, and log in"
                                + " by globus login");
        assertThat(failure(read.call(DataFile.of("rsync:/x")), DependencyError.class))
                .hasMessageEndingWith(
                        "there is no rsync on the PATH; install it, for example by apt-get install"
                                + " rsync");
        assertThatThrownBy(() -> read.call(DataFile.of("globus:/x")))
                .hasMessage("globus:/x names no endpoint: write globus://endpoint/path");
    }

    /** A client that copies files of endpoint {@code there} from and to a folder. */
    private Tool fakeGlobus(String waiting, String status) throws IOException {
        Path bin = Files.createDirectories(folder.resolve("bin"));
        Files.createDirectories(folder.resolve("there"));
        Path program = bin.resolve("globus");
        Files.writeString(
                program,
                """
                #!/bin/sh
                echo "$*" >> %1$s/calls
                case "$1 $2" in
                "endpoint local-id") echo here ;;
                "transfer --notify")
                    from=$(echo "$4" | sed 's#^here:##;s#^there:#%1$s/there#')
                    to=$(echo "$5" | sed 's#^here:##;s#^there:#%1$s/there#')
                    cp "$from" "$to" && echo 11-22 ;;
                "task wait") %2$s ;;
                "task show") echo %3$s ;;
                "task cancel") touch %1$s/cancelled ;;
                *) echo "what is $*?" >&2; exit 2 ;;
                esac
                """
                        .formatted(folder, waiting, status));
        assertThat(program.toFile().setExecutable(true)).isTrue();
        return new Tool("globus", bin + ":" + System.getenv("PATH"));
    }

    @Test
    void globusFilesGoInAndOutByItsClient() throws Exception {
        use(builder().staging(new GlobusStaging(fakeGlobus("true", "SUCCEEDED"), null)));
        Files.writeString(folder.resolve("there/x"), "text");
        assertThat(read.call(DataFile.of("globus://there/x")).get()).isEqualTo("text");
        made(DataFile.of("globus://there/y").at(folder.resolve("y")), "made").get();
        assertThat(folder.resolve("there/y")).hasContent("made");
        List<String> calls = Files.readAllLines(folder.resolve("calls"));
        assertThat(calls).hasSize(8);
        assertThat(calls.get(0)).isEqualTo("endpoint local-id");
        assertThat(calls.get(1))
                .startsWith("transfer --notify off there:/x here:" + folder + "/runs/")
                .endsWith(" --format unix --jmespath task_id");
        assertThat(calls.get(2)).isEqualTo("task wait 11-22");
        assertThat(calls.get(3)).isEqualTo("task show 11-22 --format unix --jmespath status");
        assertThat(calls.get(5))
                .isEqualTo(
                        "transfer --notify off here:%s/y there:/y --format unix --jmespath task_id"
                                .formatted(folder));
    }

    @Test
    void globusFailuresAreTold() throws Exception {
        use(builder().staging(new GlobusStaging(fakeGlobus("true", "FAILED"), "here")));
        Files.writeString(folder.resolve("there/x"), "text");
        assertThat(failure(read.call(DataFile.of("globus://there/x")), DependencyError.class))
                .hasMessageEndingWith("Globus task 11-22 ended as FAILED");
        assertThat(failure(read.call(DataFile.of("globus://there/none")), DependencyError.class))
                .hasMessageContaining("globus failed with exit code 1: cp: ");
        assertThat(copies()).isZero();
    }

    @Test
    void aCancelledGlobusTransferIsCancelledThere() throws Exception {
        use(builder().staging(new GlobusStaging(fakeGlobus("exec sleep 100", "ACTIVE"), "here")));
        Files.writeString(folder.resolve("there/x"), "text");
        CountDownLatch called = new CountDownLatch(1);
        Thread closer =
                new Thread(
                        () -> {
                            Path calls = folder.resolve("calls");
                            await().atMost(SOON)
                                    .until(
                                            () ->
                                                    Files.exists(calls)
                                                            && Files.readString(calls)
                                                                    .contains("task wait")
                                                            && called.getCount() == 0);
                            flow.close(Exit.CANCEL);
                        },
                        "closer");
        closer.start();
        assertCancelled(DataFile.of("globus://there/x"), called);
        closer.join();
        await().atMost(SOON).until(() -> Files.exists(folder.resolve("cancelled")));
        await().atMost(SOON).until(() -> copies() == 0);
    }

    /**
     * A call whose flow is closed while its file is fetched. Where that is done by whoever calls, the
     * call has not begun by then and is rejected; elsewhere the flow is closed once it has {@code
     * called}.
     */
    private void assertCancelled(DataFile file, CountDownLatch called) {
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
    }
}
