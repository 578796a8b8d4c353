// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.measure;

import java.io.IOException;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * Where and how a report was made. What the system does not tell is null.
 *
 * <p>Directories are cut from flags and command: results travel, and a path says nothing elsewhere.
 *
 * @param cpuModel the processor's name
 * @param cores processors the JVM sees
 * @param kernel name and version of the system's kernel
 * @param governor frequency governor of the first processor
 * @param smt whether cores run two threads or more
 * @param cpuset processors this process may use, as {@code 0-3,8}
 * @param quota the cgroup's limit in processors; null without limit
 * @param stealTicksBefore time stolen by the hypervisor since boot, in 10 ms, at the start
 * @param stealTicksAfter the same at the end
 * @param foreignLoadPercent what others used of the allowed processors meanwhile
 * @param jvm name and vendor of the JVM
 * @param javaVersion its version
 * @param gc the garbage collector
 * @param jvmFlags the flags it was started with
 * @param heapMaxBytes the heap's limit
 * @param commit the checkout the classes lie in, with {@code -dirty} if it was changed outside
 *     of {@code results/}
 * @param date start in UTC
 * @param loadAverageBefore load over the last minute at the start
 * @param loadAverageAfter the same at the end
 * @param command main class or jar with its arguments
 */
public record Env(
        String cpuModel,
        int cores,
        String kernel,
        String governor,
        Boolean smt,
        String cpuset,
        Double quota,
        long stealTicksBefore,
        long stealTicksAfter,
        double foreignLoadPercent,
        String jvm,
        String javaVersion,
        String gc,
        List<String> jvmFlags,
        long heapMaxBytes,
        String commit,
        String date,
        double loadAverageBefore,
        double loadAverageAfter,
        String command) {

    /** Captures everything as it is now; the figures for after equal those for before. */
    public static Env capture() {
        String cpuset = Proc.allowedCpus();
        long steal = stealTicks(cpuset);
        double load = ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
        return new Env(
                Proc.field(Proc.lines("/proc/cpuinfo"), "model name"),
                Runtime.getRuntime().availableProcessors(),
                System.getProperty("os.name") + " " + System.getProperty("os.version"),
                Proc.firstLine("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor"),
                simultaneousThreads(),
                cpuset,
                Proc.cpuQuota(),
                steal,
                steal,
                Double.NaN,
                System.getProperty("java.vm.name") + ", " + System.getProperty("java.vendor"),
                System.getProperty("java.runtime.version"),
                collector(),
                ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                        .map(Env::withoutDirectories)
                        .toList(),
                Runtime.getRuntime().maxMemory(),
                headCommit(),
                Instant.now().truncatedTo(ChronoUnit.SECONDS).toString(),
                load,
                load,
                withoutDirectories(System.getProperty("sun.java.command", "")));
    }

    /** The same, with the figures for after taken now. */
    Env finish(double foreignLoadPercent) {
        return new Env(
                cpuModel,
                cores,
                kernel,
                governor,
                smt,
                cpuset,
                quota,
                stealTicksBefore,
                stealTicks(cpuset),
                foreignLoadPercent,
                jvm,
                javaVersion,
                gc,
                jvmFlags,
                heapMaxBytes,
                commit,
                date,
                loadAverageBefore,
                ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage(),
                command);
    }

    /** Cuts {@code /a/b/} from {@code -Dx=/a/b/c}; options such as {@code --size} stay. */
    static String withoutDirectories(String text) {
        return text.replaceAll("(?<![\\w.])/(?:[^/\\s:,=]+/)+", "");
    }

    private static long stealTicks(String cpuset) {
        return CpuLoad.Ticks.parse(Proc.lines("/proc/stat"), Proc.cpuList(cpuset)).steal();
    }

    private static Boolean simultaneousThreads() {
        String siblings =
                Proc.firstLine("/sys/devices/system/cpu/cpu0/topology/thread_siblings_list");
        return siblings == null ? null : Proc.cpuList(siblings).cardinality() > 1;
    }

    private static String collector() {
        String beans =
                ManagementFactory.getGarbageCollectorMXBeans().stream()
                        .map(GarbageCollectorMXBean::getName)
                        .collect(Collectors.joining(", "));
        if (beans.contains("PS ")) {
            return "Parallel";
        } else if (beans.contains("G1")) {
            return "G1";
        } else if (beans.contains("Copy")) {
            return "Serial";
        }
        return beans; // ZGC, Shenandoah and Epsilon say their own name
    }

    /** The commit of the checkout that holds these classes, or null. */
    private static String headCommit() {
        try {
            CodeSource source = Env.class.getProtectionDomain().getCodeSource();
            Path classes = Path.of(source.getLocation().toURI());
            Path dir = Files.isDirectory(classes) ? classes : classes.getParent();
            String head = git(dir, "rev-parse", "--short=12", "HEAD");
            if (head == null) {
                return null;
            }
            String changes =
                    git(
                            dir,
                            "status",
                            "--porcelain",
                            "--untracked-files=no",
                            "--",
                            ":/",
                            ":(top,exclude)results"); // other records, made just now
            return changes == null || changes.isEmpty() ? head : head + "-dirty";
        } catch (URISyntaxException e) {
            return null; // classes from a place that is no file
        }
    }

    private static String git(Path dir, String... args) {
        try {
            List<String> command = new ArrayList<>(List.of("git", "-C", dir.toString()));
            command.addAll(List.of(args));
            Process git =
                    new ProcessBuilder(command)
                            .redirectError(ProcessBuilder.Redirect.DISCARD)
                            .start();
            git.getOutputStream().close();
            String out = new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!git.waitFor(10, TimeUnit.SECONDS)) {
                git.destroyForcibly();
                return null;
            }
            return git.exitValue() == 0 ? out.strip() : null;
        } catch (IOException e) {
            return null; // no git here
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return null;
        }
    }
}
