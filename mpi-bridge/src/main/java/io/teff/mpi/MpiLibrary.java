// SPDX-License-Identifier: Apache-2.0
package io.teff.mpi;

import com.sun.jna.Function;
import com.sun.jna.Library;
import com.sun.jna.NativeLibrary;
import java.io.File;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The MPI library of this process: found by what the launcher has set, then by what is installed. The
 * packages that programs are run with are enough.
 */
final class MpiLibrary {
    /** The environment variable, and in lower case with dots the system property, that names it. */
    static final String VARIABLE = "TEFF_MPI_LIBRARY";

    private static final String PROPERTY = "teff.mpi.library";
    private static final int RTLD_NOW = 2;
    private static final int RTLD_GLOBAL = 0x100;

    private static final List<String> MPICH = List.of("libmpich.so.12", "libmpi.so.12");
    private static final List<String> OPEN_MPI = List.of("libmpi.so.40", "libmpi.so.80");
    private static final List<String> STANDARD = List.of("libmpi_abi.so.0", "libmpi_abi.so");

    private MpiLibrary() {}

    /** Names to try, the most likely first. */
    static List<String> candidates(Map<String, String> environment, String property) {
        if (property != null && !property.isBlank()) {
            return List.of(property);
        }
        String named = environment.get(VARIABLE);
        if (named != null && !named.isBlank()) {
            return List.of(named);
        }
        Set<String> names = new LinkedHashSet<>();
        if (environment.containsKey("OMPI_COMM_WORLD_RANK")) {
            names.addAll(OPEN_MPI);
        } else if (environment.containsKey("PMI_RANK")) {
            names.addAll(MPICH);
        }
        names.addAll(STANDARD);
        names.addAll(MPICH);
        names.addAll(OPEN_MPI);
        return List.copyOf(names);
    }

    /**
     * Opens it.
     *
     * @throws UnsatisfiedLinkError if there is none, naming what was tried and what to install
     */
    static NativeLibrary open() {
        // UCX, inside MPICH, would take SIGSEGV from the JVM, which needs it.
        if (System.getenv("UCX_ERROR_SIGNALS") == null) {
            Function.getFunction("c", "setenv")
                    .invokeInt(new Object[] {"UCX_ERROR_SIGNALS", "", 1});
        }
        List<String> names = candidates(System.getenv(), System.getProperty(PROPERTY));
        List<String> errors = new ArrayList<>();
        for (String name : names) {
            try {
                return NativeLibrary.getInstance(
                        name, Map.of(Library.OPTION_OPEN_FLAGS, RTLD_NOW | RTLD_GLOBAL));
            } catch (UnsatisfiedLinkError e) {
                errors.add(e.getMessage().lines().findFirst().orElse(name));
            }
        }
        throw new UnsatisfiedLinkError(
                "no MPI library: tried "
                        + String.join(", ", names)
                        + " ("
                        + errors.get(0)
                        + "); install one, such as 'apt-get install mpich' or 'apt-get install"
                        + " openmpi-bin', or say where it is by "
                        + VARIABLE);
    }

    /** Where it was loaded from. */
    static File file(NativeLibrary library) {
        return library.getFile();
    }
}
