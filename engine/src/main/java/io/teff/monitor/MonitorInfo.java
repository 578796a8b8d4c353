// SPDX-License-Identifier: Apache-2.0
package io.teff.monitor;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * What does not change in a file: whose it is, and what it tells of.
 *
 * @param version of the layout
 * @param id a random number; another file of the same path has another one
 * @param bytes size of the file
 * @param engine the engine's name
 * @param pid process id of its JVM
 * @param processStartMs when that process began, since the epoch, in the system's precision; 0 if the
 *     system did not tell
 * @param startMs when the file was made, since the epoch
 * @param startNs the same moment on the engine's clock, see {@link MonitorEvent}
 * @param workers regular workers; they have the indices below this number
 * @param spares places for spare workers, which come after the regular ones
 * @param spareRest whether the last of these places is the sum of all other spare workers
 * @param rank of this process among several that run one program; -1 for none
 * @param ranks how many these are; 0 for none
 * @param ringCapacity events in the ring of each worker; 0 if the file has no timeline
 * @param sampling every how many tasks one is timed; 0 for none
 * @param counters what the values mean
 * @param appStates the states that tasks of an app are counted by
 * @param texts what else there is to say, such as {@code jvm}, {@code host}, {@code topology}
 */
public record MonitorInfo(
        int version,
        long id,
        long bytes,
        String engine,
        long pid,
        long processStartMs,
        long startMs,
        long startNs,
        int workers,
        int spares,
        boolean spareRest,
        int rank,
        int ranks,
        int ringCapacity,
        int sampling,
        List<MonitorCounter> counters,
        List<String> appStates,
        Map<String, String> texts) {

    /** Places for workers, spare ones included. */
    public int slots() {
        return workers + spares;
    }

    /** The index of a counter; -1 if the file has no such counter. */
    public int counter(String label) {
        for (int i = 0; i < counters.size(); i++) {
            if (counters.get(i).label().equals(label)) {
                return i;
            }
        }
        return -1;
    }

    /** When something happened by the wall clock, from a time of the engine's clock. */
    public Instant instant(long ns) {
        return Instant.ofEpochMilli(startMs).plus(Duration.ofNanos(ns - startNs));
    }

    /**
     * Whether the process still lives: one with this id is there, and began when that of the file did.
     * False too if the file comes from another machine, or from before the last boot.
     */
    public boolean isProcessAlive() {
        return Processes.isAlive(pid, processStartMs, texts.getOrDefault(Processes.BOOT, ""));
    }
}
