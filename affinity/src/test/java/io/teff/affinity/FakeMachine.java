// SPDX-License-Identifier: Apache-2.0
package io.teff.affinity;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Writes the {@code /sys} and {@code /proc} files of a machine below a folder. */
final class FakeMachine {
    private static final String CPU = "sys/devices/system/cpu/";
    private final Path root;

    FakeMachine(Path root) {
        this.root = root;
    }

    FakeMachine file(String path, String text) {
        try {
            Path file = root.resolve(path);
            Files.createDirectories(file.getParent());
            Files.writeString(file, text + "\n");
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    FakeMachine online(String list) {
        return file(CPU + "online", list);
    }

    FakeMachine allowed(String list) {
        return file(
                "proc/self/status",
                "Name:\tjava\nCpus_allowed:\tff\nCpus_allowed_list:\t"
                        + list
                        + "\nMems_allowed:\t1");
    }

    /** One CPU with an instruction cache and an L2 of its core, and an L3 of {@code llc}. */
    FakeMachine cpu(int id, int pkg, String core, String llc) {
        String dir = CPU + "cpu" + id + "/";
        file(dir + "topology/physical_package_id", "" + pkg);
        // As on real machines, the kernel's core_id repeats in every package.
        file(dir + "topology/core_id", "" + CpuSet.parse(core).first() % 2);
        file(dir + "topology/thread_siblings_list", core);
        cache(id, 0, 1, "Instruction", core);
        cache(id, 1, 2, "Unified", core);
        return cache(id, 2, 3, "Unified", llc);
    }

    FakeMachine cache(int id, int index, int level, String type, String sharedBy) {
        String dir = CPU + "cpu" + id + "/cache/index" + index + "/";
        file(dir + "level", "" + level);
        file(dir + "type", type);
        return file(dir + "shared_cpu_list", sharedBy);
    }

    FakeMachine node(int id, String cpus) {
        return file("sys/devices/system/node/node" + id + "/cpulist", cpus);
    }

    FakeMachine nodes(String list) {
        return file("sys/devices/system/node/online", list);
    }

    FakeMachine capacity(int cpu, int capacity) {
        return file(CPU + "cpu" + cpu + "/cpu_capacity", "" + capacity);
    }

    FakeMachine maxFreqKhz(int cpu, int khz) {
        return file(CPU + "cpu" + cpu + "/cpufreq/cpuinfo_max_freq", "" + khz);
    }

    Path root() {
        return root;
    }

    Topology topology() {
        return Topology.read(root);
    }

    /**
     * Two sockets of one node each, four cores of two threads per socket, two cores per last-level
     * cache. Threads are numbered as Linux does: first threads 0-7, second threads 8-15.
     */
    static FakeMachine twoSockets(Path root) {
        FakeMachine m = new FakeMachine(root).online("0-15").allowed("0-15").nodes("0-1");
        for (int id = 0; id < 16; id++) {
            int core = id % 8;
            int pair = core / 2 * 2;
            m.cpu(
                    id,
                    core / 4,
                    core + "," + (core + 8),
                    pair + "-" + (pair + 1) + "," + (pair + 8) + "-" + (pair + 9));
        }
        return m.node(0, "0-3,8-11").node(1, "4-7,12-15");
    }

    /** One socket, four cores of two threads, numbered in neighbours: 0-1 are one core. */
    static FakeMachine smt(Path root) {
        FakeMachine m = new FakeMachine(root).online("0-7").allowed("0-7").nodes("0");
        for (int id = 0; id < 8; id++) {
            int core = id / 2 * 2;
            m.cpu(id, 0, core + "-" + (core + 1), "0-7");
        }
        return m.node(0, "0-7");
    }

    /** One socket with two fast cores of two threads (0-3) and four small cores (4-7), one cache. */
    static FakeMachine hybrid(Path root) {
        FakeMachine m = new FakeMachine(root).online("0-7").allowed("0-7").nodes("0");
        for (int id = 0; id < 8; id++) {
            int core = id / 2 * 2;
            m.cpu(id, 0, id < 4 ? core + "-" + (core + 1) : "" + id, "0-7");
        }
        return m.node(0, "0-7");
    }
}
