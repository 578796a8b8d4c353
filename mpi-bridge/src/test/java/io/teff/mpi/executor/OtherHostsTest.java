// SPDX-License-Identifier: Apache-2.0
package io.teff.mpi.executor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.teff.mpi.Ranks;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Ranks on hosts of their own, with TCP between them, fast and slow: scripts/netns makes the hosts. */
class OtherHostsTest {
    @TempDir Path folder;

    @BeforeAll
    static void isForRoot() {
        assumeTrue(
                Files.exists(Path.of("/etc/debian_version"))
                        && System.getProperty("user.name").equals("root"),
                "scripts/netns is for root of Linux");
    }

    private static Path script() {
        Path checkout = Path.of("").toAbsolutePath();
        while (!Files.exists(checkout.resolve("scripts/netns"))) {
            checkout = checkout.getParent();
        }
        return checkout.resolve("scripts/netns");
    }

    private Map<String, String> netns(String... args) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(script().toString()));
        command.addAll(List.of(args));
        Path out = folder.resolve("netns.txt");
        Process process =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(out.toFile())
                        .start();
        assertThat(process.waitFor(50, TimeUnit.SECONDS)).isTrue();
        String text = Files.readString(out, StandardCharsets.UTF_8);
        assertThat(process.exitValue()).as(text).isZero();
        Map<String, String> values = new HashMap<>();
        text.lines()
                .filter(line -> line.contains("="))
                .forEach(line -> values.put(line.split("=", 2)[0], line.split("=", 2)[1]));
        return values;
    }

    private Map<String, String> up(String delay) throws IOException, InterruptedException {
        return netns(
                "up",
                folder.resolve("hosts").toString(),
                "--delay",
                delay,
                "--with",
                Long.toString(ProcessHandle.current().pid()));
    }

    @AfterEach
    void down() throws IOException, InterruptedException {
        netns("down", folder.resolve("hosts").toString());
    }

    private static void check(Ranks.End end, String what) {
        assertThat(end.exitCode()).as(end.output()).isZero();
        assertThat(end.output()).contains(what + " went well on 2 ranks").contains("over messages");
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "100us", "1ms"})
    void ranksOfMpichWork(String delay) throws Exception {
        Map<String, String> hosts = up(delay);
        String first = hosts.get("HOSTS").split(",", 2)[0];
        List<String> launch =
                List.of(
                        "ip",
                        "netns",
                        "exec",
                        first,
                        "env",
                        "UCX_TLS=tcp,self", // it sees one machine
                        "mpiexec.mpich",
                        "-launcher",
                        "ssh",
                        "-launcher-exec",
                        hosts.get("AGENT"),
                        "-hosts",
                        hosts.get("HOSTS"),
                        "-localhost",
                        hosts.get("FIRST"),
                        "-n",
                        "2");
        check(Ranks.by(launch, MpiRanksMain.class, "calls"), "calls");
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "1ms"})
    void ranksOfOpenMpiWork(String delay) throws Exception {
        Map<String, String> hosts = up(delay);
        String first = hosts.get("HOSTS").split(",", 2)[0];
        String launch =
                "mpiexec.openmpi --mca plm_rsh_agent "
                        + hosts.get("AGENT")
                        + " --mca btl_tcp_if_include eth0 --mca oob_tcp_if_include eth0"
                        + " --mca pml ob1 --mca btl self,tcp --bind-to none -H "
                        + hosts.get("HOSTS")
                        + " -n 2 \"$@\"";
        check(
                Ranks.by(
                        List.of(
                                "ip",
                                "netns",
                                "exec",
                                first,
                                "unshare",
                                "--uts",
                                "sh",
                                "-c",
                                "hostname " + first + "; " + launch,
                                "sh"),
                        MpiRanksMain.class,
                        "calls"),
                "calls");
    }
}
