// SPDX-License-Identifier: Apache-2.0
package io.teff.monitor;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;

/** Whether processes live. */
final class Processes {
    /** Key of the text that says which boot of which machine a file is from. */
    static final String BOOT = "boot";

    private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");
    private static final long CLOCK_STEP_MS = 2_000; // start times follow the clock when it is set

    private Processes() {}

    /** Names this boot of this machine; empty where the system does not. */
    static String bootId() {
        try {
            return Files.readString(BOOT_ID).strip();
        } catch (IOException | RuntimeException e) {
            return "";
        }
    }

    /**
     * Whether a process lives that has this id and began then.
     *
     * @param startMs 0 if that is not known
     * @param boot as {@link #bootId()} was then; empty if it is not known
     */
    static boolean isAlive(long pid, long startMs, String boot) {
        String here = bootId();
        if (!boot.isEmpty() && !here.isEmpty() && !boot.equals(here)) {
            return false;
        }
        Optional<ProcessHandle> process = ProcessHandle.of(pid).filter(ProcessHandle::isAlive);
        if (process.isEmpty() || isZombie(pid)) {
            return false;
        }
        Optional<Instant> start = process.get().info().startInstant();
        return startMs == 0
                || start.isEmpty()
                || Math.abs(start.get().toEpochMilli() - startMs) < CLOCK_STEP_MS;
    }

    /** It has ended, and nobody has asked for its exit code yet. */
    private static boolean isZombie(long pid) {
        try {
            byte[] bytes = Files.readAllBytes(Path.of("/proc", Long.toString(pid), "stat"));
            String stat = new String(bytes, StandardCharsets.ISO_8859_1);
            return stat.startsWith(" Z", stat.lastIndexOf(')') + 1); // the name may hold anything
        } catch (IOException | RuntimeException e) {
            return false; // no such system, or gone just now
        }
    }
}
