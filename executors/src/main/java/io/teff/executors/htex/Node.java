// SPDX-License-Identifier: Apache-2.0
package io.teff.executors.htex;

import io.teff.affinity.CpuSet;
import io.teff.affinity.Topology;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The node of a manager: what its tasks may hold together, and what each worker process is given at
 * its start. Immutable.
 *
 * @param isPinned each worker has one of the accelerators, for itself and always
 * @param allowed the CPUs that the manager may use; nobody asks unless there is an affinity
 */
record Node(
        int workers,
        Resources size,
        List<String> accelerators,
        boolean isPinned,
        WorkerAffinity affinity,
        CpuSet allowed) {
    /** This one: as the settings say, and what they do not say as the machine does. */
    static Node here(Settings settings) throws IOException {
        List<String> accelerators = List.copyOf(settings.group("accelerator.").values());
        boolean isPinned = settings.flag("pinAccelerators");
        int workers = settings.number("workers");
        int cores = Runtime.getRuntime().availableProcessors();
        if (workers == 0) {
            double byCores = cores / Double.parseDouble(settings.text("coresPerWorker"));
            workers = Math.max(1, (int) byCores);
        }
        if (isPinned) {
            workers = Math.min(workers, accelerators.size());
        }
        WorkerAffinity affinity = WorkerAffinity.parse(settings.text("cpuAffinity"));
        double saidCores = Double.parseDouble(settings.text("node.cores"));
        long saidMemoryMb = Long.parseLong(settings.text("node.memoryMb"));
        long saidDiskMb = Long.parseLong(settings.text("node.diskMb"));
        Resources size =
                new Resources(
                        saidCores > 0 ? saidCores : cores,
                        saidMemoryMb > 0 ? saidMemoryMb : memoryMb(),
                        saidDiskMb > 0 ? saidDiskMb : diskMb(settings),
                        accelerators.size());
        return new Node(
                workers,
                size,
                accelerators,
                isPinned,
                affinity,
                affinity.isNone() ? CpuSet.of() : Topology.read().allowed());
    }

    /** That of the container, if there is one. */
    private static long memoryMb() {
        return ManagementFactory.getPlatformMXBean(com.sun.management.OperatingSystemMXBean.class)
                        .getTotalMemorySize()
                >> 20;
    }

    private static long diskMb(Settings settings) throws IOException {
        return Files.getFileStore(settings.path("directory")).getUsableSpace() >> 20;
    }

    /** The CPUs of one worker; null: those of the manager. */
    CpuSet cpus(int rank) {
        return affinity.of(rank, workers, allowed);
    }

    /** Variables of one worker process. */
    Map<String, String> environment(int rank) {
        Map<String, String> env = new TreeMap<>(WorkerAffinity.environment(cpus(rank)));
        env.put("TEFF_WORKER_RANK", String.valueOf(rank));
        env.put("TEFF_WORKER_COUNT", String.valueOf(workers));
        if (isPinned) {
            String name = accelerators.get(rank);
            env.put("TEFF_ACCELERATOR", name);
            env.put("CUDA_VISIBLE_DEVICES", name);
            env.put("ROCR_VISIBLE_DEVICES", name);
            env.put("ZE_AFFINITY_MASK", name);
            env.put("ZE_ENABLE_PCI_ID_DEVICE_ORDER", "1");
        }
        return env;
    }
}
