// SPDX-License-Identifier: Apache-2.0
package io.teff.mpi;

import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import java.util.function.ToLongFunction;

/**
 * The binary interface of an MPI library: what its handles and constants are, and how a status is laid
 * out. Every handle is passed as a {@code long}: a library that takes an int reads the lower half of
 * the register.
 *
 * <p>Sources: the headers of MPICH 4.0 and Open MPI 4.1, and the MPI Forum's header of the standard
 * ABI of MPI 5.0.
 *
 * @param name of the family
 * @param handleBytes size of a handle in memory, such as in an array of requests
 * @param statusBytes size of a status
 * @param statusSource where in a status the source is, in bytes
 * @param statusTag where the tag is
 * @param statusError where the error is, which is set only by calls that return errInStatus
 * @param errInStatus the error class of a call on many requests, of which some have failed
 */
record MpiAbi(
        String name,
        int handleBytes,
        long commWorld,
        long typeByte,
        long typeLong,
        long typeDouble,
        long opSum,
        long opMax,
        long opMin,
        long requestNull,
        long infoNull,
        long errorsReturn,
        int statusBytes,
        int statusSource,
        int statusTag,
        int statusError,
        int anySource,
        int anyTag,
        int threadSerialized,
        int commTypeShared,
        int errInStatus) {

    /** MPICH and what keeps its ABI: Intel MPI, MVAPICH, Cray. */
    static MpiAbi mpich() {
        return new MpiAbi(
                "MPICH",
                4,
                0x44000000L,
                0x4c00010dL,
                0x4c000807L,
                0x4c00080bL,
                0x58000003L,
                0x58000001L,
                0x58000002L,
                0x2c000000L,
                0x1c000000L,
                0x54000001L,
                20,
                8,
                12,
                16,
                -2,
                -1,
                2,
                1,
                17);
    }

    /** The standard ABI of MPI 5. */
    static MpiAbi standard() {
        return new MpiAbi(
                "MPI ABI", 8, 0x101, 0x247, 0x20a, 0x214, 0x21, 0x23, 0x22, 0x180, 0x130, 0x142, 32,
                0, 4, 8, -1, -2, 2048, 221, 19);
    }

    /** Open MPI, whose handles are addresses of variables of the library. */
    static MpiAbi openMpi(NativeLibrary library) {
        ToLongFunction<String> of =
                symbol -> Pointer.nativeValue(library.getGlobalVariableAddress(symbol));
        return new MpiAbi(
                "Open MPI",
                8,
                of.applyAsLong("ompi_mpi_comm_world"),
                of.applyAsLong("ompi_mpi_byte"),
                of.applyAsLong("ompi_mpi_long"),
                of.applyAsLong("ompi_mpi_double"),
                of.applyAsLong("ompi_mpi_op_sum"),
                of.applyAsLong("ompi_mpi_op_max"),
                of.applyAsLong("ompi_mpi_op_min"),
                of.applyAsLong("ompi_request_null"),
                of.applyAsLong("ompi_mpi_info_null"),
                of.applyAsLong("ompi_mpi_errors_return"),
                24,
                0,
                4,
                8,
                -1,
                -1,
                2,
                0,
                18);
    }

    /** That of a library that has been opened, by the names it has. */
    static MpiAbi of(NativeLibrary library) {
        if (has(library, "ompi_mpi_comm_world")) {
            return openMpi(library);
        }
        return has(library, "MPI_Abi_get_version") ? standard() : mpich();
    }

    private static boolean has(NativeLibrary library, String symbol) {
        try {
            library.getGlobalVariableAddress(symbol);
            return true;
        } catch (UnsatisfiedLinkError e) {
            return false;
        }
    }
}
