// SPDX-License-Identifier: Apache-2.0
/**
 * {@code teff mpi}: another command of {@code teff} on the ranks of an MPI program.
 *
 * <pre>
 *  teff mpi                                      sh, which ends the launcher when teff mpi is gone
 *    {@link io.teff.bench.mpi.MpiCommand}                                   mpiexec or srun
 *      {@link io.teff.bench.mpi.Launch}      the words that start ranks         {@link io.teff.bench.mpi.Rank} 0: the command
 *      {@link io.teff.bench.mpi.Supervisor}  starts them, again if need be       Rank 1, 2, ...: serve it
 *      {@link io.teff.bench.mpi.RootOutput}  what rank 0 prints, and its end  &lt;--  {@link io.teff.bench.mpi.RankOutput}
 *      {@link io.teff.bench.mpi.SlurmScript} the same as a batch job
 * </pre>
 */
package io.teff.bench.mpi;
