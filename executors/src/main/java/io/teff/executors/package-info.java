// SPDX-License-Identifier: Apache-2.0
/**
 * Other ways to run the same tasks, each an {@link java.util.concurrent.ExecutorService}: the JDK's
 * own pools as baselines, and other designs, beside the engine, all created by name.
 *
 * <pre>
 * engine     io.teff.engine.Engine
 * threads    ThreadPoolExecutor, a fixed number of threads and one unbounded queue
 * forkjoin   ForkJoinPool in async mode
 * virtual    one virtual thread for each task, JDK 21 or newer
 * disruptor  one LMAX Disruptor ring, a handler for each worker
 * xqueue     a matrix of single-producer, single-consumer queues, in the shape of XTask
 * htex       worker processes, as Parsl's; tasks must be serializable: io.teff.executors.htex
 * </pre>
 *
 * On {@code threads}, {@code disruptor} and {@code xqueue} a task that waits for another blocks its
 * worker. The last two have bounded queues: where these are full, submitting waits, or from inside a
 * task runs the new task at once. Start reading at {@link io.teff.executors.TeffExecutors}.
 */
package io.teff.executors;
