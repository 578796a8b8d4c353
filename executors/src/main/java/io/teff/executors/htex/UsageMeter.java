// SPDX-License-Identifier: Apache-2.0
package io.teff.executors.htex;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.LongConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Measures this process, which runs one task at a time, and the processes that it starts.
 *
 * <p>The kernel keeps the most that this process has had resident (VmHWM of /proc/self/status), and
 * forgets it when told to (5 to /proc/self/clear_refs). Where that is not allowed, and for processes
 * that a task has started, it is sampled, each {@link #SAMPLE_MS}. CPU time is the JVM's, and that of
 * ended children from /proc/self/stat, which counts in hundredths of a second.
 *
 * <p>The thread that runs tasks begins and ends; a thread of its own samples while a task runs.
 */
final class UsageMeter {
    static final long SAMPLE_MS = 50;
    private static final long TICK_NS = 10_000_000; // USER_HZ is 100 on Linux
    private static final Path SELF = Path.of("/proc/self");
    private static final Pattern NOW = Pattern.compile("VmRSS:\\s+(\\d+) kB");
    private static final Pattern PEAK = Pattern.compile("VmHWM:\\s+(\\d+) kB");
    private static final byte[] FORGET_PEAK = {'5'};

    private final com.sun.management.OperatingSystemMXBean system =
            ManagementFactory.getPlatformMXBean(com.sun.management.OperatingSystemMXBean.class);
    private final LongConsumer onTooMuch;

    // Guarded by this
    private boolean isRunning;
    private boolean isForgetting; // the kernel's peak is this task's
    private long beginNs;
    private long beginCpuNs;
    private long beginKb;
    private long mostMb;
    private long peakKb;

    /**
     * @param onTooMuch told, under the meter's monitor and so never after {@link #end}, by how many
     *     MB memory has grown since the task's begin, when that is more than it may
     */
    UsageMeter(LongConsumer onTooMuch) {
        this.onTooMuch = onTooMuch;
    }

    void start() {
        Thread sampler = new Thread(this::sample, "teff-htex-meter");
        sampler.setDaemon(true);
        sampler.start();
    }

    /** A task begins, whose memory may grow by so many MB. */
    synchronized void begin(long mayGrowMb) {
        mostMb = mayGrowMb;
        isForgetting = true;
        try {
            Files.write(SELF.resolve("clear_refs"), FORGET_PEAK);
        } catch (IOException e) {
            isForgetting = false; // not allowed here: the samples must do
        }
        beginKb = kilobytes("self", NOW);
        peakKb = beginKb;
        isRunning = true;
        notifyAll();
        beginCpuNs = cpuNs();
        beginNs = System.nanoTime();
    }

    /** It has ended. */
    synchronized Usage end() {
        Duration wall = Duration.ofNanos(System.nanoTime() - beginNs);
        Duration cpu = Duration.ofNanos(Math.max(0, cpuNs() - beginCpuNs));
        isRunning = false;
        peakKb = Math.max(peakKb, here());
        return new Usage(wall, cpu, (peakKb + 1023) / 1024);
    }

    private long here() {
        return kilobytes("self", isForgetting ? PEAK : NOW);
    }

    private void sample() {
        try {
            while (true) {
                synchronized (this) {
                    while (!isRunning) {
                        wait();
                    }
                    long kb = kilobytes("self", NOW);
                    kb +=
                            ProcessHandle.current()
                                    .descendants()
                                    .mapToLong(p -> kilobytes("" + p.pid(), NOW))
                                    .sum();
                    peakKb = Math.max(peakKb, Math.max(kb, here()));
                    long grownMb = (peakKb - beginKb) / 1024;
                    if (grownMb > mostMb) {
                        onTooMuch.accept(grownMb);
                    }
                }
                Thread.sleep(SAMPLE_MS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private long cpuNs() {
        return system.getProcessCpuTime() + childTicks() * TICK_NS;
    }

    /** Fields 16 and 17 of stat; the second field is a name that may hold anything. */
    private static long childTicks() {
        try {
            String stat = Files.readString(SELF.resolve("stat"));
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
            return Long.parseLong(fields[13]) + Long.parseLong(fields[14]);
        } catch (IOException e) {
            return 0; // no /proc: the JVM's own time is all that is known
        }
    }

    /** 0 for a process that has ended. */
    private static long kilobytes(String process, Pattern line) {
        try {
            Matcher m = line.matcher(Files.readString(Path.of("/proc", process, "status")));
            return m.find() ? Long.parseLong(m.group(1)) : 0;
        } catch (IOException e) {
            return 0;
        }
    }
}
