// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.trace;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.teff.bench.TeffCommand;
import io.teff.bench.browser.Browser;
import io.teff.bench.browser.Page;
import io.teff.monitor.EventKind;
import io.teff.monitor.MonitorEvent;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The page of {@code teff trace}, opened from the disk in a real browser. */
class ExplorerPageTest {
    @TempDir private Path folder;

    private Path page(Path... files) {
        Path page = folder.resolve("page.html");
        CommandLine command = TeffCommand.commandLine();
        StringWriter out = new StringWriter();
        command.setOut(new PrintWriter(out, true));
        String[] args = new String[3 + files.length];
        args[0] = "trace";
        args[1] = "--out";
        args[2] = page.toString();
        for (int i = 0; i < files.length; i++) {
            args[3 + i] = files[i].toString();
        }
        assertThat(command.execute(args)).isZero();
        assertThat(out.toString()).contains("open it in a browser");
        return page;
    }

    /** Half of its time a worker runs; the rest it spins, sleeps and waits, as the seed says. */
    private Path run(String name, int workers, int events, long longestNs, int seed)
            throws IOException {
        Path path = folder.resolve(name + ".teffmon");
        SplittableRandom random = new SplittableRandom(seed);
        try (WrittenRun run = new WrittenRun(path, name, workers, 1 << 14, -1)) {
            int fib = run.name("Fib.compute");
            int blur = run.name("Blur.tile</script><b>");
            run.board(0, "blur");
            for (int w = 0; w < workers; w++) {
                long at = 1_000;
                for (int i = 0; i < events; i++) {
                    long ns = 1 + random.nextLong(longestNs / 4);
                    if (i % 4 == 0) {
                        long tile = MonitorEvent.tileArg(0, i, i % 4);
                        run.event(w, EventKind.TILE, at, at + ns / 2, 0, 1, tile);
                        run.event(w, EventKind.ROOT, at, at + ns, blur, 1, 0);
                    } else if (i % 4 == 1) {
                        run.event(w, EventKind.FORK, at, at + ns, 0, 1, (w + 1) % workers);
                    } else {
                        run.event(w, EventKind.TASKS, at, at + ns, fib, 20, 0);
                    }
                    EventKind rest =
                            i % 3 == 0
                                    ? EventKind.PARK
                                    : i % 3 == 1 ? EventKind.SPIN : EventKind.BLOCKED;
                    run.event(w, rest, at + ns, at + 2 * ns, 0, 1, 0);
                    at += 2 * ns;
                }
                if (w == 0) {
                    run.event(w, EventKind.ROOT, at, at + longestNs, fib, 1, 0);
                }
                run.counts(w, 1000L * (w + 1), 10L * w);
            }
        }
        return path;
    }

    private static Path shots() throws IOException {
        return Files.createDirectories(Path.of("target", "trace-page"));
    }

    private static void settle(Page page) throws InterruptedException {
        page.waitFor("teff.timelines.every(t => t.settled)");
        page.evaluate("new Promise(r => setTimeout(r, 200))");
        page.waitFor("teff.timelines.every(t => t.settled)");
    }

    @Test
    void tilesOfCallersAreTheLastRow() throws Exception {
        Path path = folder.resolve("callers.teffmon");
        try (WrittenRun run = new WrittenRun(path, "callers", 2, 64, -1)) {
            run.board(0, "blur");
            run.event(0, EventKind.TILE, 1_000, 2_000, 0, 1, MonitorEvent.tileArg(0, 1, 0));
            run.callersTile(1_000, 3_000, MonitorEvent.tileArg(0, 1, 1));
        }
        try (Browser browser = Browser.start();
                Page page = browser.open(page(path).toUri())) {
            page.waitFor("window.teff && teff.timelines[0].data");
            settle(page);
            JsonNode run =
                    page.evaluate(
                            "(r => ({rows: r.rows.map((row, w) => r.rowName(w)), tiles: r.tiles, ns:"
                                    + " r.rows[r.callers].end[0] - r.rows[r.callers].begin[0]}))(teff.runs[0])");
            assertThat(run.get("rows").toString()).isEqualTo("[\"0\",\"1\",\"callers\"]");
            assertThat(run.get("tiles").asInt()).isEqualTo(2);
            assertThat(run.get("ns").asLong()).isEqualTo(2_000);
            page.screenshot(shots().resolve("callers.png"));
        }
    }

