// SPDX-License-Identifier: Apache-2.0
package io.teff.executors.htex;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToLongFunction;

/** What tasks have used, by app. Thread-safe: guarded by this. */
final class UsageBook {
    private static final int KEPT = 1000;
    private static final Usage NONE = new Usage(Duration.ZERO, Duration.ZERO, 0);

    private static final class Page {
        final ArrayList<Usage> last = new ArrayList<>(); // a ring, once it is full
        Usage most = NONE;
        long count;
        long overruns;

        void add(Usage usage) {
            if (last.size() < KEPT) {
                last.add(usage);
            } else {
                last.set((int) (count % KEPT), usage);
            }
            count++;
            most =
                    new Usage(
                            longer(most.wall(), usage.wall()),
                            longer(most.cpu(), usage.cpu()),
                            Math.max(most.memoryMb(), usage.memoryMb()));
        }

        private static Duration longer(Duration a, Duration b) {
            return a.compareTo(b) >= 0 ? a : b;
        }

        Usage median() {
            return new Usage(
                    Duration.ofNanos(median(u -> u.wall().toNanos())),
                    Duration.ofNanos(median(u -> u.cpu().toNanos())),
                    median(Usage::memoryMb));
        }

        private long median(ToLongFunction<Usage> part) {
            long[] sorted = last.stream().mapToLong(part).toArray();
            Arrays.sort(sorted);
            return sorted.length == 0 ? 0 : sorted[sorted.length / 2];
        }
    }

    private final Map<String, Page> pages = new TreeMap<>();

    synchronized void add(String app, Usage usage) {
        page(app).add(usage);
    }

    synchronized void overran(String app) {
        page(app).overruns++;
    }

    private Page page(String app) {
        return pages.computeIfAbsent(app, name -> new Page());
    }

    /** By name of the app; {@code labels} may be null. */
    synchronized Map<String, AppUsage> all(Labels labels) {
        Map<String, AppUsage> all = new TreeMap<>();
        pages.forEach(
                (app, page) ->
                        all.put(
                                app,
                                new AppUsage(
                                        app,
                                        page.count,
                                        page.median(),
                                        page.most,
                                        page.overruns,
                                        labels == null ? null : labels.of(app))));
        return all;
    }
}
