// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.mpi;

import io.teff.mpi.executor.MpiFunction;
import java.util.List;

/**
 * A command that {@code teff mpi} can start: it runs on rank 0, and finds the others by {@link
 * Rank#joined}.
 */
public interface OnRanks {
    /**
     * What it calls on other ranks by name: the same for all ranks, which have read its options, and always
     * the same objects in one process.
     */
    List<MpiFunction> functions();
}