    @Test
    void oneRunIsExploredFromTheDisk() throws Exception {
        Path file = page(run("alone", 4, 800, 2_000_000, 1));
        URI address = file.toUri();
        try (Browser browser = Browser.start();
                Page page = browser.open(URI.create(address + "?theme=light"))) {
            page.waitFor("window.teff && teff.timelines[0].data");
            settle(page);
            page.screenshot(shots().resolve("one-light.png"));
            JsonNode run =
                    page.evaluate(
                            "(r => ({events: r.events, efficiency: r.efficiency, tasks:"
                                    + " r.facts.totals.tasks, longest: r.longest[0].ns,"
                                    + " name: r.nameOf(r.longest[0].name)}))(teff.runs[0])");
            assertThat(run.get("events").asInt()).isEqualTo(4 * (1600 + 200) + 1);
            assertThat(run.get("tasks").asInt()).isEqualTo(10_000);
            assertThat(run.get("longest").asLong()).isEqualTo(2_000_000);
            assertThat(run.get("name").asText()).isEqualTo("Fib.compute");
            assertThat(run.get("efficiency").asDouble()).isBetween(0.5, 0.51);
            assertThat(text(page, "[data-row='tasks'] td:last-child")).isEqualTo("10,000");
            assertThat(text(page, "[data-row='steals'] td:last-child")).isEqualTo("60");
            assertThat(page.evaluate("teff.timelines[0].data.detailed").asBoolean()).isFalse();

            page.evaluate("document.querySelector('.longest tbody tr').click()");
            settle(page);
            assertThat(page.evaluate("teff.timelines[0].data.detailed").asBoolean()).isTrue();
            page.hover("#runs canvas");
            page.waitFor("!document.getElementById('tip').hidden");
            assertThat(text(page, "#tip")).startsWith("worker ");
            page.screenshot(shots().resolve("one-task.png"));

            double wide = page.evaluate("teff.timelines[0].window").asDouble();
            page.press("+");
            assertThat(page.evaluate("teff.timelines[0].window").asDouble()).isEqualTo(wide / 2);
            page.press("ArrowLeft");
            page.drag("#runs canvas", 120, 0);
            page.wheel("#runs canvas", -400);
            page.waitFor("teff.timelines[0].window < " + wide / 2);
            page.press("Home");
            settle(page);
            assertThat(
                            page.evaluate(
                                            "teff.timelines[0].window > teff.runs[0].end - teff.runs[0].begin")
                                    .asBoolean())
                    .isTrue();
            page.press("d");
            page.waitFor("document.documentElement.dataset.theme === 'dark'");
            settle(page);
            page.screenshot(shots().resolve("one-dark.png"));
            assertThat(page.problems()).isEmpty();
            assertThat(page.requests()).containsExactly(address + "?theme=light");
        }
    }

    @Test
    void twoRunsMoveTogether() throws Exception {
        Path file = page(run("before", 8, 1500, 2_000_000, 2), run("after", 8, 1500, 1_000_000, 3));
        try (Browser browser = Browser.start();
                Page page = browser.open(URI.create(file.toUri() + "?theme=light"))) {
            page.size(1600, 1000);
            page.waitFor("window.teff && teff.timelines.every(t => t.data)");
            settle(page);
            page.screenshot(shots().resolve("two-light.png"));
            assertThat(page.evaluate("document.querySelectorAll('#summary th').length").asInt())
                    .as("a column each, and the ratio")
                    .isEqualTo(4);
            page.evaluate("teff.timelines[0].box.focus()");
            for (int i = 0; i < 4; i++) {
                page.press("+");
            }
            page.press("ArrowLeft");
            settle(page);
            assertThat(
                            page.evaluate(
                                            "teff.timelines.map(t => t.window)[0] === teff.timelines[1].window")
                                    .asBoolean())
                    .isTrue();
            assertThat(
                            page.evaluate(
                                            "Math.abs(teff.timelines[0].end - teff.runs[0].zero"
                                                    + " - teff.timelines[1].end + teff.runs[1].zero)")
                                    .asDouble())
                    .isLessThan(1);
            page.press("s");
            page.press("l");
            page.press("n");
            page.press("+");
            assertThat(
                            page.evaluate("teff.timelines[0].window > teff.timelines[1].window")
                                    .asBoolean())
                    .as("no longer together")
                    .isTrue();
            page.press("d");
            page.evaluate("new Promise(r => setTimeout(r, 300))");
            settle(page);
            page.screenshot(shots().resolve("two-beside-dark.png"));
            assertThat(page.problems()).isEmpty();
            assertThat(page.requests()).hasSize(1);
        }
    }

    @Test
    void oldestEventsAreLeftOutOfAPageThatWouldBeTooLarge() throws Exception {
        Path path = run("large", 2, 100, 1_000, 4);
        Path file = folder.resolve("small.html");
        try (RunReader run = new RunReader(0, path);
                java.io.OutputStream out = Files.newOutputStream(file);
                ExplorerPage page = new ExplorerPage(out, java.util.List.of(run), 50)) {
            run.read(java.util.List.of(page));
            page.finish(java.util.List.of(run));
            assertThat(Files.readString(file)).contains("\"left_out\":" + (run.events() - 50));
        }
        assertThat(Files.readString(file)).doesNotContain("import {").doesNotContain("\nexport ");
    }

    private static String text(Page page, String selector) {
        return page.evaluate("document.querySelector(\"" + selector + "\").textContent").asText();
    }
}
