// SPDX-License-Identifier: Apache-2.0
package io.teff.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Files that rsync copies, from a server and from a path, on each executor. */
@ParameterizedClass
@EnumSource(On.class)
class RsyncStagingTest extends OnEachStaging {
    RsyncStagingTest(On on) {
        super(on);
    }

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
}
