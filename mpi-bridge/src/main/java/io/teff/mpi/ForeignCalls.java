// SPDX-License-Identifier: Apache-2.0
package io.teff.mpi;

import java.lang.invoke.MethodHandle;

/**
 * MPI through {@code java.lang.foreign}: about 5 ns a call. Handles are constants of this class, so that
 * they are compiled into their callers; hence one library for each JVM.
 */
final class ForeignCalls implements MpiCalls {
    private static final MethodHandle INIT_THREAD = ForeignLinker.handle("MPI_Init_thread", "JJIJ");
    private static final MethodHandle FINALIZE = ForeignLinker.handle("MPI_Finalize", "");
    private static final MethodHandle ABORT = ForeignLinker.handle("MPI_Abort", "JI");
    private static final MethodHandle GET_LIBRARY_VERSION =
            ForeignLinker.handle("MPI_Get_library_version", "JJ");
    private static final MethodHandle ERROR_STRING =
            ForeignLinker.handle("MPI_Error_string", "IJJ");
    private static final MethodHandle ERROR_CLASS = ForeignLinker.handle("MPI_Error_class", "IJ");
    private static final MethodHandle COMM_RANK = ForeignLinker.handle("MPI_Comm_rank", "JJ");
    private static final MethodHandle COMM_SIZE = ForeignLinker.handle("MPI_Comm_size", "JJ");
    private static final MethodHandle COMM_DUP = ForeignLinker.handle("MPI_Comm_dup", "JJ");
    private static final MethodHandle COMM_SPLIT_TYPE =
            ForeignLinker.handle("MPI_Comm_split_type", "JIIJJ");
    private static final MethodHandle COMM_SET_ERRHANDLER =
            ForeignLinker.handle("MPI_Comm_set_errhandler", "JJ");
    private static final MethodHandle SEND = ForeignLinker.handle("MPI_Send", "JIJIIJ");
    private static final MethodHandle RECV = ForeignLinker.handle("MPI_Recv", "JIJIIJJ");
    private static final MethodHandle ISEND = ForeignLinker.handle("MPI_Isend", "JIJIIJJ");
    private static final MethodHandle IRECV = ForeignLinker.handle("MPI_Irecv", "JIJIIJJ");
    private static final MethodHandle TEST = ForeignLinker.handle("MPI_Test", "JJJ");
    private static final MethodHandle IPROBE = ForeignLinker.handle("MPI_Iprobe", "IIJJJ");
    private static final MethodHandle GET_COUNT = ForeignLinker.handle("MPI_Get_count", "JJJ");
    private static final MethodHandle WIN_ALLOCATE_SHARED =
            ForeignLinker.handle("MPI_Win_allocate_shared", "JIJJJJ");
    private static final MethodHandle WIN_SHARED_QUERY =
            ForeignLinker.handle("MPI_Win_shared_query", "JIJJJ");
    private static final MethodHandle WIN_FREE = ForeignLinker.handle("MPI_Win_free", "J");
    private static final MethodHandle RECV_INIT = ForeignLinker.handle("MPI_Recv_init", "JIJIIJJ");
    private static final MethodHandle STARTALL = ForeignLinker.handle("MPI_Startall", "IJ");
    private static final MethodHandle TESTSOME = ForeignLinker.handle("MPI_Testsome", "IJJJJ");
    private static final MethodHandle REQUEST_FREE = ForeignLinker.handle("MPI_Request_free", "J");
    private static final MethodHandle BARRIER = ForeignLinker.handle("MPI_Barrier", "J");
    private static final MethodHandle IBARRIER = ForeignLinker.handle("MPI_Ibarrier", "JJ");
    private static final MethodHandle BCAST = ForeignLinker.handle("MPI_Bcast", "JIJIJ");
    private static final MethodHandle ALLREDUCE = ForeignLinker.handle("MPI_Allreduce", "JJIJJJ");

    private static int code(Throwable t) {
        if (t instanceof Error error) {
            throw error;
        }
        throw new IllegalStateException("a call of MPI failed in Java", t);
    }

    @Override
    public int MPI_Init_thread(long argc, long argv, int required, long provided) {
        try {
            return (int) INIT_THREAD.invokeExact(argc, argv, required, provided);
        } catch (Throwable t) {
            return code(t);
        }
    }

    @Override
    public int MPI_Finalize() {
        try {
            return (int) FINALIZE.invokeExact();
        } catch (Throwable t) {
            return code(t);
        }
    }

    @Override
    public int MPI_Abort(long comm, int code) {
        try {
            return (int) ABORT.invokeExact(comm, code);
        } catch (Throwable t) {
            return code(t);
        }
    }

    @Override
    public int MPI_Get_library_version(long text, long length) {
        try {
            return (int) GET_LIBRARY_VERSION.invokeExact(text, length);
        } catch (Throwable t) {
            return code(t);
        }
    }

    @Override
    public int MPI_Error_string(int code, long text, long length) {
        try {
            return (int) ERROR_STRING.invokeExact(code, text, length);
        } catch (Throwable t) {
            return code(t);
        }
    }

    @Override
    public int MPI_Error_class(int code, long errorClass) {
        try {
            return (int) ERROR_CLASS.invokeExact(code, errorClass);
        } catch (Throwable t) {
            return code(t);
        }
    }

