// SPDX-License-Identifier: Apache-2.0
/**
 * Dataflow on any {@link java.util.concurrent.Executor}, after Parsl: apps, futures, retries, files.
 *
 * <pre>
 *  app.call(a, future)                                  a body returned
 *        |                                                    |
 *        v                                                    v
 *  AppFuture = Call  --- waits on ---&gt;  the futures' stacks of Dependents
 *        |                                                    |
 *        | all there                                          | Runner: resolve, next
 *        v                                                    v
 *  Slot.execute  ------------ executor's thread ------&gt;  Call.step, body
 * </pre>
 *
 * <p>Reading order: {@link io.teff.flow.Flow} and {@link io.teff.flow.App2}, what users write; {@link
 * io.teff.flow.AppFuture} and {@code Call}, one object per task and who may touch it; {@code Runner},
 * the loop that completes and runs; {@code Tally} and {@code Ending}, what is counted and why a flow
 * knows that it is idle; then {@link io.teff.flow.TaskRecord} and {@code Limit}, for tasks that use options.
 * {@code Memos} looks for results before tasks are launched, by the keys of {@code KeyEncoder}; {@code
 * Checkpoint} has them written before tasks end, and {@code CheckpointFile} is what is on disk. For
 * files {@link io.teff.flow.DataFile}, {@link io.teff.flow.Staging} and {@code Stager}; for commands
 * {@code Command}, {@code Processes} and {@code Session}.
 */
package io.teff.flow;
