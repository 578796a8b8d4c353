// SPDX-License-Identifier: Apache-2.0
package io.teff.flow;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * The processes of one command. Where there are {@code setsid} and {@code /proc}, as on Linux, the
 * command's shell leads a session of its own, and whoever belongs to that is found by its number, even
 * if its parent has gone; elsewhere only children, and children of children, of living processes are.
 */
final class Session {
    private static final Path PROC = Path.of("/proc");
    private static final long MAX_KILL_NS = TimeUnit.SECONDS.toNanos(5);
    private static final long PAUSE_NS = 500_000;
    private static final long YOUNG_NS = TimeUnit.SECONDS.toNanos(1);
    private static final String SETSID =
            Files.isReadable(Path.of("/proc/self/stat"))
                    ? firstOf("/usr/bin/setsid", "/bin/setsid")
                    : null;
    private static final String SHELL = firstOf("/bin/bash", "/usr/bin/bash", "/bin/sh");

    private Session() {}

    private static String firstOf(String... programs) {
        for (String program : programs) {
            if (new File(program).canExecute()) {
                return program;
            }
        }
        return null;
    }

    /** How a command line is run. */
    static List<String> command(String line) {
        String shell = SHELL == null ? "sh" : SHELL;
        return SETSID == null
                ? List.of(shell, "-c", line)
                : List.of(SETSID, shell, "-c", line); // setsid becomes the shell: the same process
    }

    /** Kills the command and all that belongs to it, and waits until they are gone. */
    static void kill(Process leader) {
        List<ProcessHandle> children = leader.descendants().toList(); // while it is there to ask
        leader.destroyForcibly();
        children.forEach(ProcessHandle::destroyForcibly);
        killRest(leader.pid(), Long.MAX_VALUE);
    }

    /**
     * Kills what a command has left behind. Numbers of processes grow until they start again from the
     * lowest, which takes more than a second; so what a younger command has left has a number above
     * its own, unless they have just started again.
     */
    static void killRest(long leader, long ageNs) {
        if (SETSID == null) {
            return;
        }
        long start = System.nanoTime();
        long from = ageNs < YOUNG_NS && newest() >= leader ? leader : 0;
        List<ProcessHandle> members = members(leader, from);
        while (!members.isEmpty() && System.nanoTime() - start < MAX_KILL_NS) {
            members.forEach(ProcessHandle::destroyForcibly);
            LockSupport.parkNanos(PAUSE_NS);
            members = members(leader, 0); // what was born meanwhile; the dying take a moment too
        }
    }

    /** The number that was given last. */
    private static long newest() {
        try {
            String text =
                    Files.readString(PROC.resolve("loadavg"), StandardCharsets.US_ASCII).strip();
            return Long.parseLong(text.substring(text.lastIndexOf(' ') + 1));
        } catch (IOException | NumberFormatException e) {
            return 0; // so nothing is left out
        }
    }

    private static List<ProcessHandle> members(long session, long from) {
        List<ProcessHandle> members = new ArrayList<>();
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(PROC, "[0-9]*")) {
            for (Path process : processes) {
                long pid = Long.parseLong(process.getFileName().toString());
                if (pid >= from && isMember(process, session)) {
                    ProcessHandle.of(pid).ifPresent(members::add);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + PROC, e);
        }
        return members;
    }

    /** By {@code pid (name) state parent group session ...}, where names may hold anything. */
    private static boolean isMember(Path process, long session) {
        String stat;
        try {
            stat = Files.readString(process.resolve("stat"), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return false; // it has ended meanwhile
        }
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", 5);
        boolean isDead = fields[0].equals("Z") || fields[0].equals("X"); // waits to be collected
        return !isDead && fields[3].equals(Long.toString(session));
    }
}
