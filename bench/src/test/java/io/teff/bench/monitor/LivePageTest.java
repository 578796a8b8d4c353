// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import io.teff.bench.TeffCommand;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The page of a command's own engines, and how the command to serve one says what is wrong. */
class LivePageTest {
    @TempDir private Path folder;

    @Test
    void servesUntilItIsClosedAndLeavesNoProcess() throws Exception {
        URI uri;
        try (LivePage page = LivePage.start(List.of(folder))) {
            uri = URI.create(page.url());
            HttpResponse<String> response =
                    HttpClient.newHttpClient()
                            .send(
                                    HttpRequest.newBuilder(uri.resolve("api/engines")).build(),
                                    HttpResponse.BodyHandlers.ofString());
            assertThat(response.body()).isEqualTo("[]");
        }
        assertThat(ProcessHandle.current().descendants()).isEmpty();
    }

    private static String refused(String... arguments) {
        StringWriter err = new StringWriter();
        CommandLine command = TeffCommand.commandLine().setErr(new PrintWriter(err));
        assertThat(command.execute(arguments)).isEqualTo(2);
        return err.toString();
    }

    @Test
    void badInputIsNamed() throws Exception {
        Path foreign = Files.writeString(folder.resolve("foreign.teffmon"), "not of an engine");
        assertThat(refused("monitor", foreign.toString()))
                .contains(foreign.toString())
                .contains("no monitor file");
        assertThat(refused("monitor", folder.resolve("none").toString()))
                .contains("there is no file or folder");
        assertThat(refused("monitor", "--port", "70000")).contains("'70000'");
        assertThat(refused("monitor", "--address", "0.0.0.0", "--port", "0")).contains("--token");
    }
}
