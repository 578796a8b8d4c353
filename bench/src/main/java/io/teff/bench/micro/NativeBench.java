// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.micro;

import io.teff.bench.measure.Contender;
import io.teff.bench.measure.Progress;
import io.teff.bench.measure.Report;
import io.teff.bench.measure.Row;
import io.teff.bench.peers.NativePeer;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code teff bench native}, and {@code scripts/teff peers --native}: the engine beside runtimes of C++ and
 * Rust, round by round in one run.
 *
 * <p>What is not installed is named on stderr, with what to type; what does not compile, or does not run,
 * is a row that is not verified. Rounds of others are processes of their own, which warm themselves up.
 */
@Command(
        name = "native",
        description = {
            "The engine beside oneTBB, OpenMP, Rayon and, where their sources are, Taskflow, libfork and"
                    + " Lace.",
            "Compiles programs of Teff's own into teff/native of the user's cache folder."
        })
final class NativeBench extends MicroCommand {
    private static final String BUILD = "build";

    @Option(
            names = "--workload",
            paramLabel = "NAME",
            split = ",",
            description = "fib, flat, chain, wavefront, loop, latency; default all.")
    List<String> workloads;

    @Option(
            names = "--taskflow",
            paramLabel = "DIR",
            defaultValue = "${env:TEFF_TASKFLOW}",
            description = "The sources of Taskflow; or set TEFF_TASKFLOW.")
    Path taskflow;

    @Option(
            names = "--libfork",
            paramLabel = "DIR",
            defaultValue = "${env:TEFF_LIBFORK}",
            description = "The sources of libfork; or set TEFF_LIBFORK.")
    Path libfork;

    @Option(
            names = "--lace",
            paramLabel = "DIR",
            defaultValue = "${env:TEFF_LACE}",
            description = "The sources of Lace; or set TEFF_LACE.")
    Path lace;

    @Override
    String bench() {
        return "native";
    }

    @Override
    List<String> names() {
        return Stream.concat(
                        NativeWork.TEFF.stream(),
                        NativePeer.all(null, null, null).stream().map(NativePeer::name))
                .toList();
    }

    @Override
    String baseline() {
        return NativeWork.ENGINE;
    }

    @Override
    List<String> baselineKeys() {
        return List.of(NativeWork.TIMED, NativeWork.PERCENTILE);
    }

    @Override
    int[] warmUp() {
        return quick ? new int[] {1, 1} : new int[] {3, 6};
    }

    @Override
    List<Contender> contenders() {
        List<String> chosenWorkloads = workloads != null ? workloads : NativePeer.WORKLOADS;
        for (String workload : chosenWorkloads) {
            check(
                    NativePeer.WORKLOADS.contains(workload),
                    "--workload must be one of " + NativePeer.WORKLOADS + ": " + workload);
        }
        checkFolder("--taskflow", taskflow);
        checkFolder("--libfork", libfork);
        checkFolder("--lace", lace);
        List<Contender> contenders = new ArrayList<>();
        Map<NativePeer, NativePeer.Built> built = built(contenders);
        NativeWork work = new NativeWork(quick);
        for (String workload : chosenWorkloads) {
            for (Contender own : work.own(workload, workerCounts())) {
                if (chosen(own.name())) {
                    contenders.add(own);
                }
            }
            for (int workers : workerCounts()) {
                built.forEach(
                        (peer, program) -> {
                            if (peer.workloads().contains(workload)) {
                                contenders.add(work.peer(workload, peer.name(), program, workers));
                            }
                        });
            }
        }
        return contenders;
    }

    private void checkFolder(String option, Path folder) {
        check(
                folder == null || Files.isDirectory(folder),
                option + " must be a folder with the sources: " + folder);
    }

    /** Those that can run. One that does not compile becomes a contender that fails. */
    private Map<NativePeer, NativePeer.Built> built(List<Contender> contenders) {
        Map<NativePeer, NativePeer.Built> built = new LinkedHashMap<>();
        List<NativePeer> peers =
                NativePeer.all(absolute(taskflow), absolute(libfork), absolute(lace)).stream()
                        .filter(peer -> chosen(peer.name()))
                        .toList();
        Progress progress = Progress.onTerminal();
        for (int i = 0; i < peers.size(); i++) {
            NativePeer peer = peers.get(i);
            progress.show(i, peers.size(), "building " + peer.name());
            try {
                built.put(peer, peer.build());
            } catch (NativePeer.Missing e) {
                progress.clear();
                boolean isNamed = only != null || isGiven(peer);
                check(!isNamed, e.getMessage());
                spec.commandLine().getErr().println("left out: " + e.getMessage());
            } catch (IOException e) {
                contenders.add(failing(peer, e));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted while building " + peer.name(), e);
            }
        }
        progress.clear();
        return built;
    }

    private static Path absolute(Path folder) {
        return folder == null ? null : folder.toAbsolutePath(); // compilers run elsewhere
    }

    private static boolean isGiven(NativePeer peer) {
        return peer.sources() != null && peer.sources().folder() != null;
    }

    private static Contender failing(NativePeer peer, IOException failure) {
        return new Contender(
                BUILD,
                peer.name(),
                1,
                Map.of(),
                "s",
                points -> {
                    throw failure;
                });
    }

    /** How far the others are from the engine, fork by fork. */
    @Override
    void conclude(Report report, PrintWriter out) {
        for (int workers : workerCounts()) {
            Optional<Row> own = fib(report, workers, NativeWork.ENGINE);
            List<String> others = new ArrayList<>();
            for (String name : names()) {
                if (!NativeWork.TEFF.contains(name)) {
                    fib(report, workers, name)
                            .ifPresent(
                                    row ->
                                            own.ifPresent(
                                                    base -> others.add(distance(name, row, base))));
                }
            }
            if (!others.isEmpty()) {
                out.printf(
                        Locale.ROOT,
                        "fib, %d worker%s: engine %.2f ns per activation; %s%n",
                        workers,
                        workers == 1 ? "" : "s",
                        own.orElseThrow().median(),
                        String.join(", ", others));
            }
        }
    }

    private static Optional<Row> fib(Report report, int workers, String name) {
        return report.rows().stream()
                .filter(row -> row.workload().equals(NativePeer.FIB))
                .filter(row -> row.contender().equals(name) && row.workers() == workers)
                .filter(row -> Double.isFinite(row.median()))
                .findFirst();
    }

    private static String distance(String name, Row row, Row base) {
        double ratio = row.median() / base.median();
        return String.format(
                Locale.ROOT,
                "%s %.2f (%.2fx%s)",
                name,
                row.median(),
                ratio,
                ratio < 1 ? ", faster" : "");
    }
}
