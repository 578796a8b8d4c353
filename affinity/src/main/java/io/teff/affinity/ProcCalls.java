// SPDX-License-Identifier: Apache-2.0
package io.teff.affinity;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * Linux without native code: asks {@code /proc/thread-self} and pins by the {@code taskset} program
 * of util-linux, which takes some milliseconds. Silent on every JDK.
 */
final class ProcCalls implements ThreadCalls {
    /** Of the fields of {@code stat}, counted from the third, which follows the name. */
    private static final int CPU_FIELD = 39 - 3;

    private static final long TIMEOUT_SECONDS = 10;

    private final PinningWay way;

    ProcCalls(PinningWay way) {
        this.way = way;
    }

    @Override
    public String pin(CpuSet asked) {
        if (way.taskset().isEmpty()) {
            return why();
        }
        try {
            // PID/task/TID; read by the calling thread, so the TID is its own.
            Path self = Files.readSymbolicLink(Path.of("/proc/thread-self"));
            return run(way.taskset().get(), asked, self.getFileName().toString());
        } catch (IOException e) {
            return "taskset could not be run: " + e;
        }
    }

    private static String run(Path taskset, CpuSet asked, String tid) throws IOException {
        ProcessBuilder builder =
                new ProcessBuilder(taskset.toString(), "-p", "-c", asked.toString(), tid);
        builder.environment().put("LC_ALL", "C");
        Process process = builder.redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
        try {
            process.getOutputStream().close();
            if (!finishes(process)) {
                return "taskset did not end within " + TIMEOUT_SECONDS + " s";
            }
            // One line, which the pipe holds.
            byte[] said = process.getErrorStream().readAllBytes();
            return process.exitValue() == 0 ? "" : new String(said, StandardCharsets.UTF_8).strip();
        } finally {
            process.destroyForcibly();
        }
    }

    /** Waits through interrupts, since the mask changes either way, and passes them on. */
    private static boolean finishes(Process process) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(TIMEOUT_SECONDS);
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return process.waitFor(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public CpuSet mask() {
        return new SysTree(Path.of("/"))
                .field("proc/thread-self/status", "Cpus_allowed_list")
                .flatMap(SysTree::cpuList)
                .orElse(CpuSet.of());
    }

    @Override
    public int currentCpu() {
        return new SysTree(Path.of("/"))
                .word("proc/thread-self/stat")
                .map(ProcCalls::cpuOf)
                .orElse(UNKNOWN_CPU);
    }

    /** The thread's name may hold spaces and brackets, so fields count from the last bracket. */
    static int cpuOf(String stat) {
        String[] fields = stat.substring(stat.lastIndexOf(')') + 1).strip().split(" ", -1);
        return fields.length <= CPU_FIELD
                ? UNKNOWN_CPU
                : (int) SysTree.number(fields[CPU_FIELD]).orElse(UNKNOWN_CPU);
    }

    @Override
    public boolean canPin() {
        return way.taskset().isPresent();
    }

    @Override
    public String why() {
        return way.why();
    }
}
