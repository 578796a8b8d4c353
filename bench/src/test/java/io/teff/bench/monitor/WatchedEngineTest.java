// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.monitor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.teff.bench.browser.Browser;
import io.teff.bench.browser.Page;
import io.teff.engine.EngineStats;
import io.teff.engine.EngineStats.WorkerStats;
import io.teff.monitor.MonitorReader;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Engines that really run, watched from outside: what is shown is what they say of themselves. */
@Timeout(180)
class WatchedEngineTest {
    private static final Duration SOON = Duration.ofSeconds(40);

    @TempDir private Path folder;

    private Path file() {
        return folder.resolve("busy.teffmon");
    }

    /** Collects decreases of what the page shows as totals. */
    private static final String WATCH_TOTALS =
            "(() => { window.backwards = []; let last = {}; teff.store.onChange(kind => {"
                    + " if (kind !== 'snapshot') return;"
                    + " for (const name of ['tasks', 'steals', 'parks', 'drains']) {"
                    + "   const now = teff.store.total(name);"
                    + "   if (now < (last[name] ?? 0)) window.backwards.push([name, last[name], now]);"
                    + "   last[name] = now; } }); })()";

    @Test
    void pageShowsWhatTheEngineSaysOfItself() throws Exception {
        try (BusyEngine busy = new BusyEngine(file());
                MonitorServer server = Pages.serve(folder);
                Browser browser = Browser.start();
                Page page = browser.open(Pages.address(server))) {
            page.waitFor("teff.store.history.length > 5");
            page.evaluate(WATCH_TOTALS);
            everyViewIsFull(page);
            busy.rest();

            page.click("#tab-overview");
            await().atMost(SOON).untilAsserted(() -> totalsAre(page, busy.engine.stats()));
            assertThat(busy.engine.stats().tasks()).isGreaterThan(busy.ran());
            appsAre(page, busy.rounds());
            tilesAre(page, busy.rounds());
            assertThat(page.evaluate("window.backwards")).isEmpty();
            assertThat(page.problems()).isEmpty();
            assertThat(busy.wrong).isEmpty();
        }
    }

    private static void everyViewIsFull(Page page) throws Exception {
        page.click("#tab-overview");
        page.waitFor("/[1-9]/.test(document.querySelector('[data-number=rate]').textContent)");
        page.click("#tab-timeline");
        page.waitFor("document.querySelector('#view-timeline .note').textContent.length > 0");
        page.click("#tab-steals");
        page.waitFor("/in all/.test(document.querySelector('#view-steals .note').textContent)");
        page.click("#tab-latency");
        page.waitFor("document.querySelectorAll('#view-latency [data-kind]').length === 3");
        page.click("#tab-queues");
        page.waitFor("/worker 1/.test(document.querySelector('#view-queues').textContent)");
        page.click("#tab-tiles");
        page.waitFor("document.querySelector('#view-tiles input').max > 1");
        page.click("#tab-apps");
        page.waitFor("document.querySelectorAll('#view-apps tbody tr').length === 2");
        page.click("#tab-ranks");
        page.waitFor("/busy/.test(document.querySelector('#view-ranks tbody').textContent)");
    }

    private static String text(Page page, String selector) {
        return page.evaluate("document.querySelector('" + selector + "').textContent").asText();
    }

    private static void totalsAre(Page page, EngineStats stats) {
        countersAre(page, stats);
        assertThat(text(page, "[data-number=failed]")).isEqualTo("1");
        assertThat(text(page, "[data-number=inflight]")).isEqualTo("0");
        assertThat(
                        page.evaluate("teff.store.snapshot.steals.reduce((sum, n) => sum + n, 0)")
                                .asLong())
                .isEqualTo(stats.steals());
    }

    private static void countersAre(Page page, EngineStats stats) {
        for (WorkerStats worker : stats.workers()) {
            JsonNode shown =
                    page.evaluate(
                            "['tasks', 'steals', 'drains', 'parks', 'failed'].map(name =>"
                                    + " teff.store.snapshot.workers["
                                    + worker.worker()
                                    + "] ? teff.store.counter("
                                    + worker.worker()
                                    + ", name) : 0)");
            assertThat(numbers(shown))
                    .as("tasks, steals, drains, parks, failed of worker %s", worker.worker())
                    .containsExactly(
                            worker.tasks(),
                            worker.steals(),
                            worker.drains(),
                            worker.parks(),
                            worker.failed());
        }
    }

    private static long[] numbers(JsonNode array) {
        return LongStream.range(0, array.size()).map(i -> array.get((int) i).asLong()).toArray();
    }

    private static void appsAre(Page page, long rounds) throws Exception {
        page.click("#tab-apps");
        await().atMost(SOON).untilAsserted(() -> rowsAre(page, rounds)); // not in every update
    }

    private static void rowsAre(Page page, long rounds) {
        JsonNode rows =
                page.evaluate(
                        "[...document.querySelectorAll('#view-apps tbody tr')].map(row =>"
                                + " row.firstChild.textContent + ' '"
                                + " + row.lastChild.textContent.replace(/[^0-9]/g, ''))");
        assertThat(rows.get(0).asText()).isEqualTo("twice " + 2 * rounds);
        assertThat(rows.get(1).asText()).isEqualTo("add " + rounds);
    }

    private static void tilesAre(Page page, long rounds) throws Exception {
        page.click("#tab-tiles");
        await().atMost(SOON)
                .untilAsserted(
                        () ->
                                assertThat(text(page, "#view-tiles .tools span"))
                                        .isEqualTo("iteration " + rounds + " of " + rounds));
        assertThat(page.evaluate("teff.store.snapshot.boards[0].done").asLong())
                .isEqualTo(rounds * (64 / 8) * (48 / 8));
    }

    @Test
    void engineDoesNotNoticeThatItsMonitorIsKilled() throws Exception {
        try (BusyEngine busy = new BusyEngine(file())) {
            LivePage page = LivePage.start(List.of(folder));
            try (InputStream stream = stream(page)) {
                assertThat(stream.readNBytes(1 << 16)).hasSize(1 << 16); // it is being watched
                killMonitor();
                long ran = busy.ran();
                await().atMost(SOON).until(() -> busy.ran() > ran + 10_000);
            } finally {
                page.close();
            }
            busy.rest();
            assertThat(busy.wrong).isEmpty();
            assertThat(busy.engine.monitorFile()).isEqualTo(file());
            try (MonitorReader reader = MonitorReader.open(file())) {
                await().atMost(SOON)
                        .untilAsserted(
                                () ->
                                        assertThat(reader.snapshot().value("tasks"))
                                                .isEqualTo(busy.engine.stats().tasks()));
            }
        }
    }

    private static InputStream stream(LivePage page) throws IOException {
        URI uri = URI.create(page.url());
        String engines;
        try (InputStream in = uri.resolve("api/engines").toURL().openStream()) {
            engines = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
        String id = engines.replaceFirst(".*?\"id\":\"([^\"]*)\".*", "$1");
        return uri.resolve("api/stream?engine=" + id).toURL().openStream();
    }

    /** SIGKILL to the only process that this JVM has started. */
    private static void killMonitor() throws Exception {
        List<ProcessHandle> children = ProcessHandle.current().children().toList();
        assertThat(children).hasSize(1);
        assertThat(children.get(0).destroyForcibly()).isTrue();
        children.get(0).onExit().get(30, TimeUnit.SECONDS);
    }
}
