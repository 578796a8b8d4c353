// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.uts;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.teff.bench.TeffCommand;
import io.teff.mpi.MpiLauncher;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The command on several ranks, under both launchers. */
@Timeout(240)
class UtsOnRanksTest {
    private static final long LIMIT_S = 120;

    @TempDir Path folder;

    @ParameterizedTest
    @CsvSource({"mpiexec.mpich, 2", "mpiexec.openmpi, 2", "mpiexec.mpich, 3"})
    void ranksFindTheTreeTogether(String launcher, int ranks) throws Exception {
        String output = run(launcher, ranks, "--tree", "T1", "--rounds", "2", "--mpi", "--json");
        JsonNode rows = new ObjectMapper().readTree(output).get("rows");
        assertThat(rows).hasSize(5); // the hashes alone, and four figures
        for (JsonNode row : rows) {
            assertThat(row.get("verified").booleanValue()).as(row.toString()).isTrue();
        }
        JsonNode search = rows.get(1);
        assertThat(search.get("contender").textValue()).isEqualTo("mpi");
        assertThat(search.get("workers").intValue()).isEqualTo(ranks);
        assertThat(search.get("params").get("ranks").intValue()).isEqualTo(ranks);
        assertThat(search.get("params").get("nodes").longValue()).isEqualTo(4_130_071);
        assertThat(search.get("params").get("leaves").longValue()).isEqualTo(3_305_118);
        assertThat(search.get("params").get("depth").longValue()).isEqualTo(10);
    }

    private String run(String launcher, int ranks, String... args) throws Exception {
        MpiLauncher found =
                MpiLauncher.find(System.getenv("PATH")).stream()
                        .filter(one -> one.name().equals(launcher))
                        .findFirst()
                        .orElseThrow(
                                () ->
                                        new AssertionError(
                                                launcher + " is missing: run scripts/test"));
        List<String> command = new ArrayList<>(found.command(ranks));
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-Xmx256m", "-XX:+UseSerialGC"));
        if (Runtime.version().feature() >= 22) {
            command.add("--enable-native-access=ALL-UNNAMED");
        }
        String path = System.getProperty("java.class.path");
        command.addAll(List.of("-cp", path, TeffCommand.class.getName(), "uts"));
        command.addAll(List.of(args));
        File out = folder.resolve("out").toFile();
        File err = folder.resolve("err").toFile();
        ProcessBuilder builder = new ProcessBuilder(command).redirectOutput(out).redirectError(err);
        builder.environment().put("OMPI_ALLOW_RUN_AS_ROOT", "1");
        builder.environment().put("OMPI_ALLOW_RUN_AS_ROOT_CONFIRM", "1");
        Process process = builder.start();
        try {
            assertThat(process.waitFor(LIMIT_S, TimeUnit.SECONDS))
                    .as(() -> "it still runs: " + command)
                    .isTrue();
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
        String output = Files.readString(out.toPath());
        assertThat(process.exitValue()).as(output + Files.readString(err.toPath())).isZero();
        return output;
    }
}
