// SPDX-License-Identifier: Apache-2.0
package io.teff.engine;

import java.util.List;

/**
 * An engine as JMX shows it, under {@code io.teff:type=Engine,name=...}: what {@link EngineStats} says
 * when an attribute is read. Any thread.
 *
 * @see EngineBeans
 */
public interface EngineMXBean {
    /** The engine's name. */
    String getName();

    /** How it is set up. */
    String getConfig();

    /** {@code running}, {@code shut down} or {@code terminated}. */
    String getState();

    /** Regular workers. */
    int getWorkers();

    /** Threads alive. */
    int getThreads();

    /** Workers asleep, those never started included. */
    int getAsleep();

    /** Workers blocked that a spare worker stands in for. */
    int getBlocked();

    /** Tasks waiting in inboxes and deques. */
    long getQueued();

    /** Detached and lane tasks run, failed ones included. */
    long getTasks();

    /** Tasks that ended in an exception. */
    long getFailed();

    /** Forks and tasks taken from other workers. */
    long getSteals();

    /** Times that workers went to sleep. */
    long getParks();

    /** Where its monitor file is; empty if it has none. */
    String getMonitorFile();

    /** Tasks run by each worker, spare ones last. */
    List<Long> getTasksByWorker();

    /** Forks and tasks that each worker took from others, spare ones last. */
    List<Long> getStealsByWorker();
}
