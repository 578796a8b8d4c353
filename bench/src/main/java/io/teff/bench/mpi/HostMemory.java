// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.mpi;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Map;

/**
 * The memory of this machine, or what its cgroup leaves of it, and how many ranks it holds at most. One
 * rank too many and the system kills processes, not always these. Immutable.
 *
 * @param bytes all of it
 */
record HostMemory(long bytes) {
    private static final long MEBIBYTE = 1 << 20;

    /** What a rank needs at the very least: small ones were seen to grow to some 55 to 95 MB. */
    private static final long RANK_MEBIBYTES = 48;

    /** By each of these a launcher knows other hosts, even if it was told none. */
    private static final List<String> OF_JOBS =
            List.of(
                    "SLURM_JOB_ID",
                    "PBS_NODEFILE",
                    "LSB_JOBID",
                    "PE_HOSTFILE",
                    "HYDRA_HOST_FILE",
                    "OMPI_MCA_orte_default_hostfile",
                    "PRTE_MCA_prte_default_hostfile");

    /** Reads the running machine; where it does not tell, there is enough. */
    static HostMemory read() {
        OperatingSystemMXBean system =
                ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
        long bytes = system == null ? 0 : system.getTotalMemorySize(); // of the cgroup, in one
        return new HostMemory(bytes <= 0 ? Long.MAX_VALUE : bytes);
    }

    /** Whether a launcher that was told no hosts starts all ranks on this machine. */
    static boolean isAllThereIs(Map<String, String> environment) {
        return OF_JOBS.stream().allMatch(name -> environment.getOrDefault(name, "").isBlank());
    }

    /**
     * Checks that so many ranks can be here.
     *
     * @throws IllegalArgumentException if not; says how many can
     */
    void check(int ranks) {
        long most = bytes / (RANK_MEBIBYTES * MEBIBYTE);
        if (ranks > most) {
            throw new IllegalArgumentException(
                    "-n: "
                            + ranks
                            + " ranks need at least "
                            + ranks * RANK_MEBIBYTES
                            + " MiB of memory, "
                            + RANK_MEBIBYTES
                            + " each, and this machine has "
                            + bytes / MEBIBYTE
                            + ": start fewer, at most "
                            + most
                            + ", or spread them by --hosts");
        }
    }
}
