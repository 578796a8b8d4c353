// SPDX-License-Identifier: Apache-2.0
package io.teff.executors.htex;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.zeromq.SocketType;
import org.zeromq.ZMQ;

/** What strangers send to the ports, and what users set that cannot be. */
final class HtexBadInputTest {
    private static final List<String> PORTS = List.of("tasks", "results", "commands", "workers");
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Charset LATIN = StandardCharsets.ISO_8859_1;

    @TempDir Path dir;

    private Settings settings() throws Exception {
        try (var files = Files.walk(dir)) {
            Path file =
                    files.filter(f -> f.toString().endsWith(".settings")).findFirst().orElseThrow();
            assertThat(Files.getPosixFilePermissions(file)).as("secrets are inside").hasSize(2);
            return Settings.read(file);
        }
    }

    private static void assertRuns(HtexExecutor htex) throws Exception {
        for (int i = 0; i < 20; i++) {
            int n = i;
            assertThat(htex.submit(() -> n).get(60, SECONDS)).isEqualTo(i);
        }
    }

    private static long rejected(HtexExecutor htex) throws Exception {
        return htex.admin().counters().get("rejected");
    }

    /** What is no message of ours, by what is wrong with it. */
    private static Map<String, byte[]> garbage(String port) {
        byte[] random = new byte[4096];
        new Random(7).nextBytes(random);
        byte[] behindGreeting = new byte[4096];
        new Random(8).nextBytes(behindGreeting);
        String type = port.equals("commands") ? "REQ" : "DEALER";
        byte[] ready =
                ("\u0005READY\u000bSocket-Type\0\0\0" + (char) type.length() + type)
                        .getBytes(LATIN);
        byte[] oversized = {2, 0, 0, 1, 0, 0, 0, 0, 0}; // its flags say long, and 2^40 bytes follow
        return Map.of(
                "random bytes", random,
                "zeros", new byte[4096],
                "a browser", "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(LATIN),
                "a password", join(greeting("PLAIN"), random),
                "noise after the greeting", join(greeting("NULL"), behindGreeting),
                "a command for a message", join(greeting("NULL"), new byte[] {0, 1, 7}),
                "an oversized frame",
                        join(
                                greeting("NULL"),
                                new byte[] {4, (byte) ready.length},
                                ready,
                                oversized));
    }

    /** The first bytes of a peer that speaks ZMTP 3. */
    private static byte[] greeting(String mechanism) {
        byte[] bytes = new byte[64];
        bytes[0] = (byte) 0xff;
        bytes[8] = 1;
        bytes[9] = 0x7f;
        bytes[10] = 3;
        System.arraycopy(mechanism.getBytes(LATIN), 0, bytes, 12, mechanism.length());
        return bytes;
    }

