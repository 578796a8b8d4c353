// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.micro;

import io.teff.bench.measure.Contender;
import io.teff.mpi.MpiLauncher;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/**
 * {@code teff bench mpi}: tasks for another rank of this machine, one at a time and many, against MPI
 * itself from C and from Java. The ranks stay from round to round and sleep while others are measured.
 */
@Command(
        name = "mpi",
        description = {
            "Tasks on another rank of this machine, under each MPI that is installed: round trips of"
                    + " one task, and tasks per second. Beside them the same round trip, and a"
                    + " stream of 64 KiB messages in tasks of 24 bytes (16 there, 8 back), in Java"
                    + " over the binding (raw), and in C where mpicc is installed (c)."
        })
final class MpiBench extends MicroCommand {
    private static final String C = "c";
    private static final String RAW = "raw";
    private static final String CALL = "mpi.call";
    private static final String LANE = "mpi.lane";
    private static final String LAMBDA = "mpi.lambda";
    private static final int STREAM_BYTES = 65536;
    private static final int TASK_BYTES = 24;

    @Option(
            names = "--launchers",
            paramLabel = "NAME",
            split = ",",
            description =
                    "Which of mpiexec.mpich, mpiexec.openmpi, mpiexec; default: all there are.")
    List<String> launchers;

    private final Map<String, Path> programs = new LinkedHashMap<>(); // in C, by launcher
    private final Map<String, RankSession> open = new LinkedHashMap<>();

    @Override
    String bench() {
        return "mpi";
    }

    @Override
    List<String> names() {
        return list(C, RAW, CALL, LANE, LAMBDA);
    }

    @Override
    String baseline() {
        return RAW;
    }

    @Override
    List<String> baselineKeys() {
        return List.of("launcher");
    }

    @Override
    List<Integer> defaultWorkers() {
        return List.of(1);
    }

    @Override
    public Integer call() throws InterruptedException {
        check(workers == null, "--workers: a rank has one worker here");
        try {
            return super.call();
        } finally {
            open.values().forEach(RankSession::close);
        }
    }

    @Override
    List<Contender> contenders() {
        List<MpiLauncher> found = MpiLauncher.find(System.getenv().getOrDefault("PATH", ""));
        check(!found.isEmpty(), "no MPI is installed: apt-get install mpich, or openmpi-bin");
        TreeSet<String> names = new TreeSet<>();
        found.forEach(launcher -> names.add(launcher.name()));
        for (String name : launchers == null ? List.<String>of() : launchers) {
            check(names.contains(name), "--launchers: there is no " + name + " but " + names);
        }
        List<Contender> contenders = new ArrayList<>();
        for (MpiLauncher launcher : found) {
            if (launchers == null || launchers.contains(launcher.name())) {
                add(contenders, launcher);
            }
        }
        return contenders;
    }

    private void add(List<Contender> contenders, MpiLauncher launcher) {
        int trips = quick ? 2_000 : 50_000;
        int messages = quick ? 500 : 5_000;
        if (chosen(C) && isCompiled(launcher)) {
            trip(contenders, launcher, C, trips);
            stream(contenders, launcher, C, messages);
        }
        if (chosen(RAW)) {
            trip(contenders, launcher, RAW, trips);
            stream(contenders, launcher, RAW, messages);
        }
        if (chosen(CALL)) {
            trip(contenders, launcher, CALL, trips);
            tasks(contenders, launcher, CALL, "calls", quick ? 20_000 : 1_000_000);
        }
        if (chosen(LANE)) {
            tasks(contenders, launcher, LANE, "lane", quick ? 200_000 : 10_000_000);
        }
        if (chosen(LAMBDA)) {
            tasks(contenders, launcher, LAMBDA, "lambdas", quick ? 5_000 : 300_000);
        }
    }

    private void trip(List<Contender> to, MpiLauncher launcher, String name, int n) {
        to.add(
                contender(
                        "round-trip",
                        name,
                        launcher,
                        n,
                        "ns/op",
                        points -> {
                            long ns = session(launcher, name).run("round-trip", n);
                            points.add((double) ns / n, ns > 0);
                        }));
    }

