// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.mpi;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** SIGKILL to one rank of the run in a folder, some time after the run was started. */
final class RankKiller {
    private final Path folder;
    private final Thread thread;
    private volatile boolean ended;

    /**
     * Starts to wait.
     *
     * @param afterMs when to kill; a little later if there is no such rank yet
     * @param which of the ranks, in the order of their processes
     */
    RankKiller(Path folder, long afterMs, int which) {
        this.folder = folder;
        thread = new Thread(() -> run(afterMs, which), "rank-killer");
        thread.start();
    }

    private void run(long afterMs, int which) {
        try {
            Thread.sleep(afterMs);
            List<ProcessHandle> ranks = ranks();
            while (ranks.size() <= which && !ended) {
                Thread.sleep(1);
                ranks = ranks();
            }
            if (!ended) {
                ranks.get(which).destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private List<ProcessHandle> ranks() {
        try (Stream<ProcessHandle> all = ProcessHandle.allProcesses()) {
            return all.filter(this::isRank).sorted().toList();
        }
    }

    private boolean isRank(ProcessHandle process) {
        try {
            String words = Files.readString(Path.of("/proc/" + process.pid() + "/cmdline"));
            return words.split("\0", 2)[0].endsWith("/java") && words.contains(folder.toString());
        } catch (IOException e) {
            return false; // it has ended meanwhile
        }
    }

    /** The run has ended; so does this. */
    void end() throws InterruptedException {
        ended = true;
        thread.join();
    }
}
