// SPDX-License-Identifier: Apache-2.0
package io.teff.mpi;

/** A call of MPI returned an error; the message is MPI's own, after the name of the call. */
public final class MpiException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final int code;
    private final int errorClass;

    MpiException(String call, int code, int errorClass, String text) {
        super(call + ": " + text);
        this.code = code;
        this.errorClass = errorClass;
    }

    /** What the call returned; its meaning is the library's. */
    public int code() {
        return code;
    }

    /** The error class, as MPI_Error_class gives it; its numbers are the ABI's. */
    public int errorClass() {
        return errorClass;
    }
}
