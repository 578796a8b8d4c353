// SPDX-License-Identifier: Apache-2.0
package io.teff.mpi;

import com.sun.jna.NativeLibrary;

/** {@code MPI_Abort} as native code in a task may call it: in the library that this rank uses. */
public final class NativeAbort {
    private NativeAbort() {}

    /** Ends all ranks with this exit code. */
    public static void abort(int code) {
        NativeLibrary library = MpiLibrary.open();
        library.getFunction("MPI_Abort")
                .invokeInt(new Object[] {MpiAbi.of(library).commWorld(), code});
    }
}
