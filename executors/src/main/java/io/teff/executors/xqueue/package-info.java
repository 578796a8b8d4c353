// SPDX-License-Identifier: Apache-2.0
/**
 * An executor in the shape of XTask, on a matrix of queues like XQueue's. An independent reading of
 *
 * <ul>
 *   <li>Nookala, Dinda, Hale, Chard, Raicu: Enabling Extremely Fine-grained Parallelism via Scalable
 *       Concurrent Queues on Modern Many-core Architectures, MASCOTS 2021 (XQueue);
 *   <li>Optimizing Fine-Grained Parallelism Through Dynamic Load Balancing on Multi-Socket Many-Core
 *       Systems, arXiv 2502.05293, 2025 (XQueue in OpenMP, stealing by message).
 * </ul>
 *
 * <pre>
 *                        columns: who takes
 *                    worker 0    worker 1    worker 2
 *  rows:  worker 0  [ master ]  [  aux   ]  [  aux   ]   filled in turns, from
 *  who    worker 1  [  aux   ]  [ master ]  [  aux   ]   a row's own master on
 *  puts   worker 2  [  aux   ]  [  aux   ]  [ master ]
 *         thread A  [  aux   ]  [  aux   ]  [  aux   ]   one row for each thread from
 *         thread B  [  aux   ]  [  aux   ]  [  aux   ]   outside, at most 16 at a time
 *         all more  [  aux   ]  [  aux   ]  [  aux   ]   under a lock
 * </pre>
 *
 * Each queue has one producer and one consumer (JCTools), so nothing on a task's way is a
 * read-modify-write. What there is: two full fences to put a task in ({@code Row}), for the ends of an
 * executor and for consumers that may be asleep, and one to take it out ({@code Turn}), so that a
 * worker which blocks in a task does not keep those behind it. Idle workers park ({@code Nap}).
 * Thieves leave a request ({@code Desk}), and the victim answers at its next task boundary ({@code
 * XWorker}). A thread from outside registers with its first task, under the executor's lock; the row
 * of a thread that has ended is used again.
 *
 * <p><b>Where it stands.</b> {@code teff compare --only fibonacci,double,increment} puts it beside the
 * others; ask it for figures of your machine ({@code results/peers} has those of one). With two workers, on an AMD EPYC and JDK 17 in November
 * 2026, it was on fibonacci the fastest of the pools to which every call is a task object handed to
 * {@code execute}, before {@code disruptor} and {@code threads}: half of what a task submits goes to
 * the worker's own master queue, no word is contended, and a full queue turns a submission into a
 * call. Engine and ForkJoinPool stay far ahead there. They hand over only what somebody asks for, and
 * an owner takes back its own fork for a few stores, while placement in turns sends every second task
 * to the other core. On one producer's flat tasks (double) it was about level with {@code threads},
 * and behind {@code disruptor}, engine and ForkJoinPool: one producer uses one row, so there is no
 * contention that a matrix could avoid, and its fences remain. A chain (increment) is its worst case,
 * last by a factor: every second link moves to the other worker although nothing runs at the same
 * time. XQueue's authors measure up to 192 cores, where read-modify-writes on a shared line cost far
 * more; two cores cannot show that gain.
 */
package io.teff.executors.xqueue;
