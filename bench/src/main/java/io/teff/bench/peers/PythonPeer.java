// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.peers;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A task system of Python in one form: as shipped, or {@code .tuned}. Each run is a process of its
 * own, which starts the system, warms it up, times the program and is gone. Immutable.
 *
 * @param name what it is called here, such as {@code parsl-htex.tuned}
 * @param pack the package that it is, as pip knows it
 * @param script the program among this package's resources
 * @param form the name under which the script knows the form
 * @param home where the packages are
 * @param limit how long one run may take, with its start
 */
public record PythonPeer(
        String name, String pack, String script, String form, PythonHome home, Duration limit) {
    /** The program in which one no-op after the other is called and waited for. */
    public static final String LATENCY = "latency";

    /** The programs that all have. */
    public static final List<String> PROGRAMS =
            List.of("double", "increment", "fibonacci", LATENCY);

    /** HTEX takes about a second for each worker beyond the cores, before the clock starts. */
    private static final Duration LIMIT = Duration.ofMinutes(5);

    private static final Duration VERSION_LIMIT = Duration.ofSeconds(30);
    private static final String SHARED = "peer.py";

    /** All systems in all forms, in the order in which they are compared. */
    public static List<PythonPeer> all(PythonHome home) {
        return List.of(
                parsl("threads", home),
                parsl("threads.tuned", home),
                parsl("htex", home),
                parsl("htex.tuned", home),
                dask("dask", home),
                dask("dask.tuned", home));
    }

    private static PythonPeer parsl(String form, PythonHome home) {
        return new PythonPeer("parsl-" + form, "parsl", "parsl_peer.py", form, home, LIMIT);
    }

    private static PythonPeer dask(String form, PythonHome home) {
        return new PythonPeer(form, "distributed", "dask_peer.py", form, home, LIMIT);
    }

    /**
     * What one run gave.
     *
     * @param answer what the program computed, not checked
     * @param seconds from the first submission to the last result
     * @param version of the system
     * @param percentilesUs of single calls in microseconds by percentile; empty unless {@link
     *     #LATENCY}
     */
    public record Result(
            long answer, double seconds, String version, Map<String, Double> percentilesUs) {}

    /**
     * The version of the system.
     *
     * @throws IOException if it is not here; the message says what to type
     */
    public String version() throws IOException, InterruptedException {
        if (!home.isHere()) {
            throw new IOException("there is no " + home.python() + "; type: " + PythonHome.COMMAND);
        }
        String program = "import importlib.metadata as m; print(m.version('" + pack + "'))";
        try {
            return PeerProcess.run(
                            List.of(home.python().toString(), "-c", program),
                            Map.of(),
                            VERSION_LIMIT,
                            folder -> {})
                    .strip();
        } catch (IOException e) {
            throw new IOException(
                    home.folder()
                            + " holds no "
                            + pack
                            + " that works ("
                            + e.getMessage()
                            + "); type: "
                            + PythonHome.COMMAND
                            + " --upgrade",
                    e);
        }
    }

    /** Runs a program, one of {@link #PROGRAMS}. */
    public Result run(String program, long size, int workers)
            throws IOException, InterruptedException {
        String path = System.getenv("PATH");
        String line =
                PeerProcess.run(
                        List.of(
                                home.python().toString(),
                                script,
                                form,
                                program,
                                Long.toString(size),
                                Integer.toString(workers)),
                        // Parsl finds its own programs by the path.
                        Map.of("PATH", home.bin() + (path == null ? "" : ":" + path)),
                        limit,
                        folder -> {
                            copy(SHARED, folder);
                            copy(script, folder);
                        });
        return parse(line);
    }

    private static Result parse(String line) throws IOException {
        JsonNode json = new ObjectMapper().readTree(line);
        for (String field : List.of("answer", "seconds", "version")) {
            if (!json.hasNonNull(field)) {
                throw new IOException("printed no " + field + ": " + line.strip());
            }
        }
        if (!json.get("answer").isIntegralNumber() || !(json.get("seconds").asDouble() > 0)) {
            throw new IOException("printed no answer with its time: " + line.strip());
        }
        Map<String, Double> percentiles = new LinkedHashMap<>();
        json.path("percentiles_us")
                .properties()
                .forEach(e -> percentiles.put(e.getKey(), e.getValue().asDouble()));
        return new Result(
                json.get("answer").asLong(),
                json.get("seconds").asDouble(),
                json.get("version").asText(),
                percentiles);
    }

    private static void copy(String resource, Path folder) throws IOException {
        try (InputStream in = PythonPeer.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IOException("no resource " + resource + " beside PythonPeer");
            }
            Files.copy(in, folder.resolve(resource));
        }
    }
}
