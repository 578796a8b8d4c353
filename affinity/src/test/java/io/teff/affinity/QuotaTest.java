// SPDX-License-Identifier: Apache-2.0
package io.teff.affinity;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QuotaTest {
    @TempDir Path root;
    private FakeMachine machine;

    @BeforeEach
    void smtMachine() {
        machine = FakeMachine.smt(root);
    }

    @Test
    void version1QuotaIsDividedByItsPeriod() {
        machine.file("proc/self/cgroup", "4:memory:/a\n3:cpu,cpuacct:/jobs/build\n0::/")
                .file("sys/fs/cgroup/cpu/jobs/build/cpu.cfs_quota_us", "150000")
                .file("sys/fs/cgroup/cpu/jobs/build/cpu.cfs_period_us", "100000")
                .file("sys/fs/cgroup/cpu/cpu.cfs_quota_us", "-1")
                .file("sys/fs/cgroup/cpu/cpu.cfs_period_us", "100000");
        assertThat(machine.topology().quota()).hasValue(1.5);
        assertThat(machine.topology().describe())
                .contains("1.50 CPUs, /sys/fs/cgroup/cpu/jobs/build/cpu.cfs_quota_us");
    }

    @Test
    void version1ContainerSeesItsOwnGroupAtTheMountPoint() {
        machine.file("proc/self/cgroup", "3:cpuacct,cpu:/docker/0123abcd")
                .file("sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us", "200000")
                .file("sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us", "50000");
        assertThat(machine.topology().quota()).hasValue(4.0);
    }

    @Test
    void version1WithoutQuotaIsUnlimited() {
        machine.file("proc/self/cgroup", "3:cpu:/jobs")
                .file("sys/fs/cgroup/cpu/jobs/cpu.cfs_quota_us", "-1")
                .file("sys/fs/cgroup/cpu/jobs/cpu.cfs_period_us", "100000");
        assertThat(machine.topology().quota()).isEmpty();
    }

    @Test
    void version2ParentWithLessWins() {
        machine.file("proc/self/cgroup", "0::/user.slice/app/worker")
                .file("sys/fs/cgroup/user.slice/app/worker/cpu.max", "300000 100000")
                .file("sys/fs/cgroup/user.slice/app/cpu.max", "50000 100000")
                .file("sys/fs/cgroup/user.slice/cpu.max", "max 100000");
        assertThat(machine.topology().quota()).hasValue(0.5);
    }

    @Test
    void version2ChildWithLessWins() {
        machine.file("proc/self/cgroup", "0::/user.slice/app")
                .file("sys/fs/cgroup/user.slice/app/cpu.max", "125000 100000")
                .file("sys/fs/cgroup/user.slice/cpu.max", "800000 100000");
        assertThat(machine.topology().quota()).hasValue(1.25);
    }

    @Test
    void version2WithMaxEverywhereIsUnlimited() {
        machine.file("proc/self/cgroup", "0::/user.slice")
                .file("sys/fs/cgroup/user.slice/cpu.max", "max 100000");
        assertThat(machine.topology().quota()).isEmpty();
    }

    @Test
    void pathOutsideTheNamespaceEndsAtTheMountPoint() {
        machine.file("proc/self/cgroup", "0::/../../elsewhere")
                .file("sys/fs/cgroup/cpu.max", "250000 100000")
                .file("cpu.max", "1 100000");
        assertThat(machine.topology().quota()).hasValue(2.5);
    }

    @Test
    void hybridHostIsReadFromBothHierarchies() {
        machine.file("proc/self/cgroup", "1:cpu:/a\n0::/b")
                .file("sys/fs/cgroup/cpu/a/cpu.cfs_quota_us", "300000")
                .file("sys/fs/cgroup/cpu/a/cpu.cfs_period_us", "100000")
                .file("sys/fs/cgroup/unified/b/cpu.max", "200000 100000");
        assertThat(machine.topology().quota()).hasValue(2.0);
    }

    @Test
    void quotaIsFoundOnAFlatMachineToo(@TempDir Path bare) {
        FakeMachine flat =
                new FakeMachine(bare)
                        .file("proc/self/cgroup", "0::/")
                        .file("sys/fs/cgroup/cpu.max", "100000 100000");
        assertThat(flat.topology().quota()).hasValue(1.0);
    }
}
