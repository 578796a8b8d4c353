// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.teff.bench.browser.Browser;
import io.teff.bench.browser.Page;
import io.teff.bench.measure.ResultFolder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page of the committed results, in a browser. Screenshots stay in target/report-page. */
class ReportPageTest {
    private static final Path RESULTS = Path.of("../results");
    private static final Path SHOTS = Path.of("target/report-page");

    @TempDir private Path folder;

    @Test
    void opensWithoutErrorOrRequestAndAnswersMouseAndKeys() throws Exception {
        Files.createDirectories(SHOTS);
        List<ResultFile> files = ResultFile.read(List.of(RESULTS), new ArrayList<>());
        ResultFolder out = ResultFolder.open(folder.toString());
        out.write("index.html", PageWriter.write(files, Chapters.of(files)));
        long doubtful = files.stream().filter(file -> !file.isClean()).count();
        try (Browser browser = Browser.start();
                Page page = browser.open(folder.resolve("index.html").toUri())) {
            page.waitFor("document.querySelectorAll('section').length > 10");
            assertThat(
                            page.evaluate("document.querySelectorAll('figure svg .mark').length")
                                    .asInt())
                    .isGreaterThan(50);
            assertThat(
                            page.evaluate(
                                            "document.querySelectorAll('#records .badge.doubt').length")
                                    .asLong())
                    .isEqualTo(doubtful);
            assertThat(
                            page.evaluate("document.documentElement.scrollWidth <= innerWidth")
                                    .asBoolean())
                    .as("nothing sticks out at 1280 pixels")
                    .isTrue();
            assertThat(
                            page.evaluate(
                                            "Math.min(...[...document.querySelectorAll('figure svg text')]"
                                                    + ".map(t => t.getBoundingClientRect().height))")
                                    .asDouble())
                    .as("height of the smallest letters of a figure, in pixels")
                    .isGreaterThan(10);
            page.screenshot(SHOTS.resolve("top.png"));

            page.hover("#fork-join .mark rect[rx]");
            page.waitFor("!document.getElementById('tip').hidden");
            assertThat(page.evaluate("document.getElementById('tip').textContent").asText())
                    .contains("95 % interval", "points");
            page.screenshot(SHOTS.resolve("fork-join.png"));

            page.evaluate("document.querySelector('#fork-join .mark').focus()");
            String first =
                    page.evaluate("document.activeElement.getAttribute('aria-label')").asText();
            page.press("ArrowDown");
            String second =
                    page.evaluate("document.activeElement.getAttribute('aria-label')").asText();
            assertThat(second).isNotEqualTo(first).isNotEmpty();
            page.press("Escape");
            page.waitFor("document.getElementById('tip').hidden");

            String lines = "#latency polyline";
            int before = page.evaluate("document.querySelectorAll('" + lines + "').length").asInt();
            page.click("#latency .legend button");
            page.waitFor("document.querySelectorAll('" + lines + "').length === " + (before - 1));
            page.screenshot(SHOTS.resolve("latency.png"));

            page.click("#records summary");
            page.waitFor("document.querySelectorAll('#records tbody tr').length > 5");

            page.evaluate("scrollTo(0, 0)");
            page.click("#theme");
            page.waitFor("document.documentElement.dataset.theme === 'dark'");
            page.hover("#parsl figure");
            page.screenshot(SHOTS.resolve("parsl-dark.png"));

            assertThat(page.problems()).isEmpty();
            assertThat(page.requests())
                    .as("of the page alone")
                    .containsExactly(folder.resolve("index.html").toUri().toString());
        }
    }

    @Test
    void textOfRecordsStaysText() throws Exception {
        String evil = "</script><img src=x onerror=alert(1)>";
        Path file =
                Files.writeString(
                        folder.resolve("evil.json"),
                        "{\"bench\":\""
                                + evil
                                + "\",\"clean\":true,\"env\":{},\"ruler\":{},\"rows\":[{\"workload\":\""
                                + evil
                                + "\",\"contender\":\"engine\",\"workers\":1,\"params\":{},\"metric\":"
                                + "\"furlongs\",\"median\":1,\"verified\":false,\"raw\":[1,null,3]}]}");
        List<ResultFile> files = ResultFile.read(List.of(file), new ArrayList<>());
        Path html = folder.resolve("index.html");
        Files.writeString(html, PageWriter.write(files, Chapters.of(files)));
        try (Browser browser = Browser.start();
                Page page = browser.open(html.toUri())) {
            page.waitFor("document.querySelector('#others .mark')");
            assertThat(page.evaluate("document.querySelectorAll('img').length").asInt()).isZero();
            assertThat(page.evaluate("document.querySelector('#others').textContent").asText())
                    .contains("furlongs", "WRONG");
            assertThat(page.problems()).isEmpty();
        }
    }
}