    @Override
    public int MPI_Comm_rank(long comm, long rank) {
        try {
            return (int) COMM_RANK.invokeExact(comm, rank);
        } catch (Throwable t) {
            return code(t);
        }
    }

    @Override
    public int MPI_Comm_size(long comm, long size) {
        try {
            return (int) COMM_SIZE.invokeExact(comm, size);
        } catch (Throwable t) {
            return code(t);
        }
    }

    @Override
    public int MPI_Comm_dup(long comm, long to) {
        try {
            return (int) COMM_DUP.invokeExact(comm, to);
        } catch (Throwable t) {
            return code(t);
        }
    }

    @Override
    public int MPI_Comm_split_type(long comm, int type, int key, long info, long to) {
        try {
            return (int) COMM_SPLIT_TYPE.invokeExact(comm, type, key, info, to);
        } catch (Throwable t) {
            return code(t);
        }
    }

    @Override
    public int MPI_Comm_set_errhandler(long comm, long handler) {
        try {
            return (int) COMM_SET_ERRHANDLER.invokeExact(comm, handler);
        } catch (Throwable t) {
            return code(t);
        }
    }

    @Override
    public int MPI_Send(long buffer, int count, long type, int dest, int tag, long comm) {
        try {
            return (int) SEND.invokeExact(buffer, count, type, dest, tag, comm);
        } catch (Throwable t) {
            return code(t);
        }
    }

    @Override
    public int MPI_Recv(
            long buffer, int count, long type, int source, int tag, long comm, long status) {
        try {
            return (int) RECV.invokeExact(buffer, count, type, source, tag, comm, status);
        } catch (Throwable t) {
            return code(t);
        }
    }

    @Override
    public int MPI_Isend(
            long buffer, int count, long type, int dest, int tag, long comm, long request) {
        try {
            return (int) ISEND.invokeExact(buffer, count, type, dest, tag, comm, request);
        } catch (Throwable t) {
            return code(t);
        }
    }

    @Override
    public int MPI_Irecv(
            long buffer, int count, long type, int source, int tag, long comm, long request) {
        try {
            return (int) IRECV.invokeExact(buffer, count, type, source, tag, comm, request);
        } catch (Throwable t) {
            return code(t);
        }
    }

    @Override
    public int MPI_Test(long request, long flag, long status) {
        try {
            return (int) TEST.invokeExact(request, flag, status);
        } catch (Throwable t) {
            return code(t);
        }
    }

    @Override
    public int MPI_Iprobe(int source, int tag, long comm, long flag, long status) {
        try {
            return (int) IPROBE.invokeExact(source, tag, comm, flag, status);
        } catch (Throwable t) {
            return code(t);
        }
    }

    @Override
    public int MPI_Get_count(long status, long type, long count) {
        try {
            return (int) GET_COUNT.invokeExact(status, type, count);
        } catch (Throwable t) {
            return code(t);
        }
    }

    @Override
    public int MPI_Win_allocate_shared(
            long bytes, int unit, long info, long comm, long base, long window) {
        try {
            return (int) WIN_ALLOCATE_SHARED.invokeExact(bytes, unit, info, comm, base, window);
        } catch (Throwable t) {
            return code(t);
        }
    }

    @Override
    public int MPI_Win_shared_query(long window, int rank, long bytes, long unit, long base) {
        try {
            return (int) WIN_SHARED_QUERY.invokeExact(window, rank, bytes, unit, base);
        } catch (Throwable t) {
            return code(t);
        }
    }

    @Override
    public int MPI_Win_free(long window) {
        try {
            return (int) WIN_FREE.invokeExact(window);
        } catch (Throwable t) {
            return code(t);
        }
    }

    @Override
    public int MPI_Recv_init(
            long buffer, int count, long type, int source, int tag, long comm, long request) {
        try {
            return (int) RECV_INIT.invokeExact(buffer, count, type, source, tag, comm, request);
        } catch (Throwable t) {
            return code(t);
        }
    }

    @Override
    public int MPI_Startall(int count, long requests) {
        try {
            return (int) STARTALL.invokeExact(count, requests);
        } catch (Throwable t) {
            return code(t);
        }
    }

    @Override
    public int MPI_Testsome(int count, long requests, long outcount, long indices, long statuses) {
        try {
            return (int) TESTSOME.invokeExact(count, requests, outcount, indices, statuses);
        } catch (Throwable t) {
            return code(t);
        }
    }

    @Override
    public int MPI_Request_free(long request) {
        try {
            return (int) REQUEST_FREE.invokeExact(request);
        } catch (Throwable t) {
            return code(t);
        }
    }

    @Override
    public int MPI_Barrier(long comm) {
        try {
            return (int) BARRIER.invokeExact(comm);
        } catch (Throwable t) {
            return code(t);
        }
    }

    @Override
    public int MPI_Ibarrier(long comm, long request) {
        try {
            return (int) IBARRIER.invokeExact(comm, request);
        } catch (Throwable t) {
            return code(t);
        }
    }

    @Override
    public int MPI_Bcast(long buffer, int count, long type, int root, long comm) {
        try {
            return (int) BCAST.invokeExact(buffer, count, type, root, comm);
        } catch (Throwable t) {
            return code(t);
        }
    }

    @Override
    public int MPI_Allreduce(long from, long to, int count, long type, long op, long comm) {
        try {
            return (int) ALLREDUCE.invokeExact(from, to, count, type, op, comm);
        } catch (Throwable t) {
            return code(t);
        }
    }
}
