// SPDX-License-Identifier: Apache-2.0
package io.teff.mpi;

/**
 * The functions of MPI by their C names. Buffers, handles and places for results are addresses; each
 * returns an error code. By one thread at a time, after {@code MPI_Init_thread}.
 */
interface MpiCalls {
    int MPI_Init_thread(long argc, long argv, int required, long provided);

    int MPI_Finalize();

    int MPI_Abort(long comm, int code);

    int MPI_Get_library_version(long text, long length);

    int MPI_Error_string(int code, long text, long length);

    int MPI_Error_class(int code, long errorClass);

    int MPI_Comm_rank(long comm, long rank);

    int MPI_Comm_size(long comm, long size);

    int MPI_Comm_dup(long comm, long to);

    int MPI_Comm_split_type(long comm, int type, int key, long info, long to);

    int MPI_Comm_set_errhandler(long comm, long handler);

    int MPI_Send(long buffer, int count, long type, int dest, int tag, long comm);

    int MPI_Recv(long buffer, int count, long type, int source, int tag, long comm, long status);

    int MPI_Isend(long buffer, int count, long type, int dest, int tag, long comm, long request);

    int MPI_Irecv(long buffer, int count, long type, int source, int tag, long comm, long request);

    int MPI_Test(long request, long flag, long status);

    int MPI_Iprobe(int source, int tag, long comm, long flag, long status);

    int MPI_Get_count(long status, long type, long count);

    int MPI_Win_allocate_shared(long bytes, int unit, long info, long comm, long base, long window);

    int MPI_Win_shared_query(long window, int rank, long bytes, long unit, long base);

    int MPI_Win_free(long window);

    int MPI_Recv_init(
            long buffer, int count, long type, int source, int tag, long comm, long request);

    int MPI_Startall(int count, long requests);

    int MPI_Testsome(int count, long requests, long outcount, long indices, long statuses);

    int MPI_Request_free(long request);

    int MPI_Barrier(long comm);

    int MPI_Ibarrier(long comm, long request);

    int MPI_Bcast(long buffer, int count, long type, int root, long comm);

    int MPI_Allreduce(long from, long to, int count, long type, long op, long comm);
}
