// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.monitor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the server of the monitor gives, to whom, and what it refuses. */
class MonitorServerTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir private Path folder;
    private SimulatedEngine engine;
    private MonitorServer server;
    private final HttpClient client = HttpClient.newHttpClient();

    @BeforeEach
    void start() throws IOException {
        engine = new SimulatedEngine(folder.resolve("a.teffmon"), 4);
        engine.advance(10);
        server = Pages.serve(folder);
    }

    @AfterEach
    void close() throws IOException {
        server.close();
        engine.close();
    }

    private HttpResponse<byte[]> get(String path) throws IOException, InterruptedException {
        URI uri = URI.create("http://127.0.0.1:" + server.port() + path);
        return client.send(
                HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofByteArray());
    }

    private static String text(HttpResponse<byte[]> response) {
        return new String(response.body(), StandardCharsets.UTF_8);
    }

    private String id() throws IOException, InterruptedException {
        return JSON.readTree(get("/api/engines").body()).get(0).get("id").asText();
    }

    /** The first event of that name that comes in a stream of its own. */
    private JsonNode event(String name) throws IOException, InterruptedException {
        URI uri = URI.create("http://127.0.0.1:" + server.port() + "/api/stream?engine=" + id());
        HttpResponse<InputStream> response =
                client.send(
                        HttpRequest.newBuilder(uri).build(),
                        HttpResponse.BodyHandlers.ofInputStream());
        assertThat(response.headers().firstValue("Content-Type"))
                .hasValue("text/event-stream; charset=utf-8");
        try (BufferedReader lines =
                new BufferedReader(
                        new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
            String line;
            while ((line = lines.readLine()) != null) {
                if (line.equals("event: " + name)) {
                    return JSON.readTree(lines.readLine().substring("data: ".length()));
                }
            }
        }
        throw new AssertionError("the stream ended without " + name);
    }

    @Test
    void everyFileOfThePageIsServedAndRefersToNoOtherHost() throws Exception {
        assertThat(text(get("/"))).contains("app.js");
        for (String file : List.of("app.js", "timeline.js", "style.css", "uplot.js", "uplot.css")) {
            HttpResponse<byte[]> response = get("/" + file);
            assertThat(response.statusCode()).as(file).isEqualTo(200);
            assertThat(response.headers().firstValue("Content-Security-Policy"))
                    .hasValue("default-src 'self'; frame-ancestors 'none'");
        }
        for (String file : List.of("", "app.js", "store.js", "style.css", "charts.js")) {
            assertThat(text(get("/" + file)))
                    .as(file)
                    .doesNotContain("https:")
                    .doesNotContain("//cdn");
        }
    }

    @Test
    void snapshotsCarryTheNumbersOfTheFile() throws Exception {
        JsonNode facts = event("engine");
        assertThat(facts.get("workers").asInt()).isEqualTo(4);
        assertThat(facts.get("counters").findValuesAsText("name")).contains("tasks", "steals");
        JsonNode snapshot = event("snapshot");
        long tasks = 0;
        for (JsonNode worker : snapshot.get("workers")) {
            tasks += worker.get("counters").get(0).asLong();
        }
        assertThat(tasks).isEqualTo(engine.tasks());
        assertThat(snapshot.get("apps")).hasSize(5);
        assertThat(snapshot.get("latency").get("run").get("count").asLong()).isEqualTo(40);
    }

    @Test
    void theStreamSaysThatAnEngineHasEnded() throws Exception {
        engine.close();
        assertThat(event("ended").get("killed").asBoolean()).isFalse();
    }

    @Test
    void theTimelineHasEveryEventOrSumsUp() throws Exception {
        String id = id();
        event("snapshot"); // it is watched from now on
        engine.advance(20);
        awaitDetail(id);
        HttpResponse<byte[]> response =
                get("/api/timeline?engine=" + id + "&from=0&to=9000000000000&columns=100");
        ByteBuffer out = ByteBuffer.wrap(response.body()).order(ByteOrder.LITTLE_ENDIAN);
        assertThat(out.getInt(24)).isEqualTo(4);
        assertThat(out.getInt(28)).isEqualTo(100);
        int events = out.getInt(32);
        assertThat(out.getInt(36)).isEqualTo(1);
        // Each worker: 30 times two stretches, and what it is at; 48 tiles among all.
        assertThat(events).isEqualTo(4 * (2 * 30 + 1) + 48);
        assertThat(response.body()).hasSize(40 + events * 32 + 4 * 100 * 2);
    }

    private void awaitDetail(String id) throws Exception {
        int expected = 4 * (2 * 30 + 1) + 48;
        String path = "/api/timeline?engine=" + id + "&from=0&to=9000000000000&columns=1";
        while (ByteBuffer.wrap(get(path).body()).order(ByteOrder.LITTLE_ENDIAN).getInt(32)
                < expected) {
            Thread.sleep(20);
        }
    }

    @Test
    void tilesComeByIteration() throws Exception {
        String id = id();
        event("snapshot");
        HttpResponse<byte[]> response = get("/api/tiles?engine=" + id + "&iteration=-1");
        ByteBuffer out = ByteBuffer.wrap(response.body()).order(ByteOrder.LITTLE_ENDIAN);
        assertThat(out.getInt(0)).isEqualTo(24);
        assertThat(out.getInt(4)).isEqualTo(24);
        assertThat(out.getInt(8)).isEqualTo(1);
        int done = 0;
        for (int i = 0; i < 24 * 24; i++) {
            done += out.getInt(24 + 12 * 24 * 24 + 4 * i) >= 0 ? 1 : 0;
        }
        assertThat(done).isEqualTo(24);
        assertThat(get("/api/tiles?engine=" + id + "&iteration=-1&board=7").statusCode())
                .isEqualTo(204);
    }

    @Test
    void namesAreGivenById() throws Exception {
        event("snapshot");
        assertThat(
                        JSON.readTree(get("/api/names?engine=" + id() + "&ids=1,2").body())
                                .get("1")
                                .asText())
                .isEqualTo("fib");
    }

    @Test
    void badRequestsAreAnsweredInWords() throws Exception {
        assertThat(get("/../../etc/passwd").statusCode()).isEqualTo(404);
        assertThat(get("/%2e%2e/%2e%2e/etc/passwd").statusCode()).isEqualTo(404);
        assertThat(get("/api/stream?engine=../a.teffmon").statusCode()).isEqualTo(404);
        assertThat(text(get("/api/timeline?engine=" + id() + "&from=x&to=1&columns=1")))
                .isEqualTo("from must be a whole number: 'x'");
        assertThat(text(get("/api/names?engine=" + id() + "&ids=a"))).contains("'a'");
    }

    @Test
    void anUnreadableFileIsNotListedAndNotServed() throws Exception {
        Files.writeString(folder.resolve("b.teffmon"), "not of an engine");
        assertThat(JSON.readTree(get("/api/engines").body())).hasSize(1);
    }

    @Test
    void aReplacedFileEndsTheStreamWithAReason() throws Exception {
        String id = id();
        event("snapshot");
        try (SimulatedEngine other = new SimulatedEngine(folder.resolve("a.teffmon"), 2)) {
            other.advance(1);
            while (get("/api/stream?engine=" + id).statusCode() == 200) {
                Thread.sleep(20);
            }
            assertThat(JSON.readTree(get("/api/engines").body()).get(0).get("workers").asInt())
                    .isEqualTo(2);
        }
    }

    @Test
    void whoHasTheTokenMayLook() throws Exception {
        server.close();
        server = Pages.serve(folder, "a secret token");
        assertThat(get("/api/engines").statusCode()).isEqualTo(403);
        assertThat(get("/api/engines?token=a%20wrong%20token").statusCode()).isEqualTo(403);
        assertThat(get("/").statusCode()).isEqualTo(403);
        assertThat(get("/?token=a%20secret%20token").statusCode()).isEqualTo(200);
        assertThat(get("/api/engines?token=a+secret+token").statusCode()).isEqualTo(200);
    }

    @Test
    void otherMachinesNeedAToken() throws IOException {
        InetAddress any = InetAddress.getByName("0.0.0.0");
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () ->
                                new MonitorServer(
                                        new InetSocketAddress(any, 0), null, List.of(folder)))
                .withMessageContaining("0.0.0.0")
                .withMessageContaining("--token");
    }

    @Test
    void aNameThatWasMadeToLeadHereIsRefused() throws Exception {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            socket.getOutputStream()
                    .write(
                            "GET /api/engines HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n"
                                    .getBytes(StandardCharsets.US_ASCII));
            String answer =
                    new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(answer).startsWith("HTTP/1.1 403");
        }
    }
}
