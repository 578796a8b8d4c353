// SPDX-License-Identifier: Apache-2.0
/**
 * Other ways to run the same tasks, each an {@link java.util.concurrent.ExecutorService}: the JDK's
 * own pools as baselines, beside the engine, all created by name.
 *
 * <pre>
 * engine    io.teff.engine.Engine
 * threads   ThreadPoolExecutor, a fixed number of threads and one unbounded queue
 * forkjoin  ForkJoinPool in async mode
 * virtual   one virtual thread for each task, JDK 21 or newer
 * </pre>
 *
 * Start reading at {@link io.teff.executors.TeffExecutors}.
 */
package io.teff.executors;