    private void stream(List<Contender> to, MpiLauncher launcher, String name, int messages) {
        long tasks = (long) messages * STREAM_BYTES / TASK_BYTES;
        to.add(
                contender(
                        "tasks",
                        name,
                        launcher,
                        messages,
                        "ops/s",
                        points -> {
                            long ns = session(launcher, name).run("stream", messages);
                            points.add(tasks * 1e9 / ns, ns > 0);
                        }));
    }

    private void tasks(List<Contender> to, MpiLauncher launcher, String name, String order, int n) {
        to.add(
                contender(
                        "tasks",
                        name,
                        launcher,
                        n,
                        "ops/s",
                        points -> {
                            long ns = session(launcher, name).run(order, n);
                            points.add(n * 1e9 / ns, ns > 0);
                        }));
    }

    private static Contender contender(
            String workload,
            String name,
            MpiLauncher launcher,
            int n,
            String metric,
            Contender.Round round) {
        Map<String, Object> params = new LinkedHashMap<>();
        params.put("launcher", launcher.name());
        params.put("n", n);
        return new Contender(workload, name, 1, params, metric, round);
    }

    private RankSession session(MpiLauncher launcher, String name)
            throws IOException, InterruptedException {
        String key = launcher.name() + " " + (name.startsWith("mpi.") ? "mpi" : name);
        RankSession session = open.get(key);
        if (session == null) {
            session =
                    switch (name) {
                        case C ->
                                RankSession.of(
                                        launcher,
                                        List.of(programs.get(launcher.name()).toString()));
                        case RAW -> RankSession.of(launcher, MpiRawMain.class);
                        default -> RankSession.of(launcher, MpiTasksMain.class);
                    };
            open.put(key, session);
        }
        return session;
    }

    // The program in C

    /** The launcher's own compiler; null if it is not installed. */
    private static Path compiler(MpiLauncher launcher) {
        String name = launcher.name().replace("mpiexec", "mpicc");
        for (String folder : System.getenv().getOrDefault("PATH", "").split(":", -1)) {
            Path file = Path.of(folder, name);
            if (!folder.isEmpty() && Files.isExecutable(file)) {
                return file;
            }
        }
        return null;
    }

    /** Whether there is the program in C now; says why not. */
    private boolean isCompiled(MpiLauncher launcher) {
        Path compiler = compiler(launcher);
        try {
            String failure = compiler == null ? "is not installed" : compile(launcher, compiler);
            if (failure != null) {
                spec.commandLine()
                        .getErr()
                        .println(
                                "no rows of c under "
                                        + launcher.name()
                                        + ": its mpicc "
                                        + failure
                                        + "; apt-get install libmpich-dev libopenmpi-dev");
            }
            return failure == null;
        } catch (IOException e) {
            throw new UncheckedIOException("the program in C cannot be written", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ParameterException(spec.commandLine(), "interrupted", e);
        }
    }

    /** Null, or what went wrong. */
    private String compile(MpiLauncher launcher, Path compiler)
            throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("teff-mpi-c-");
        folder.toFile().deleteOnExit(); // the other way round: its files go first
        Path source = folder.resolve("mpi_reference.c");
        Path program = folder.resolve("mpi_reference");
        Path log = folder.resolve("log");
        try (InputStream text = MpiBench.class.getResourceAsStream("mpi_reference.c")) {
            Files.copy(text, source, StandardCopyOption.REPLACE_EXISTING);
        }
        for (Path file : List.of(source, program, log)) {
            file.toFile().deleteOnExit();
        }
        Process process =
                new ProcessBuilder(
                                compiler.toString(),
                                "-O3",
                                "-o",
                                program.toString(),
                                source.toString())
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .start();
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            return "does not end";
        }
        if (process.exitValue() != 0) {
            return "says " + Files.readAllLines(log).stream().findFirst().orElse("nothing");
        }
        programs.put(launcher.name(), program);
        return null;
    }
}
