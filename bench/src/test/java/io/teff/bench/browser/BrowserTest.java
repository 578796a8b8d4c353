// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.browser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the pages' tests rest on: a browser that sees everything that goes wrong. */
class BrowserTest {
    private static final String PAGE =
            """
            <!doctype html><html lang="en"><meta charset="utf-8"><title>Test</title>
            <link rel="icon" href="data:,">
            <style>
              body { margin: 0; background: #fff; }
              @media (prefers-color-scheme: dark) { body { background: #000; } }
              #box { width: 100px; height: 100px; background: red; }
            </style>
            <div id="box" tabindex="0"></div>
            <script>
              const seen = [];
              const box = document.getElementById("box");
              for (const type of ["mouseenter", "mousedown", "mouseup", "click"]) {
                box.addEventListener(type, e => seen.push(type));
              }
              addEventListener("mouseup", e => seen.push("up at " + e.clientX + "," + e.clientY));
              addEventListener("wheel", e => seen.push("wheel " + e.deltaY));
              addEventListener("keydown", e => seen.push("key " + e.key));
              %s
            </script></html>
            """;

    @TempDir private Path folder;
    private Browser browser;

    @BeforeEach
    void start() throws IOException, InterruptedException {
        browser = Browser.start();
    }

    @AfterEach
    void close() throws IOException {
        browser.close();
        browser.close(); // again is no error
        assertThat(ProcessHandle.current().descendants()).isEmpty();
    }

    private URI page(String script) throws IOException {
        return Files.writeString(folder.resolve("page.html"), PAGE.formatted(script)).toUri();
    }

    @Test
    void mouseAndKeysReachThePage() throws Exception {
        try (Page page = browser.open(page(""))) {
            page.press("Tab");
            page.waitFor("document.activeElement === box");
            page.hover("#box");
            page.waitFor("seen.includes('mouseenter')");
            page.click("#box");
            page.waitFor("seen.includes('click')");
            page.drag("#box", 200, 30);
            page.waitFor("seen.includes('up at 250,80')");
            page.wheel("#box", 120);
            page.waitFor("seen.includes('wheel 120')");
            page.press("ArrowRight");
            page.press("a");
            page.waitFor("seen.includes('key ArrowRight') && seen.includes('key a')");
            assertThat(page.problems()).isEmpty();
            assertThat(page.requests()).hasSize(1).first().asString().startsWith("file:");
            assertThat(page.evaluate("Promise.resolve([1, 'two'])").toString())
                    .isEqualTo("[1,\"two\"]");
            assertThatThrownBy(() -> page.evaluate("nothing.there"))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("ReferenceError");
            assertThatThrownBy(() -> page.hover("#none"))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("#none");
        }
    }

    @Test
    void screenshotsShowWhatIsThere() throws Exception {
        try (Page page = browser.open(page(""))) {
            Path file = folder.resolve("page.png");
            page.screenshot(file);
            BufferedImage light = ImageIO.read(file.toFile());
            assertThat(light.getWidth()).isEqualTo(1280);
            assertThat(light.getHeight()).isEqualTo(800);
            assertThat(light.getRGB(50, 50) & 0xffffff).isEqualTo(0xff0000);
            assertThat(light.getRGB(600, 400) & 0xffffff).isEqualTo(0xffffff);
            page.colorScheme("dark");
            page.screenshot(file);
            assertThat(ImageIO.read(file.toFile()).getRGB(600, 400) & 0xffffff).isZero();
        }
    }

    @Test
    void nothingThatGoesWrongIsMissed() throws Exception {
        String script =
                "console.error('told'); setTimeout(() => { throw new Error('thrown'); }, 0);"
                        + "fetch('http://teff.invalid/data').catch(() => seen.push('refused'));";
        try (Page page = browser.open(page(script))) {
            page.waitFor("seen.includes('refused')");
            page.waitFor("true"); // events come in order, so those before have been heard
            assertThat(page.problems()).anyMatch(p -> p.contains("told"));
            assertThat(page.problems()).anyMatch(p -> p.contains("Error: thrown"));
            assertThat(page.problems()).anyMatch(p -> p.startsWith("not loaded: "));
            assertThat(page.requests()).contains("http://teff.invalid/data");
        }
    }

    @Test
    void aPageThatIsNotThereIsAnError() {
        assertThatThrownBy(() -> browser.open(folder.resolve("none.html").toUri()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("ERR_FILE_NOT_FOUND");
    }
}
