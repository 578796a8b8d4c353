// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.peers;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A runtime of C++ or Rust, with a program of ours that uses it. Each run is a process of its own, which
 * warms itself up, times one round and is gone. Immutable.
 *
 * @param name what it is called here
 * @param workloads what its program can run
 * @param install the packages of Debian that it needs, with their tools
 * @param compilers the compilers to try, in order; {@code cargo} alone for Rust
 * @param program its program among this package's resources
 * @param arguments what the compiler needs beside what all need
 * @param sources where its own sources are, if it comes by them; null if by a package
 */
public record NativePeer(
        String name,
        List<String> workloads,
        String install,
        List<String> compilers,
        String program,
        List<String> arguments,
        Sources sources) {
    /** Fork/join, Fibonacci without cut-off. */
    public static final String FIB = "fib";

    /** Empty tasks from one producer. */
    public static final String FLAT = "flat";

    /** A graph in which one node comes after the other. */
    public static final String CHAIN = "chain";

    /** A graph in which a node waits for the one before and the one above. */
    public static final String WAVEFRONT = "wavefront";

    /** A sum of doubles. */
    public static final String LOOP = "loop";

    /** Tasks one at a time, from outside. */
    public static final String LATENCY = "latency";

    /** All of them. */
    public static final List<String> WORKLOADS =
            List.of(FIB, FLAT, CHAIN, WAVEFRONT, LOOP, LATENCY);

    private static final List<String> NO_LATENCY = List.of(FIB, FLAT, CHAIN, WAVEFRONT, LOOP);
    private static final List<String> NO_GRAPH = List.of(FIB, FLAT, LOOP, LATENCY);
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final String CARGO = "cargo";

    /**
     * Sources that somebody else has fetched.
     *
     * @param folder where they are, or null if that is not known
     * @param option the option that says so
     * @param header a file by which they are known, in the folder of headers
     * @param include the folder of headers, relative to {@code folder}
     */
    public record Sources(Path folder, String option, String include, String header) {
        Path headers() {
            return folder.resolve(include).normalize();
        }
    }

    /**
     * All runtimes, in the order in which they are compared.
     *
     * @param taskflow the sources of Taskflow, or null
     * @param libfork the sources of libfork, or null
     * @param lace the sources of Lace, or null
     */
    public static List<NativePeer> all(Path taskflow, Path libfork, Path lace) {
        List<String> gnu = List.of("g++");
        return List.of(
                new NativePeer(
                        "tbb",
                        WORKLOADS,
                        "g++ libtbb-dev",
                        gnu,
                        "tbb_peer.cpp",
                        List.of("-ltbb"),
                        null),
                new NativePeer(
                        "openmp-gnu",
                        NO_LATENCY,
                        "g++",
                        gnu,
                        "openmp_peer.cpp",
                        List.of("-fopenmp"),
                        null),
                new NativePeer(
                        "openmp-llvm",
                        NO_LATENCY,
                        "clang libomp-dev",
                        List.of("clang++"),
                        "openmp_peer.cpp",
                        List.of("-fopenmp", "-Wno-pass-failed"),
                        null),
                new NativePeer(
                        "rayon", NO_GRAPH, CARGO, List.of(CARGO), "rayon_peer", List.of(), null),
                new NativePeer(
                        "taskflow",
                        WORKLOADS,
                        "g++",
                        gnu,
                        "taskflow_peer.cpp",
                        List.of(),
                        new Sources(taskflow, "--taskflow", ".", "taskflow/taskflow.hpp")),
                new NativePeer(
                        "libfork",
                        List.of(FIB),
                        "g++",
                        List.of("clang++", "g++"),
                        "libfork_peer.cpp",
                        List.of(),
                        new Sources(libfork, "--libfork", "single_header", "libfork.hpp")),
                new NativePeer(
                        "lace",
                        List.of(FIB),
                        "g++",
                        gnu,
                        "lace_peer.cpp",
                        lace == null
                                ? List.of()
                                : List.of(
                                        "-x",
                                        "c",
                                        lace.resolve("src/lace.c").toString(),
                                        "-x",
                                        "none"),
                        new Sources(lace, "--lace", "src", "lace.h")));
    }

    /** What is needed is not here; the message says what, and what to type. */
    public static final class Missing extends Exception {
        private static final long serialVersionUID = 1;

        Missing(String message) {
            super(message);
        }
    }

    /**
     * A program that has been compiled and can be run.
     *
     * @param executable its file
     * @param version of the runtime, and of the compiler where that matters
     */
    public record Built(Path executable, String version) {

        /** Runs a workload of such a size once. */
        public Result run(String workload, long size, int workers)
                throws IOException, InterruptedException {
            return parse(line(executable, workload, size, workers));
        }
    }

    /**
     * What one run gave; the times are NaN where they were not taken.
     *
     * @param answer what the program computed, not checked
     * @param ns of the round; of one loop for {@link #LOOP}
     * @param buildNs of making a graph, before it was run; where a runtime has no graph that stays, of
     *     making and running it
     * @param percentilesNs by percentile; empty unless {@link #LATENCY}
     */
    public record Result(
            long answer, double ns, double buildNs, Map<String, Double> percentilesNs) {}

    boolean isRust() {
        return compilers.contains(CARGO);
    }

    /**
     * Compiles the program, unless it has been compiled before, and tries whether it runs.
     *
     * @throws Missing if a tool, a package or the sources are not here
     * @throws IOException if it does not compile or does not run
     */
    public Built build() throws Missing, IOException, InterruptedException {
        if (sources != null) {
            if (sources.folder() == null) {
                throw new Missing(name + ": its sources are needed: " + sources.option() + " DIR");
            }
            Path header = sources.headers().resolve(sources.header());
            if (!Files.isRegularFile(header)) {
                throw new Missing(
                        name
                                + ": "
                                + sources.option()
                                + " "
                                + sources.folder()
                                + " holds no "
                                + Path.of(sources.include()).resolve(sources.header()).normalize());
            }
        }
        List<String> failures = new ArrayList<>();
        Missing missing = null;
        for (String compiler : compilers) {
            try {
                Path executable = new NativeBuild(this, compiler).executable();
                return new Built(executable, version(executable));
            } catch (Missing e) {
                missing = e;
            } catch (IOException e) {
                failures.add(compiler + ": " + e.getMessage());
            }
        }
        if (failures.isEmpty() && missing != null) {
            throw missing;
        }
        throw new IOException(name + " was not built: " + String.join("; ", failures));
    }

    private static String version(Path executable) throws IOException, InterruptedException {
        JsonNode json = json(line(executable, FIB, 1, 1));
        return json.path("version").asText("unknown");
    }

    private static String line(Path executable, String workload, long size, int workers)
            throws IOException, InterruptedException {
        return PeerProcess.run(
                List.of(
                        executable.toString(),
                        workload,
                        Long.toString(size),
                        Integer.toString(workers)),
                Map.of(),
                LIMIT,
                folder -> {});
    }

    private static JsonNode json(String line) throws IOException {
        JsonNode json = new ObjectMapper().readTree(line);
        if (json == null || !json.path("answer").isIntegralNumber() || !json.has("ns")) {
            throw new IOException("printed no answer with its time: " + line.strip());
        }
        return json;
    }

    private static Result parse(String line) throws IOException {
        JsonNode json = json(line);
        Map<String, Double> percentiles = new LinkedHashMap<>();
        json.path("percentiles_ns")
                .properties()
                .forEach(e -> percentiles.put(e.getKey(), e.getValue().asDouble()));
        return new Result(
                json.get("answer").asLong(), time(json, "ns"), time(json, "build_ns"), percentiles);
    }

    private static double time(JsonNode json, String field) {
        double ns = json.path(field).asDouble(0);
        return ns > 0 ? ns : Double.NaN;
    }
}
