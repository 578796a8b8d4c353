// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.browser;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A headless Chromium of one test, with a profile of its own, that cannot reach any other host.
 *
 * <pre>{@code
 * try (Browser browser = Browser.start(); Page page = browser.open(uri)) {
 *     page.waitFor("document.querySelectorAll('tr').length > 3");
 *     page.hover("#worker-0");
 *     assertThat(page.problems()).isEmpty();
 *     page.screenshot(file);
 * }
 * }</pre>
 *
 * <p>For one thread at a time. {@link #close()} ends every process it has started.
 */
public final class Browser implements AutoCloseable {
    private static final List<String> NAMES =
            List.of("chromium", "chromium-browser", "google-chrome", "chrome");
    private static final long TIMEOUT_NS = TimeUnit.SECONDS.toNanos(60);

    private final Process process;
    private final Path profile;
    private final DevTools tools;

    private Browser(Process process, Path profile, DevTools tools) {
        this.process = process;
        this.profile = profile;
        this.tools = tools;
    }

    /**
     * Starts one.
     *
     * @throws IllegalStateException if none is installed, or it does not start
     */
    public static Browser start() throws IOException, InterruptedException {
        Path profile = Files.createTempDirectory("teff-browser");
        List<String> command = new ArrayList<>();
        command.add(program().toString());
        command.addAll(
                List.of(
                        "--headless",
                        "--no-sandbox", // its user namespaces are forbidden in containers, and to
                        // root
                        "--disable-gpu",
                        "--disable-dev-shm-usage",
                        "--disable-quic",
                        "--no-first-run",
                        "--disable-background-networking",
                        "--disable-component-update",
                        "--disable-sync",
                        "--disable-extensions",
                        "--hide-scrollbars",
                        "--force-device-scale-factor=1",
                        "--window-size=1280,800",
                        "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
                        "--user-data-dir=" + profile,
                        "--remote-debugging-port=0",
                        "about:blank"));
        Path log = profile.resolve("stderr");
        Process process =
                new ProcessBuilder(command)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .redirectError(log.toFile())
                        .start();
        try {
            process.getOutputStream().close();
            return new Browser(process, profile, new DevTools(address(process, profile, log)));
        } catch (IOException | InterruptedException | RuntimeException e) {
            end(process);
            delete(profile);
            throw e;
        }
    }

    /** Opens a page and waits until it is loaded. */
    public Page open(URI address) {
        String target =
                send("Target.createTarget", Map.of("url", "about:blank")).path("targetId").asText();
        String session =
                send("Target.attachToTarget", Map.of("targetId", target, "flatten", true))
                        .path("sessionId")
                        .asText();
        Page page = new Page(tools, target, session);
        page.load(address);
        return page;
    }

    /** Ends the browser and removes its profile. */
    @Override
    public void close() throws IOException {
        tools.close();
        end(process);
        delete(profile);
    }

    private JsonNode send(String method, Map<String, ?> params) {
        return tools.send("", method, params);
    }

    private static Path program() {
        for (String name : NAMES) {
            for (String folder :
                    System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1)) {
                Path program = Path.of(folder, name);
                if (Files.isExecutable(program) && !Files.isDirectory(program)) {
                    return program;
                }
            }
        }
        throw new IllegalStateException(
                "no Chromium on the PATH; on Debian: apt-get install chromium");
    }

    /** What it writes into its profile once it listens: the port and the path. */
    private static URI address(Process process, Path profile, Path log)
            throws IOException, InterruptedException {
        long start = System.nanoTime();
        while (process.isAlive() && System.nanoTime() - start < TIMEOUT_NS) {
            try {
                List<String> lines = Files.readAllLines(profile.resolve("DevToolsActivePort"));
                if (lines.size() == 2 && lines.get(1).startsWith("/")) {
                    return URI.create("ws://127.0.0.1:" + lines.get(0) + lines.get(1));
                }
            } catch (NoSuchFileException e) {
                // not yet
            }
            Thread.sleep(20);
        }
        throw new IllegalStateException("Chromium does not start: " + Files.readString(log));
    }

    /** Ends the processes below first, which would else be nobody's. */
    private static void end(Process process) {
        List<ProcessHandle> all = new ArrayList<>(process.descendants().toList());
        all.add(process.toHandle());
        all.forEach(ProcessHandle::destroyForcibly);
        for (ProcessHandle one : all) {
            one.onExit().orTimeout(TIMEOUT_NS, TimeUnit.NANOSECONDS).join();
        }
    }

    private static void delete(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return; // closed before
        }
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
