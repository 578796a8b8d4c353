// SPDX-License-Identifier: Apache-2.0
package io.teff.mpi;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A program that starts ranks on this machine: {@code mpiexec.mpich}, {@code mpiexec.openmpi} or a plain
 * {@code mpiexec}, whose options differ. Immutable.
 *
 * @param name of the program
 * @param program where it is
 */
public record MpiLauncher(String name, Path program) {
    private static final String OPEN_MPI = "mpiexec.openmpi";
    private static final List<String> NAMES = List.of("mpiexec.mpich", OPEN_MPI, "mpiexec");

    /** Those in the folders of a PATH; a plain {@code mpiexec} only if it is none of the others. */
    public static List<MpiLauncher> find(String path) {
        List<MpiLauncher> found = new ArrayList<>();
        for (String name : NAMES) {
            Optional<Path> program = program(path, name);
            if (program.isPresent() && (found.isEmpty() || !name.equals("mpiexec"))) {
                found.add(new MpiLauncher(name, program.get()));
            }
        }
        return List.copyOf(found);
    }

    private static Optional<Path> program(String path, String name) {
        for (String folder : path.split(":", -1)) {
            if (!folder.isEmpty()) {
                Path file = Path.of(folder, name);
                if (Files.isExecutable(file)) {
                    return Optional.of(file);
                }
            }
        }
        return Optional.empty();
    }

    /** The words before a program's own, to start that many ranks of it on this machine. */
    public List<String> command(int ranks) {
        List<String> command = new ArrayList<>(List.of(program.toString()));
        if (name.equals(OPEN_MPI)) { // which else binds each rank to a core, and counts them
            command.addAll(List.of("--oversubscribe", "--bind-to", "none"));
        }
        command.addAll(List.of("-n", Integer.toString(ranks)));
        return command;
    }
}