    private static byte[] join(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    /** Sends this and returns when the other side has closed the connection. */
    private static void sendUntilDropped(String endpoint, byte[] bytes, String what)
            throws Exception {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), portOf(endpoint))) {
            socket.setSoTimeout(20_000);
            OutputStream out = socket.getOutputStream();
            InputStream in = socket.getInputStream();
            try {
                out.write(bytes);
                out.flush();
                while (in.read() >= 0) {
                    Thread.onSpinWait(); // its greeting
                }
            } catch (SocketTimeoutException e) {
                throw new AssertionError("not dropped: " + what, e);
            } catch (SocketException dropped) {
                assertThat(dropped).hasMessageMatching("(?i).*(reset|broken|closed|aborted).*");
            }
        }
    }

    private static int portOf(String endpoint) {
        return Integer.parseInt(endpoint.substring(endpoint.lastIndexOf(':') + 1));
    }

    /** Sends as one who knows these settings, and stays connected until more are counted. */
    private static void assertCounted(
            HtexExecutor htex, int atLeast, Settings settings, String endpoint, byte[]... messages)
            throws Exception {
        long before = rejected(htex);
        ZMQ.Context context = ZMQ.context(1);
        boolean asks = endpoint.equals(settings.text("endpoint.commands"));
        SocketType type = asks ? SocketType.REQ : SocketType.DEALER;
        ZMQ.Socket socket = Zmq.client(context, type, settings);
        try {
            socket.setMaxMsgSize(-1);
            socket.connect(endpoint);
            for (byte[] message : messages) {
                assertThat(socket.send(message)).isTrue();
            }
            Awaitility.await()
                    .atMost(PATIENCE)
                    .untilAsserted(
                            () ->
                                    assertThat(rejected(htex))
                                            .as("at %s", endpoint)
                                            .isGreaterThanOrEqualTo(before + atLeast));
        } finally {
            socket.setLinger(0);
            socket.close();
            context.close();
        }
    }

    @Test
    void garbageIsDroppedAndCountedAtEveryPort() throws Exception {
        HtexConfig config = Children.tuned(dir).maxFrameBytes(100_000).build();
        try (HtexExecutor htex = new HtexExecutor(config)) {
            assertRuns(htex);
            assertGarbageIsDropped(htex, settings());
            assertThat(htex.admin().managers()).hasSize(1);
        }
        Children.assertNoneLeft(dir);
    }

    @Test
    void garbageIsDroppedAndCountedByParslDefaults() throws Exception {
        try (HtexExecutor htex = new HtexExecutor(Children.parsl(dir).build())) {
            assertRuns(htex);
            assertGarbageIsDropped(htex, settings());
            assertThat(htex.admin().managers()).hasSize(1);
        }
        Children.assertNoneLeft(dir);
    }

    private static void assertGarbageIsDropped(HtexExecutor htex, Settings ours) throws Exception {
        for (String port : PORTS) {
            for (Map.Entry<String, byte[]> garbage : garbage(port).entrySet()) {
                String what = garbage.getKey() + " at " + port;
                long before = rejected(htex);
                sendUntilDropped(ours.text("endpoint." + port), garbage.getValue(), what);
                Awaitility.await()
                        .atMost(PATIENCE)
                        .untilAsserted(
                                () -> assertThat(rejected(htex)).as(what).isGreaterThan(before));
            }
            assertRuns(htex);
        }
    }

    @Test
    void messagesThatAreNoneAreIgnoredAndCounted() throws Exception {
        HtexConfig config = Children.tuned(dir).maxFrameBytes(100_000).build();
        try (HtexExecutor htex = new HtexExecutor(config)) {
            assertRuns(htex);
            Settings ours = settings();
            for (String port : PORTS) {
                String endpoint = ours.text("endpoint." + port);
                assertCounted(htex, 1, ours, endpoint, new byte[] {5}); // without the token
                assertCounted(htex, 1, ours, endpoint, new byte[9 << 20]);
                assertRuns(htex);
            }
            byte[] wrong =
                    new Registration(
                                    "wrong",
                                    Frames.VERSION,
                                    17,
                                    "9",
                                    "host",
                                    1,
                                    1,
                                    1,
                                    Resources.cores(1),
                                    Map.of())
                            .toBytes();
            String workers = ours.text("endpoint.workers");
            assertCounted(htex, 3, ours, workers, new byte[0], new byte[] {1, 2, 3}, wrong);
            assertThat(htex.admin().managers()).hasSize(1);
            assertRuns(htex);
        }
        Children.assertNoneLeft(dir);
    }

    @Test
    void wrongCurveKeyGetsNowhereAndIsCounted() throws Exception {
        HtexConfig config = Children.tuned(dir).encrypted(true).build();
        try (HtexExecutor htex = new HtexExecutor(config)) {
            assertRuns(htex);
            Settings ours = settings();
            assertThat(ours.text("curve.server.secret")).as("not for managers").isEmpty();
            ZMQ.Curve.KeyPair other = ZMQ.Curve.generateKeyPair();
            Settings wrongServer = ours.with("curve.server.public", other.publicKey);
            for (String port : PORTS) {
                String endpoint = ours.text("endpoint." + port);
                assertCounted(htex, 1, wrongServer, endpoint, new byte[] {1});
                assertCounted(htex, 1, ours.with("encrypted", false), endpoint, new byte[] {1});
                assertRuns(htex);
            }
        }
        Children.assertNoneLeft(dir);
    }

    @Test
    void managerOfAnotherVersionPutsTheExecutorIntoBadState() throws Exception {
        HtexConfig config =
                Children.tuned(dir).jvmOptions("-Xmx64m", "-Dteff.htex.test.protocol=77").build();
        try (HtexExecutor htex = new HtexExecutor(config)) {
            assertThatExceptionOfType(ExecutionException.class)
                    .isThrownBy(() -> htex.submit(() -> 1).get(60, SECONDS))
                    .havingCause()
                    .isInstanceOf(ExecutorFailed.class)
                    .withMessageContaining("has protocol 77")
                    .withMessageContaining("start both with the same JDK");
            assertThatExceptionOfType(ExecutionException.class)
                    .isThrownBy(() -> htex.submit(() -> 2).get(60, SECONDS))
                    .withCauseInstanceOf(ExecutorFailed.class);
        }
        Children.assertNoneLeft(dir);
    }

    @Test
    void blocksThatCannotStartPutTheExecutorIntoBadState() throws Exception {
        HtexConfig config =
                Children.tuned(dir)
                        .launcher((command, tasks, nodes) -> "echo no such node >&2; exit 9")
                        .build();
        try (HtexExecutor htex = new HtexExecutor(config)) {
            assertThatExceptionOfType(ExecutionException.class)
                    .isThrownBy(() -> htex.submit(() -> 1).get(60, SECONDS))
                    .havingCause()
                    .isInstanceOf(ExecutorFailed.class)
                    .withMessageContaining("exit code 9")
                    .withMessageContaining("no such node");
        }
        Children.assertNoneLeft(dir);
    }

    @Test
    void settingsThatCannotBeAreRefusedByValue() {
        assertRefused(HtexConfig.tuned().address("0.0.0.0"), "encrypted(true): 0.0.0.0");
        assertRefused(HtexConfig.tuned().prefetch(-1), "-1");
        assertRefused(HtexConfig.tuned().workersPerNode(-2), "-2");
        assertRefused(HtexConfig.tuned().blocks(-3), "-3");
        assertRefused(HtexConfig.tuned().maxFrameBytes(3), ": 3");
        assertRefused(HtexConfig.tuned().ports(9, 8), "9, 8");
        assertRefused(HtexConfig.tuned().heartbeatThreshold(Duration.ofMillis(5)), "PT0.005S");
        assertRefused(HtexConfig.tuned().function("a b", a -> null), "a b");
        assertRefused(HtexConfig.tuned().allow("a..*.b"), "a..*.b");
        assertThat(HtexConfig.parslDefaults().address("0.0.0.0").build().toString())
                .contains("encrypted=true", "prefetch=0", "heartbeat=PT30S/PT2M");
    }

    private static void assertRefused(HtexConfig.Builder builder, String value) {
        assertThatIllegalArgumentException()
                .isThrownBy(builder::build)
                .withMessageContaining(value);
    }
}
