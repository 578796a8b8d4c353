// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.micro;

import io.teff.bench.measure.CpuLoad;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * The CPU time of each of this process's threads, as the scheduler counts it, in nanoseconds.
 *
 * <p>The process's own clock goes in steps of 10 ms, half a per cent of two seconds; this one does
 * not. Where the system has no such count, the process's clock is all there is.
 *
 * @param byThread thread id to its time; one entry {@code process} where there are no threads
 */
record ThreadTimes(Map<String, Long> byThread) {

    static ThreadTimes now() {
        Map<String, Long> times = new HashMap<>();
        try (DirectoryStream<Path> threads = Files.newDirectoryStream(Path.of("/proc/self/task"))) {
            for (Path thread : threads) {
                try {
                    String stat = Files.readString(thread.resolve("schedstat"));
                    times.put(
                            String.valueOf(thread.getFileName()),
                            Long.parseLong(stat.substring(0, stat.indexOf(' '))));
                } catch (NoSuchFileException e) {
                    // The thread has just ended, or no thread has this file.
                }
            }
        } catch (IOException e) {
            times.clear(); // no /proc, or not readable
        }
        if (times.isEmpty()) {
            times.put("process", CpuLoad.processCpuNs());
        }
        return new ThreadTimes(times);
    }

    /** CPU time since {@code before}; threads that have ended meanwhile do not count. */
    long since(ThreadTimes before) {
        long ns = 0;
        for (Map.Entry<String, Long> thread : byThread.entrySet()) {
            ns += thread.getValue() - before.byThread.getOrDefault(thread.getKey(), 0L);
        }
        return ns;
    }
}
