// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.teff.bench.browser.Browser;
import io.teff.bench.browser.Page;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page, in a real browser: every view shows what the file says, and nothing goes wrong. */
class MonitorPageTest {
    private static final List<String> VIEWS =
            List.of(
                    "overview",
                    "timeline",
                    "steals",
                    "latency",
                    "queues",
                    "tiles",
                    "apps",
                    "ranks");

    @TempDir private Path folder;

    /** An engine, at so many events a second and worker, until it is closed. */
    private final class Load implements AutoCloseable {
        private final Thread thread;
        private final SimulatedEngine engine;
        private volatile boolean stop;

        Load(int workers, int perSecond) throws IOException {
            engine = new SimulatedEngine(folder.resolve("engine.teffmon"), workers);
            engine.advance(1);
            thread =
                    new Thread(
                            () -> {
                                while (!stop) {
                                    engine.advance(Math.max(1, perSecond / 50));
                                    LockSupport.parkNanos(20_000_000);
                                }
                            },
                            "simulated-engine");
            thread.start();
        }

        /** From here on numbers stay. */
        void pause() {
            stop = true;
            while (thread.isAlive()) {
                LockSupport.parkNanos(1_000_000);
            }
        }

        void end() throws IOException {
            pause();
            engine.close();
        }

        @Override
        public void close() throws IOException {
            end();
        }
    }

    private static URI page(MonitorServer server, String theme) {
        return Pages.address(server).resolve("?theme=" + theme);
    }

    private static Path shots() throws IOException {
        return Files.createDirectories(Path.of("target", "monitor-page"));
    }

    @Test
    void everyViewShowsWhatTheFileSays() throws Exception {
        try (Load load = new Load(8, 500);
                MonitorServer server = Pages.serve(folder);
                Browser browser = Browser.start();
                Page page = browser.open(page(server, "light"))) {
            page.waitFor("teff.store.history.length > 10");
            for (int i = 0; i < VIEWS.size(); i++) {
                page.press(String.valueOf(i + 1));
                page.waitFor("!document.getElementById('view-" + VIEWS.get(i) + "').hidden");
                page.evaluate("new Promise(r => setTimeout(r, 400))");
                page.screenshot(shots().resolve(VIEWS.get(i) + "-light.png"));
            }
            timeline(page);
            tiles(page);
            page.press("d");
            page.waitFor("document.documentElement.dataset.theme === 'dark'");
            for (String view : VIEWS) {
                page.click("#tab-" + view);
                page.waitFor("!document.getElementById('view-" + view + "').hidden");
                page.evaluate("new Promise(r => setTimeout(r, 250))");
                page.screenshot(shots().resolve(view + "-dark.png"));
            }
            load.pause();
            long tasks = load.engine.tasks();
            page.waitFor("teff.store.total('tasks') === " + tasks);
            page.press("1");
            assertThat(
                            page.evaluate(
                                            "document.querySelector('[data-number=failed]').textContent")
                                    .asText())
                    .isEqualTo("0");
            page.click("#tab-apps");
            assertThat(
                            page.evaluate("document.querySelectorAll('#view-apps tbody tr').length")
                                    .asInt())
                    .isEqualTo(5);
            page.click("#tab-latency");
            assertThat(
                            page.evaluate(
                                            "document.querySelectorAll('#view-latency [data-kind]').length")
                                    .asInt())
                    .isEqualTo(3);
            load.end();
            page.waitFor("document.getElementById('status').textContent === 'ended'");
            assertThat(page.problems()).isEmpty();
            String own = Pages.address(server).toString();
            assertThat(page.requests()).isNotEmpty().allMatch(address -> address.startsWith(own));
        }
    }

    private static void timeline(Page page) throws Exception {
        page.click("#tab-timeline");
        page.waitFor("!document.getElementById('view-timeline').hidden");
        page.evaluate("new Promise(r => setTimeout(r, 300))");
        double before =
                page.evaluate("document.querySelector('#view-timeline .note').textContent.length")
                        .asDouble();
        assertThat(before).isPositive();
        page.drag("#view-timeline canvas", 200, 0);
        page.waitFor(
                "document.querySelector('#view-timeline button').getAttribute('aria-pressed') === 'false'");
        page.wheel("#view-timeline canvas", -2000);
        for (int i = 0; i < 5; i++) {
            page.press("+");
        }
        page.waitFor(
                "[...document.querySelectorAll('#view-timeline .note')].some(n => n.textContent.startsWith('Every interval'))");
        page.evaluate("new Promise(r => setTimeout(r, 300))");
        page.screenshot(shots().resolve("timeline-zoomed.png"));
        page.press("Home");
        page.waitFor(
                "document.querySelector('#view-timeline button').getAttribute('aria-pressed') === 'true'");
    }

    private static void tiles(Page page) throws Exception {
        page.click("#tab-tiles");
        page.waitFor(
                "(() => { const s = document.querySelector('#view-tiles input');"
                        + " return s.max - s.min > 1; })()");
        page.evaluate("new Promise(r => setTimeout(r, 300))");
        page.hover("#view-tiles canvas");
        page.waitFor("!document.getElementById('tip').hidden");
        assertThat(page.evaluate("document.getElementById('tip').textContent").asText())
                .startsWith("tile ");
        page.evaluate("document.activeElement.blur()"); // the tab would take the arrow
        page.press("ArrowLeft");
        page.waitFor(
                "document.querySelector('#view-tiles [aria-pressed]').getAttribute('aria-pressed') === 'false'");
        page.evaluate(
                "(() => { const s = document.querySelector('#view-tiles input'); s.value = Number(s.min) + 1;"
                        + " s.dispatchEvent(new Event('input')); })()");
        page.waitFor(
                "/iteration \\d+ of/.test(document.querySelector('#view-tiles .tools span').textContent)");
        page.evaluate("new Promise(r => setTimeout(r, 300))");
        // of that iteration all is known, unlike of the first: the middle tile leads to its worker
        page.click("#view-tiles canvas");
        page.waitFor("!document.getElementById('view-timeline').hidden");
    }

    /** Sixty-four workers, hundreds of thousands of events a second; the figures are printed. */
    @Test
    void manyWorkersAreDrawnWithoutEnd() throws Exception {
        try (Load load = new Load(64, 5000);
                MonitorServer server = Pages.serve(folder);
                Browser browser = Browser.start();
                Page page = browser.open(page(server, "dark"))) {
            page.waitFor("teff.store.history.length > 5");
            page.press("2");
            page.waitFor("!document.getElementById('view-timeline').hidden");
            long cpu = serverCpuNs();
            long start = System.nanoTime();
            page.evaluate("new Promise(r => setTimeout(r, 3000))");
            JsonNode fps = page.evaluate("teff.fps");
            double share = (double) (serverCpuNs() - cpu) / (System.nanoTime() - start);
            System.out.printf(
                    "64 workers: %.0f frames/s, server %.1f %% of a core, %d tasks%n",
                    fps.asDouble(), 100 * share, load.engine.tasks());
            page.screenshot(shots().resolve("timeline-64.png"));
            assertThat(fps.asDouble()).isPositive();
            assertThat(page.problems()).isEmpty();
        }
    }

    private static long serverCpuNs() {
        var threads = ManagementFactory.getThreadMXBean();
        long sum = 0;
        for (long id : threads.getAllThreadIds()) {
            var info = threads.getThreadInfo(id);
            if (info != null && info.getThreadName().startsWith("teff-monitor")) {
                sum += Math.max(0, threads.getThreadCpuTime(id));
            }
        }
        return sum;
    }
}
