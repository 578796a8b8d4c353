// SPDX-License-Identifier: Apache-2.0
// What MPI itself can do, for `teff bench mpi`: rank 0 reads "round-trip N" or "stream N" from its
// input, rank 1 takes part, and rank 0 prints the nanoseconds that it took.
#include <mpi.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define STREAM_BYTES 65536

static void round_trips(int rank, long n) {
    long value = 0;
    for (long i = 0; i < n; i++) {
        if (rank == 0) {
            value = i;
            MPI_Send(&value, 8, MPI_BYTE, 1, 0, MPI_COMM_WORLD);
            MPI_Recv(&value, 8, MPI_BYTE, 1, 0, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
            if (value != i + 1) MPI_Abort(MPI_COMM_WORLD, 3);
        } else {
            MPI_Recv(&value, 8, MPI_BYTE, 0, 0, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
            value++;
            MPI_Send(&value, 8, MPI_BYTE, 0, 0, MPI_COMM_WORLD);
        }
    }
}

// n messages one way, then an answer that all have come.
static void stream(int rank, long n) {
    static long buffer[STREAM_BYTES / 8];
    long sum = 0;
    for (long i = 0; i < n; i++) {
        if (rank == 0) {
            buffer[0] = i;
            MPI_Send(buffer, STREAM_BYTES, MPI_BYTE, 1, 1, MPI_COMM_WORLD);
        } else {
            MPI_Recv(buffer, STREAM_BYTES, MPI_BYTE, 0, 1, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
            sum += buffer[0];
        }
    }
    if (rank == 0) {
        MPI_Recv(&sum, 8, MPI_BYTE, 1, 2, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
        if (sum != n * (n - 1) / 2) MPI_Abort(MPI_COMM_WORLD, 3);
    } else {
        MPI_Send(&sum, 8, MPI_BYTE, 0, 2, MPI_COMM_WORLD);
    }
}

int main(int argc, char** argv) {
    int rank;
    MPI_Init(&argc, &argv);
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    for (;;) {
        long order[2] = {0, 0};
        char what[32];
        if (rank == 0 && scanf("%31s %ld", what, &order[1]) == 2) {
            order[0] = strcmp(what, "round-trip") == 0 ? 1 : strcmp(what, "stream") == 0 ? 2 : 0;
        }
        if (rank == 0) {
            MPI_Send(order, 16, MPI_BYTE, 1, 3, MPI_COMM_WORLD);
        } else { // asleep: others may be measured meanwhile
            for (int come = 0; !come; come || usleep(1000)) {
                MPI_Iprobe(0, 3, MPI_COMM_WORLD, &come, MPI_STATUS_IGNORE);
            }
            MPI_Recv(order, 16, MPI_BYTE, 0, 3, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
        }
        if (order[0] == 0) break;
        MPI_Barrier(MPI_COMM_WORLD);
        double start = MPI_Wtime();
        if (order[0] == 1) round_trips(rank, order[1]);
        else stream(rank, order[1]);
        if (rank == 0) {
            printf("%.0f\n", (MPI_Wtime() - start) * 1e9);
            fflush(stdout);
        }
    }
    MPI_Finalize();
    return 0;
}
