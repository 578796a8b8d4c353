// SPDX-License-Identifier: Apache-2.0
/**
 * Pilot-job processes over ZeroMQ: the processes, sockets and rules of Parsl's
 * HighThroughputExecutor, and each step away from them as an option.
 *
 * <pre>
 * submitting JVM             interchange            manager, one a node        workers, N a node
 *
 * HtexExecutor               Interchange            Manager                    WorkerMain
 *   TaskSender    --DEALER--> DEALER  tasks
 *                             PendingTasks, Packer
 *                             ManagerPool ROUTER --> DEALER
 *                                                     WorkerProcesses  --pipe--> runs one at a time
 *                                                     (or EngineWorkers: threads in the manager)
 *                                         ROUTER <-- DEALER <---------- pipe ---
 *   ResultReceiver DEALER <-- DEALER  results
 *   HtexAdmin         REQ --> REP     commands
 * </pre>
 *
 * The interchange hands each manager, in random order, as many tasks as it has workers and prefetch;
 * what it cannot hand out waits sorted by priority and number. Managers come from a
 * {@link io.teff.executors.blocks.BlockProvider}; they and their workers talk by pipes with
 * length-prefixed frames, where Parsl has multiprocessing queues. Each socket is bound by the side
 * that receives on it.
 *
 * <p>Tasks may ask for {@link io.teff.executors.htex.Resources}. Packer then chooses the manager, by a
 * NodeRoom of each; the manager has one of its own, in Grants, and begins no more than fits. Workers
 * measure tasks with UsageMeter, if wanted, and send a {@link io.teff.executors.htex.Usage} before the
 * result; UsageBook keeps it by app, and Labels makes requests of it for later tasks.
 *
 * <p>A death is seen by heartbeat, as in Parsl, or with {@code fastLoss} by the connection that
 * breaks. Worker, manager and interchange are replaced, and their tasks fail by name. When the
 * submitting process dies, the interchange reads the end of its standard input, the managers lose
 * the interchange, the workers read the end of their pipe: all end by themselves.
 *
 * <p>Reading order: HtexExecutor, HtexTask, OpenTasks, Life, Session, Frames, Interchange,
 * ManagerLink, Manager, WorkerProcesses, WorkerMain; then {@link io.teff.remote}, by which bodies and
 * values travel.
 */
package io.teff.executors.htex;
