// SPDX-License-Identifier: Apache-2.0
package io.teff.executors.htex;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
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

    private static void assertRejectedMoreThan(HtexExecutor htex, long before, String what) {
        Awaitility.await()
                .untilAsserted(() -> assertThat(rejected(htex)).as(what).isGreaterThan(before));
    }

    private static void sendRawGarbage(String endpoint, long seed) throws Exception {
        int port = Integer.parseInt(endpoint.substring(endpoint.lastIndexOf(':') + 1));
        byte[] garbage = new byte[4096];
        new Random(seed).nextBytes(garbage);
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(300);
            OutputStream out = socket.getOutputStream();
            InputStream in = socket.getInputStream();
            try {
                out.write(garbage);
                out.flush();
                while (in.read() >= 0) {
                    Thread.onSpinWait(); // its greeting
                }
            } catch (SocketException | SocketTimeoutException dropped) {
                assertThat(dropped).hasMessageMatching("(?i).*(reset|broken|timed out|closed).*");
            }
        }
    }

    private static void sendAs(Settings settings, String endpoint, byte[]... messages)
            throws Exception {
        sendAs(150, settings, endpoint, messages);
    }

    /** As one who is let in, and stays until all has left: a handshake may have to be repeated. */
    private static void deliverAs(Settings settings, String endpoint, byte[]... messages)
            throws Exception {
        sendAs(5_000, settings, endpoint, messages);
    }

    private static void sendAs(int lingerMs, Settings settings, String endpoint, byte[]... messages)
            throws Exception {
        ZMQ.Context context = ZMQ.context(1);
        boolean asks = endpoint.equals(settings.text("endpoint.commands"));
        SocketType type = asks ? SocketType.REQ : SocketType.DEALER;
        ZMQ.Socket socket = Zmq.client(context, type, settings);
        socket.setMaxMsgSize(-1);
        socket.setSendTimeOut(300);
        socket.connect(endpoint);
        for (byte[] message : messages) {
            socket.send(message);
        }
        socket.setLinger(lingerMs); // closing waits no longer than it takes to send
        socket.close();
        context.close();
    }

    @Test
    void strangersAreDroppedAndCounted() throws Exception {
        HtexConfig config = Children.tuned(dir).maxFrameBytes(100_000).build();
        try (HtexExecutor htex = new HtexExecutor(config)) {
            assertRuns(htex);
            Settings ours = settings();
            for (String port : PORTS) {
                String endpoint = ours.text("endpoint." + port);
                sendRawGarbage(endpoint, 7);
                assertRuns(htex);
                long before = rejected(htex);
                deliverAs(ours, endpoint, new byte[] {5});
                assertRejectedMoreThan(htex, before, "no token at " + port);
                assertRuns(htex);
            }
            String workers = ours.text("endpoint.workers");
            long before = rejected(htex);
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
            deliverAs(ours, workers, new byte[0], new byte[] {1, 2, 3}, wrong);
            assertRejectedMoreThan(htex, before + 2, "three messages that are none");
            assertThat(htex.admin().managers()).hasSize(1);

            before = rejected(htex);
            deliverAs(ours, workers, new byte[9 << 20]);
            assertRejectedMoreThan(htex, before, "an oversized frame");
            assertRuns(htex);
        }
        Children.assertNoneLeft(dir);
    }

    @Test
    void wrongCurveKeyGetsNowhere() throws Exception {
        HtexConfig config = Children.tuned(dir).encrypted(true).build();
        try (HtexExecutor htex = new HtexExecutor(config)) {
            assertRuns(htex);
            Settings ours = settings();
            assertThat(ours.text("curve.server.secret")).as("not for managers").isEmpty();
            ZMQ.Curve.KeyPair other = ZMQ.Curve.generateKeyPair();
            Settings wrongServer = ours.with("curve.server.public", other.publicKey);
            for (String port : PORTS) {
                String endpoint = ours.text("endpoint." + port);
                sendAs(wrongServer, endpoint, new byte[] {1});
                sendAs(ours.with("encrypted", false), endpoint, new byte[] {1});
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
