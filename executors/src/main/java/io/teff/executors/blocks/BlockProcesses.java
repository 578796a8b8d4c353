// SPDX-License-Identifier: Apache-2.0
package io.teff.executors.blocks;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** All processes of one local block: a group, or a process with the descendants seen at one time. */
final class BlockProcesses {
    private static final Path PROC = Path.of("/proc");

    private final long group; // 0: there is none, see handles
    private final List<ProcessHandle> handles;

    private BlockProcesses(long group, List<ProcessHandle> handles) {
        this.group = group;
        this.handles = handles;
    }

    static BlockProcesses of(Process process, boolean isGroup) {
        if (isGroup) {
            return new BlockProcesses(process.pid(), List.of());
        }
        List<ProcessHandle> all = new ArrayList<>(process.descendants().toList());
        all.add(process.toHandle());
        return new BlockProcesses(0, all);
    }

    /** A group lives as long as any of its processes, also after the one it is named after. */
    boolean areAlive() {
        if (group == 0) {
            return handles.stream().anyMatch(ProcessHandle::isAlive);
        }
        return Files.isDirectory(PROC) ? hasLivingMember() : kill("0"); // which starts a process
    }

    /**
     * Signals reach a zombie too, and in a container without an init it may stay for ever: what
     * counts is a member in another state.
     */
    private boolean hasLivingMember() {
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(PROC, "[0-9]*")) {
            for (Path process : processes) {
                if (isLivingMember(process)) {
                    return true;
                }
            }
            return false;
        } catch (IOException e) {
            throw new IllegalStateException("cannot list " + PROC, e);
        }
    }

    private boolean isLivingMember(Path process) {
        String stat;
        try {
            stat = Files.readString(process.resolve("stat"), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return false; // it has ended meanwhile
        }
        // pid (name, which may hold anything) state parent group ...
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", 4);
        return Long.parseLong(fields[2]) == group && !fields[0].equals("Z");
    }

    void signal(String name) {
        if (group == 0) {
            for (ProcessHandle handle : handles) {
                if (name.equals("KILL")) {
                    handle.destroyForcibly();
                } else {
                    handle.destroy();
                }
            }
        } else {
            kill(name); // false: gone meanwhile, as it should be
        }
    }

    /** The shell's own kill, since Java has none for groups. */
    private boolean kill(String signal) {
        try {
            Process kill =
                    new ProcessBuilder("/bin/sh", "-c", "kill -s " + signal + " -- -" + group)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start();
            boolean interrupted = false;
            while (true) {
                try {
                    int code = kill.waitFor();
                    if (interrupted) {
                        Thread.currentThread().interrupt();
                    }
                    return code == 0;
                } catch (InterruptedException e) {
                    interrupted = true; // the answer comes at once: cleaning up goes on
                }
            }
        } catch (IOException e) {
            throw new IllegalStateException("cannot run /bin/sh to end process group " + group, e);
        }
    }
}
