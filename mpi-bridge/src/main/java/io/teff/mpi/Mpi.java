// SPDX-License-Identifier: Apache-2.0
package io.teff.mpi;

import com.sun.jna.NativeLibrary;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * MPI in this process. {@link #init} first, once in the life of a JVM, and {@link #close} last.
 *
 * <pre>{@code
 * try (Mpi mpi = Mpi.init()) {
 *     System.out.println("rank " + mpi.world().rank() + " of " + mpi.world().size());
 * }
 * }</pre>
 *
 * <p>Any thread may call, but only one at a time ({@code MPI_THREAD_SERIALIZED}); virtual threads must
 * not. Errors are {@link MpiException}s. Names follow Open MPI's Java bindings.
 */
public final class Mpi implements AutoCloseable {
    private static final long FINALIZE_S = 5;
    private static final long NAP_NS = 100_000;
    private static final int MAX_TEXT = 8192 + 1;
    private static final Map<String, String> SIZES =
            Map.of(
                    "OMPI_COMM_WORLD_SIZE", "mpiexec.openmpi",
                    "PMI_SIZE", "mpiexec.mpich or srun");

    private static Mpi instance; // guarded by the class

    final MpiCalls calls;
    final MpiAbi abi;
    final List<SharedWindow> windows = new ArrayList<>(); // that are open
    private final String file;
    private final NativeBuffer scratch = NativeBuffer.allocate(MAX_TEXT + 16);
    private final Comm world;
    private boolean isClosed;
    private boolean hasEnded;

    private Mpi() {
        NativeLibrary library = MpiLibrary.open();
        abi = MpiAbi.of(library);
        file = MpiLibrary.file(library).toString();
        calls = calls(library);
        long provided = scratch.address();
        check("MPI_Init_thread", calls.MPI_Init_thread(0, 0, abi.threadSerialized(), provided));
        int level = scratch.bytes().getInt(0);
        if (level < abi.threadSerialized()) {
            calls.MPI_Finalize();
            throw new IllegalStateException(
                    file
                            + " offers thread level "
                            + level
                            + ", needed is MPI_THREAD_SERIALIZED, "
                            + abi.threadSerialized());
        }
        world = new Comm(this, abi.commWorld());
        check(
                "MPI_Comm_set_errhandler",
                calls.MPI_Comm_set_errhandler(abi.commWorld(), abi.errorsReturn()));
        checkLauncher(System.getenv(), world.size());
    }

    private static MpiCalls calls(NativeLibrary library) {
        if (ForeignLinker.isAvailable() && !Boolean.getBoolean("teff.mpi.jna")) {
            ForeignLinker.use(library);
            return new ForeignCalls();
        }
        return new JnaCalls(library);
    }

    /**
     * Starts MPI. A process that no launcher has started is a world of one rank.
     *
     * @throws UnsatisfiedLinkError if there is no MPI library; the message says what to install
     * @throws IllegalStateException if MPI was started before in this JVM, or if the library is not that
     *     of the launcher
     */
    public static synchronized Mpi init() {
        if (instance != null) {
            throw new IllegalStateException("MPI can be started once in the life of a process");
        }
        instance = new Mpi();
        return instance;
    }

    /** A library that does not know its launcher makes every process a world of its own. */
    private void checkLauncher(Map<String, String> environment, int size) {
        SIZES.forEach(
                (variable, launcher) -> {
                    String expected = environment.get(variable);
                    if (expected != null && !expected.equals(Integer.toString(size))) {
                        close();
                        throw new IllegalStateException(
                                launcher
                                        + " has started "
                                        + expected
                                        + " ranks, but "
                                        + version()
                                        + " ("
                                        + file
                                        + ") sees "
                                        + size
                                        + ": name the launcher's own library by "
                                        + MpiLibrary.VARIABLE);
                    }
                });
    }

    /** All processes of this run. */
    public Comm world() {
        return world;
    }

    /** What the library calls itself. */
    public String version() {
        check(
                "MPI_Get_library_version",
                calls.MPI_Get_library_version(scratch.address() + 8, scratch.address()));
        return scratch.text(8, Math.min(scratch.size() - 8, scratch.bytes().getInt(0)))
                .lines()
                .findFirst()
                .orElse("")
                .strip()
                .replaceAll("\\s+", " ");
    }

    /** The file that the library was loaded from. */
    public String file() {
        return file;
    }

    /** The family of libraries: MPICH, Open MPI, or MPI ABI for the standard one. */
    public String abi() {
        return abi.name();
    }

    /** How calls are made: {@code jna}, or {@code foreign} where the JVM has java.lang.foreign. */
    public String way() {
        return calls instanceof JnaCalls ? "jna" : "foreign";
    }

    /** Ends all ranks with this exit code, without further ado. */
    public void abort(int code) {
        calls.MPI_Abort(abi.commWorld(), code);
    }

    /**
     * Waits for the other ranks to do the same, as long as it takes; frees what they share, and ends MPI in
     * this process. Idempotent.
     *
     * <p>MPICH 4.0 over TCP by UCX 1.13 often does not come back from its own end, although all ranks are
     * there: then this returns after some seconds all the same, and the launcher ends with the processes.
     */
    @Override
    public void close() {
        if (!isClosed) {
            isClosed = true;
            meet(() -> false);
            end();
        }
    }

    /**
     * As {@link #close}, but not for ever: while it waits for the other ranks it asks again and again
     * whether one of them will not come. MPI may be the first to say so.
     *
     * @return whether MPI has ended; else it must be left alone, until this process ends
     */
    public boolean closeUnless(BooleanSupplier isLost) {
        if (isClosed) {
            return hasEnded;
        }
        isClosed = true;
        try {
            if (!meet(isLost)) {
                return false;
            }
        } catch (MpiException e) {
            return false; // a rank has died while we waited for it
        }
        end();
        return true;
    }

    /** Waits for the other ranks; from there on none needs another. False if one is lost. */
    private boolean meet(BooleanSupplier isLost) {
        Request all = world.iBarrier();
        while (!all.test()) {
            if (isLost.getAsBoolean()) {
                return false;
            }
            LockSupport.parkNanos(this, NAP_NS);
        }
        return true;
    }

    private void end() {
        hasEnded = true;
        CompletableFuture<Integer> code = new CompletableFuture<>();
        Thread thread = new Thread(() -> finish(code), "teff-mpi-finalize");
        thread.setDaemon(true);
        thread.start();
        check("MPI_Finalize", code.completeOnTimeout(0, FINALIZE_S, TimeUnit.SECONDS).join());
    }

    private void finish(CompletableFuture<Integer> code) {
        try {
            List.copyOf(windows).forEach(SharedWindow::close);
            code.complete(calls.MPI_Finalize());
        } catch (RuntimeException | Error error) {
            code.completeExceptionally(error);
        }
    }

    void check(String call, int code) {
        if (code != 0) {
            throw error(call, code);
        }
    }

    MpiException error(String call, int code) {
        NativeBuffer text = NativeBuffer.allocate(MAX_TEXT + 16); // scratch may be the caller's
        calls.MPI_Error_class(code, text.address());
        int errorClass = text.bytes().getInt(0);
        calls.MPI_Error_string(code, text.address() + 8, text.address());
        String message = text.text(8, Math.min(MAX_TEXT, text.bytes().getInt(0)));
        return new MpiException(call, code, errorClass, message);
    }
}
