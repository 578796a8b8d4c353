// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.monitor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.teff.bench.TeffCommand;
import io.teff.bench.browser.Browser;
import io.teff.bench.browser.Page;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The ranks of an MPI program side by side on the page, each from its own file. */
@Timeout(180)
class RanksPageTest {
    private static final Duration SOON = Duration.ofMinutes(1);
    private static final String ROWS =
            "[...document.querySelectorAll('#view-ranks tbody tr')].map(row =>"
                    + " [2, 4, 9].map(i => row.cells[i].textContent).join(' '))";

    @TempDir private Path folder;

    private Process search() throws Exception {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Dteff.monitor=" + folder,
                        "-cp",
                        System.getProperty("java.class.path"),
                        TeffCommand.class.getName(),
                        "mpi",
                        "-n",
                        "2",
                        "--launcher",
                        "mpiexec.mpich",
                        "--workers",
                        "1",
                        "--",
                        "uts",
                        "--tree",
                        "T1",
                        "--rounds",
                        "4")
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("out").toFile())
                .start();
    }

    @Test
    void ranksAreSeenWhileTheyRunAndWhenTheyHaveEnded() throws Exception {
        Process ranks = search();
        try (MonitorServer server = Pages.serve(folder);
                Browser browser = Browser.start();
                Page page = browser.open(Pages.address(server))) {
            page.click("#tab-ranks");
            await().atMost(SOON)
                    .untilAsserted(
                            () ->
                                    assertThat(texts(page.evaluate(ROWS)))
                                            .containsExactlyInAnyOrder("0 live 0", "1 live 0"));
            page.click("#view-ranks tbody tr:last-child");
            page.waitFor("teff.store.snapshot && teff.store.total('steals') >= 0");
            assertThat(ranks.waitFor(120, TimeUnit.SECONDS)).isTrue();
            assertThat(folder.resolve("out")).content().contains("4,130,071", "yes");
            assertThat(ranks.exitValue()).isZero();
            await().atMost(SOON)
                    .untilAsserted(
                            () ->
                                    assertThat(texts(page.evaluate(ROWS)))
                                            .containsExactlyInAnyOrder("0 ended 0", "1 ended 0"));
            assertThat(page.problems()).isEmpty();
        } finally {
            ranks.destroy();
            ranks.waitFor(30, TimeUnit.SECONDS);
        }
    }

    private static List<String> texts(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false).map(JsonNode::asText).toList();
    }
}
