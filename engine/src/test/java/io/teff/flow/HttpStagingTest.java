// SPDX-License-Identifier: Apache-2.0
package io.teff.flow;

import static org.assertj.core.api.Assertions.assertThat;
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
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Files of HTTP servers, on each executor. */
@ParameterizedClass
@EnumSource(On.class)
class HttpStagingTest extends OnEachStaging {
    HttpStagingTest(On on) {
        super(on);
    }

    private static InetSocketAddress anyPort() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    }

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
        try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            String root = "http://127.0.0.1:" + server.getLocalPort();
            Thread thread = new Thread(() -> dribble(server, sending), "dribble");
            thread.start();
            assertThat(failure(read.call(DataFile.of(root + "/short")), DependencyError.class))
                    .hasRootCauseInstanceOf(IOException.class);
            assertThat(copies()).isZero();
            assertCancelled(DataFile.of(root + "/endless"), () -> sending.getCount() == 0);
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
}
