// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.monitor;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * {@code teff monitor} in a process of its own, for the time that a command runs whose engines it shows.
 * It ends with the command, however that ends: it reads from a pipe that breaks then.
 */
public final class LivePage implements AutoCloseable {
    private static final String MAIN = "io.teff.bench.TeffCommand"; // which knows this package
    private static final String URL = "http://";

    private final Process process;
    private final String url;

    private LivePage(Process process, String url) {
        this.process = process;
        this.url = url;
    }

    /**
     * Starts it on any free port of the loopback address.
     *
     * @param places files, or folders of them; none for the folder in which engines put theirs
     * @throws IOException if it does not start
     */
    public static LivePage start(List<Path> places) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-Xmx256m", "-XX:+UseSerialGC"));
        command.addAll(List.of("-cp", System.getProperty("java.class.path")));
        command.addAll(List.of(MAIN, "monitor"));
        command.addAll(List.of("--port", "0", "--until-eof"));
        places.forEach(place -> command.add(place.toString()));
        Process process =
                new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        BufferedReader lines =
                new BufferedReader(
                        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        String line = lines.readLine();
        if (line == null || !line.contains(URL)) {
            process.destroyForcibly();
            throw new IOException("teff monitor did not start; it said: " + line);
        }
        return new LivePage(process, line.substring(line.indexOf(URL)));
    }

    /** Where the page is. */
    public String url() {
        return url;
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(5, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
