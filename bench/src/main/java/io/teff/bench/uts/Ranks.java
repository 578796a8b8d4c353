// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.uts;

import io.teff.bench.measure.CpuLoad;
import io.teff.bench.mpi.Rank;
import io.teff.mpi.executor.MpiExecutor;
import io.teff.mpi.executor.MpiFunction;
import io.teff.mpi.executor.Placement;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutionException;

/**
 * The processes of an MPI run, of which rank 0 starts searches and the others help. They tell rank 0 what
 * they have counted.
 */
final class Ranks implements AutoCloseable {
    private static final int RESET = 0;
    private static final int LEAVES = 1;
    private static final int DEEPEST = 2;

    private static final MpiFunction.Longs CPU = MpiFunction.longs("cpu", Ranks::cpuNs);

    private static Functions made; // of the last tree; guarded by the class

    private final Functions functions;
    private final MpiExecutor mpi;

    /** What ranks call for one tree. */
    private record Functions(Tree tree, MpiFunction.Forks search, MpiFunction.Longs counted) {
        static Functions of(Tree tree) {
            UtsTask task = new UtsTask(tree);
            return new Functions(
                    tree,
                    MpiFunction.forks("uts", task, Node.CODEC),
                    MpiFunction.longs("counted", (what, none) -> answer(task.counted(), what)));
        }

        List<MpiFunction> all() {
            return List.of(search, counted, CPU);
        }
    }

    /** Joins the run, unless this process has done so; all ranks do that with the same arguments. */
    Ranks(Tree tree, int workers) {
        functions = made(tree);
        mpi = Rank.joinOrStart(workers, functions.all());
    }

    /** What ranks call that search this tree: always the same. */
    static List<MpiFunction> functions(Tree tree) {
        return made(tree).all();
    }

    private static synchronized Functions made(Tree tree) {
        if (made == null || !made.tree.equals(tree)) {
            made = Functions.of(tree);
        }
        return made;
    }

    private static long answer(Counted counted, long what) {
        if (what == LEAVES) {
            return counted.leaves();
        } else if (what == DEEPEST) {
            return counted.deepest();
        }
        counted.reset();
        return 0;
    }

    /** CPU time of this process, if it is on this host. */
    private static long cpuNs(long host, long none) {
        return host == host() ? CpuLoad.processCpuNs() : 0;
    }

    private static long host() {
        try {
            return Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).hashCode();
        } catch (IOException e) {
            return 0; // then all ranks count as one host's, and where there is no /proc nobody asks
        }
    }

    boolean isRoot() {
        return mpi.isRoot();
    }

    int size() {
        return mpi.size();
    }

    /** How many workers all of them have together. */
    int workers() throws InterruptedException {
        return Rank.workers(mpi);
    }

    /** One search; rank 0 only. Says how many nodes there are below the root. */
    long search() {
        return mpi.forkJoin(functions.search, 0, 0, Walk.root(functions.tree));
    }

    /** What all ranks have counted in that search. */
    Totals totals(long descendants) throws ExecutionException, InterruptedException {
        long leaves = 0;
        long deepest = 0;
        for (int rank = 0; rank < mpi.size(); rank++) {
            leaves += ask(rank, functions.counted, LEAVES);
            deepest = Math.max(deepest, ask(rank, functions.counted, DEEPEST));
            ask(rank, functions.counted, RESET);
        }
        return new Totals(1 + descendants, descendants == 0 ? 1 : leaves, (int) deepest);
    }

    /** CPU time so far of the other ranks on this host. */
    long othersCpuNs() {
        long sum = 0;
        try {
            for (int rank = 1; rank < mpi.size(); rank++) {
                sum += ask(rank, CPU, host());
            }
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return sum;
    }

    private long ask(int rank, MpiFunction.Longs function, long argument)
            throws ExecutionException, InterruptedException {
        return mpi.call(Placement.rank(rank), function, argument, 0).get();
    }

    /** Waits for all ranks. */
    @Override
    public void close() {
        Rank.leave();
    }
}
