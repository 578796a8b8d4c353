// SPDX-License-Identifier: Apache-2.0
package io.teff.executors.htex;

import io.teff.remote.BadFrame;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One worker process as its manager sees it: the process, its pipes, the tasks that it has. A pipe
 * has one writer at a time ({@link WorkerProcesses}, under its monitor) and one reader, a thread
 * that lives as long as the process.
 */
final class WorkerProcess {
    /**
     * Leaves TERM to the kernel. A JVM that handles it waits 300 ms for threads that are in system
     * calls, as those are that read pipes and sockets; there is nothing that it would have to do.
     */
    static final String ENDS_AT_ONCE = "-Xrs";

    /** What the reader tells. */
    interface Listener {
        void frame(WorkerProcess from, Frames.Reader frame) throws BadFrame;

        void ended(WorkerProcess worker, String how);
    }

    final int rank;
    final Process process;
    final Map<Long, Message.Task> tasks = new LinkedHashMap<>(); // the listener's, as are these
    boolean isReady;
    boolean isGone;
    boolean isRecalled;
    boolean isSlow; // was recalled from, and has not answered since
    boolean isAlone; // its one task has a request, and no other comes until it has ended
    boolean isLeaving; // it stopped its task, and ends
    long lastResultNs;

    private final OutputStream out;
    private final int maxFrame;

    private WorkerProcess(int rank, Process process, int maxFrame) {
        this.rank = rank;
        this.process = process;
        this.maxFrame = maxFrame;
        out = process.getOutputStream();
        lastResultNs = System.nanoTime();
    }

    /** Starts one. What its tasks print goes to a file in the run directory. */
    static WorkerProcess start(
            int rank, Node node, String block, Settings settings, Path settingsFile, Listener told)
            throws IOException {
        List<String> line = new ArrayList<>(WorkerAffinity.prefix(node.cpus(rank)));
        // The shell moves the pipes out of the way of what tasks print, and becomes the worker.
        line.addAll(
                List.of(
                        "/bin/sh",
                        "-c",
                        "exec \"$@\" 3<&0 4>&1 0</dev/null 1>>\"$TEFF_WORKER_OUTPUT\" 2>&1",
                        "teff-worker",
                        settings.text("java")));
        line.add(ENDS_AT_ONCE);
        line.addAll(JvmOptions.of(settings.group("worker.option.").values(), System.getenv()));
        line.addAll(List.of("-cp", settings.text("classpath")));
        line.addAll(List.of(WorkerMain.class.getName(), settingsFile.toString()));
        ProcessBuilder builder = new ProcessBuilder(line);
        Map<String, String> environment = builder.environment();
        environment.putAll(node.environment(rank));
        environment.put("TEFF_BLOCK_ID", block);
        environment.put("TEFF_POOL_ID", Manager.poolId());
        String name = Manager.nameHere(block) + "-worker-" + rank + ".out";
        Path output = settings.path("directory").resolve(name);
        environment.put("TEFF_WORKER_OUTPUT", output.toString());
        Process process = builder.redirectError(ProcessBuilder.Redirect.DISCARD).start();
        WorkerProcess worker =
                new WorkerProcess(rank, process, settings.number("maxFrameBytes") + Zmq.SLACK);
        Thread reader = new Thread(() -> worker.read(told), "teff-htex-pipe-" + rank);
        reader.setDaemon(true);
        reader.start();
        return worker;
    }

    private void read(Listener told) {
        String how;
        try (DataInputStream in = new DataInputStream(process.getInputStream())) {
            while (true) {
                int size = in.readInt();
                if (size < 0 || size > maxFrame) {
                    throw new BadFrame("a frame of " + size + " bytes");
                }
                byte[] bytes = new byte[size];
                in.readFully(bytes);
                told.frame(this, new Frames.Reader(bytes));
            }
        } catch (IOException e) {
            how = "its pipe has ended";
        } catch (BadFrame e) {
            how = "its pipe carried something else than frames (" + e.getMessage() + ")";
        }
        process.destroyForcibly();
        int code;
        try {
            code = process.waitFor();
            how = code > 128 ? "killed by signal " + (code - 128) : how + ", exit code " + code;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        told.ended(this, how);
    }

    /** False: it is gone, as its reader is about to say. */
    boolean write(Frames.Writer frame) {
        int size = frame.size();
        byte[] length = {
            (byte) (size >>> 24), (byte) (size >>> 16), (byte) (size >>> 8), (byte) size
        };
        try {
            out.write(length);
            out.write(frame.buffer(), 0, size);
            out.flush();
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    void kill() {
        process.destroyForcibly();
    }
}
