// SPDX-License-Identifier: Apache-2.0
package io.teff.monitor;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What is fixed when a file is made: how much of everything it has room for, and texts about the engine.
 *
 * @param engine the engine's name
 * @param workers regular workers; they have the indices below this number
 * @param spares places for workers that stand in for blocked ones, after the regular ones
 * @param spareRest whether the last of these places is the sum of all spare workers that have no
 *     place of their own
 * @param rank of this process among several that run one program; -1 for none
 * @param ranks how many these are; 0 for none
 * @param ringCapacity events in the ring of each worker, a power of two; 0 for no timeline
 * @param sampling every how many tasks one is timed; 0 for none
 * @param counters what the values mean
 * @param appStates names of the states that tasks of an app are counted by, 14 at most
 * @param queues places for queues
 * @param texts what else there is to say, such as {@code jvm}, {@code host}, {@code topology}
 */
public record MonitorSpec(
        String engine,
        int workers,
        int spares,
        boolean spareRest,
        int rank,
        int ranks,
        int ringCapacity,
        int sampling,
        List<MonitorCounter> counters,
        List<String> appStates,
        int queues,
        Map<String, String> texts) {
    static final int MOST_STATES = 14;
    private static final int MOST_RING = 1 << 20;

    /**
     * Checks it.
     *
     * @throws IllegalArgumentException naming what is out of range
     */
    public MonitorSpec {
        check(workers >= 1 && workers <= 1 << 16, "workers must be from 1 to 65536", workers);
        check(spares >= 0 && spares <= 1 << 16, "spares must be from 0 to 65536", spares);
        check(
                ringCapacity == 0
                        || (ringCapacity >= 2
                                && ringCapacity <= MOST_RING
                                && Integer.bitCount(ringCapacity) == 1),
                "ringCapacity must be 0 or a power of two from 2 to 2^20",
                ringCapacity);
        check(sampling >= 0, "sampling must be 0 or more", sampling);
        check(queues >= 0 && queues <= 1 << 16, "queues must be from 0 to 65536", queues);
        check(
                appStates.size() <= MOST_STATES,
                "there must be at most " + MOST_STATES + " states of apps",
                appStates);
        counters = List.copyOf(counters);
        appStates = List.copyOf(appStates);
        texts = Map.copyOf(texts);
    }

    private static void check(boolean good, String must, Object value) {
        if (!good) {
            throw new IllegalArgumentException(must + ": " + value);
        }
    }

    /** Places for workers. */
    public int slots() {
        return workers + spares;
    }

    /** As one text: a line {@code key=value} each. */
    String text() {
        Map<String, String> all = new LinkedHashMap<>(texts);
        all.put("engine", engine);
        all.put(Processes.BOOT, Processes.bootId());
        all.put("app.states", String.join(",", appStates));
        StringBuilder text = new StringBuilder();
        all.forEach(
                (key, value) ->
                        text.append(key)
                                .append('=')
                                .append(value.replace('\n', ' ').replace('\r', ' '))
                                .append('\n'));
        return text.toString();
    }

    static Map<String, String> parse(String text) {
        Map<String, String> all = new LinkedHashMap<>();
        text.lines()
                .forEach(
                        line -> {
                            int equals = line.indexOf('=');
                            if (equals > 0) {
                                all.put(line.substring(0, equals), line.substring(equals + 1));
                            }
                        });
        return all;
    }
}
