// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.mpi;

import io.teff.mpi.MpiLauncher;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * How one launcher starts ranks. Immutable.
 *
 * @param launcher and where it is
 * @param family of MPI libraries that it starts
 * @param library what ranks are to load; null: they know by themselves
 */
record Launch(MpiLauncher launcher, Family family, String library) {
    static final String SRUN = "srun";

    /** What {@code --launcher} takes. */
    static final List<String> NAMES = List.of("mpiexec.mpich", "mpiexec.openmpi", "mpiexec", SRUN);

    private static final String LIBRARY = "TEFF_MPI_LIBRARY";
    private static final String INSTALL =
            "install one, such as by 'apt-get install mpich' or 'apt-get install openmpi-bin'";
    private static final long VERSION_S = 20;

    /** Libraries that work with the same launchers. */
    enum Family {
        MPICH,
        OPEN_MPI;

        private List<String> libraries() {
            return this == MPICH
                    ? List.of("libmpich.so.12", "libmpi.so.12")
                    : List.of("libmpi.so.40", "libmpi.so.80");
        }
    }

    /**
     * The launcher of that name, or for null the first there is; {@code srun} only by its name.
     *
     * @throws IllegalArgumentException if it is not there, or what it needs is not; says what to install
     */
    static Launch find(String name, Map<String, String> environment)
            throws IOException, InterruptedException {
        String path = environment.getOrDefault("PATH", "");
        if (name != null && !NAMES.contains(name)) {
            throw new IllegalArgumentException(
                    "--launcher: '" + name + "' is none of " + String.join(", ", NAMES));
        }
        if (SRUN.equals(name)) {
            Path program =
                    inFolders(path, SRUN)
                            .orElseThrow(
                                    () ->
                                            new IllegalArgumentException(
                                                    "--launcher: there is no srun on the PATH; 'apt-get"
                                                            + " install slurm-client' has it, and"
                                                            + " --launcher mpiexec.mpich needs no Slurm"));
            return underSlurm(new MpiLauncher(SRUN, program), environment);
        }
        List<MpiLauncher> found = MpiLauncher.find(path);
        if (found.isEmpty() && name == null) {
            throw new IllegalArgumentException("there is no MPI launcher on the PATH: " + INSTALL);
        }
        MpiLauncher launcher =
                found.stream()
                        .filter(f -> name == null || f.name().equals(name))
                        .findFirst()
                        .or(() -> inFolders(path, name).map(p -> new MpiLauncher(name, p)))
                        .orElseThrow(
                                () ->
                                        new IllegalArgumentException(
                                                "--launcher: there is no "
                                                        + name
                                                        + " on the PATH: "
                                                        + INSTALL));
        return new Launch(launcher, family(launcher), null);
    }

    private static Family family(MpiLauncher launcher) throws IOException, InterruptedException {
        return switch (launcher.name()) {
            case "mpiexec.mpich" -> Family.MPICH;
            case "mpiexec.openmpi" -> Family.OPEN_MPI;
            default -> {
                String version = version(launcher.program());
                yield version.contains("Open MPI") || version.contains("OpenRTE")
                        ? Family.OPEN_MPI
                        : Family.MPICH;
            }
        };
    }

    private static String version(Path program) throws IOException, InterruptedException {
        Path output = Files.createTempFile("teff-mpi-", ".txt");
        try {
            Process process =
                    new ProcessBuilder(program.toString(), "--version")
                            .redirectErrorStream(true)
                            .redirectOutput(output.toFile())
                            .start();
            if (!process.waitFor(VERSION_S, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IllegalArgumentException(
                        "--launcher: '" + program + " --version' does not end");
            }
            return Files.readString(output, StandardCharsets.ISO_8859_1);
        } finally {
            Files.delete(output);
        }
    }

    /** Slurm does not say which library a rank is to take; and the way to join depends on it. */
    private static Launch underSlurm(MpiLauncher srun, Map<String, String> environment) {
        String named = environment.getOrDefault(LIBRARY, "");
        if (!named.isBlank()) {
            String file = Path.of(named).getFileName().toString();
            boolean isOpenMpi = Family.OPEN_MPI.libraries().contains(file);
            return new Launch(srun, isOpenMpi ? Family.OPEN_MPI : Family.MPICH, named);
        }
        for (Family family : Family.values()) {
            for (String library : family.libraries()) {
                if (libraryFolders(environment).stream()
                        .anyMatch(folder -> Files.exists(Path.of(folder, library)))) {
                    return new Launch(srun, family, library);
                }
            }
        }
        throw new IllegalArgumentException(
                "--launcher: there is no MPI library for srun in "
                        + String.join(", ", libraryFolders(environment))
                        + ": "
                        + INSTALL
                        + ", or say where it is by "
                        + LIBRARY);
    }

    private static Set<String> libraryFolders(Map<String, String> environment) {
        Set<String> folders = new LinkedHashSet<>();
        for (String folder : environment.getOrDefault("LD_LIBRARY_PATH", "").split(":", -1)) {
            if (!folder.isBlank()) {
                folders.add(folder);
            }
        }
        String arch = System.getProperty("os.arch").replace("amd64", "x86_64");
        folders.addAll(
                List.of(
                        "/usr/lib/" + arch + "-linux-gnu",
                        "/usr/lib64",
                        "/usr/lib64/mpich/lib",
                        "/usr/lib64/openmpi/lib",
                        "/usr/lib",
                        "/usr/local/lib"));
        return folders;
    }

    private static Optional<Path> inFolders(String path, String name) {
        for (String folder : path.split(":", -1)) {
            if (!folder.isEmpty() && Files.isExecutable(Path.of(folder, name))) {
                return Optional.of(Path.of(folder, name));
            }
        }
        return Optional.empty();
    }

    boolean isSlurm() {
        return launcher.name().equals(SRUN);
    }

    /**
     * The words before a program's own.
     *
     * @param hosts that ranks are to run on; empty: this one, or those of a batch job
     * @param variables of the environment that ranks must have
     */
    List<String> command(int ranks, List<String> hosts, List<String> variables) {
        List<String> command =
                isSlurm()
                        ? new ArrayList<>(List.of(launcher.program().toString(), "-n", "" + ranks))
                        : new ArrayList<>(launcher.command(ranks));
        List<String> more = new ArrayList<>();
        if (isSlurm()) { // which does not end the others when a rank, or a node, is lost
            more.addAll(List.of("--mpi=" + (family == Family.MPICH ? "pmi2" : "pmix")));
            more.addAll(List.of("--kill-on-bad-exit=0", "--no-kill"));
            more.addAll(hosts.isEmpty() ? List.of() : List.of("-w", String.join(",", hosts)));
        } else if (family == Family.OPEN_MPI) {
            more.add("--enable-recovery"); // the same
            if (!launcher.name().equals("mpiexec.openmpi")) {
                more.addAll(List.of("--oversubscribe", "--bind-to", "none"));
            }
            more.addAll(hosts.isEmpty() ? List.of() : List.of("-H", String.join(",", hosts)));
            variables.forEach(variable -> more.addAll(List.of("-x", variable)));
        } else {
            more.addAll(hosts.isEmpty() ? List.of() : List.of("-hosts", String.join(",", hosts)));
        }
        command.addAll(1, more);
        return command;
    }

    /** What the launcher and its ranks need in their environment. */
    Map<String, String> environment() {
        return library == null
                ? Map.of("OMPI_ALLOW_RUN_AS_ROOT", "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM", "1")
                : Map.of(LIBRARY, library);
    }
}
