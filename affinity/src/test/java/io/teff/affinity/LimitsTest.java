// SPDX-License-Identifier: Apache-2.0
package io.teff.affinity;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LimitsTest {
    @TempDir Path root;

    @Test
    void everyValueIsReadInTheSystemsWords() {
        FakeMachine m =
                FakeMachine.smt(root)
                        .online("0-2")
                        .file(
                                "sys/kernel/mm/transparent_hugepage/enabled",
                                "always [madvise] never")
                        .file(
                                "sys/devices/system/clocksource/clocksource0/current_clocksource",
                                "tsc")
                        .file("sys/devices/system/cpu/isolated", "")
                        .file("sys/devices/system/cpu/smt/control", "on")
                        .file("proc/loadavg", "0.50 1.25 2.00 1/234 5678")
                        .file("proc/self/cgroup", "0::/")
                        .file("sys/fs/cgroup/cpu.max", "150000 100000");
        governor(m, 0, "powersave");
        governor(m, 2, "powersave");
        Limits limits = Limits.read(m.root());
        assertThat(limits.quota()).isEqualTo("1.50 CPUs, /sys/fs/cgroup/cpu.max");
        assertThat(limits.hugePages()).isEqualTo("madvise");
        assertThat(limits.clockSource()).isEqualTo("tsc");
        assertThat(limits.load()).isEqualTo("0.50 1.25 2.00");
        assertThat(limits.isolated()).isEmpty();
        assertThat(limits.smt()).isEqualTo("on");
        assertThat(limits.governors()).hasToString("{0=powersave, 1=unknown, 2=powersave}");
        assertThat(limits.governor()).isEqualTo("powersave on 0,2, unknown on 1");
    }

    @Test
    void oneGovernorIsNamedAlone() {
        FakeMachine m = new FakeMachine(root).online("0-1");
        governor(m, 0, "performance");
        governor(m, 1, "performance");
        assertThat(Limits.read(m.root()).governor()).isEqualTo("performance");
    }

    @Test
    void whatIsMissingIsUnknown() {
        Limits limits = Limits.read(root);
        assertThat(limits.quota()).isEqualTo("none");
        assertThat(limits.hugePages()).isEqualTo("unknown");
        assertThat(limits.clockSource()).isEqualTo("unknown");
        assertThat(limits.load()).isEqualTo("unknown");
        assertThat(limits.isolated()).isEqualTo("unknown");
        assertThat(limits.smt()).isEqualTo("unknown");
        assertThat(limits.governors()).isEmpty();
        assertThat(limits.governor()).isEqualTo("unknown");
    }

    @Test
    void timeBetweenTwoReadingsIsShared() {
        FakeMachine m =
                new FakeMachine(root).file("proc/stat", "cpu  100 10 20 500 5 1 2 7 50 0\ncpu0 1");
        CpuTime first = CpuTime.read(m.root()).orElseThrow();
        assertThat(first).isEqualTo(new CpuTime(133, 505, 7));
        m.file("proc/stat", "cpu  150 10 20 530 5 1 2 27 50 0");
        CpuTime spent = CpuTime.read(m.root()).orElseThrow().since(first);
        assertThat(spent).isEqualTo(new CpuTime(50, 30, 20));
        assertThat(spent.busyShare()).isEqualTo(0.5);
        assertThat(spent.stolenShare()).isEqualTo(0.2);
        assertThat(first.since(first).busyShare()).isZero();
    }

    @Test
    void cpuTimeIsEmptyWhenMissingOrMalformed() {
        assertThat(CpuTime.read(root)).isEmpty();
        FakeMachine m = new FakeMachine(root).file("proc/stat", "cpu  1 2 3");
        assertThat(CpuTime.read(m.root())).isEmpty();
        m.file("proc/stat", "cpu  1 2 3 four 5 6 7 8");
        assertThat(CpuTime.read(m.root())).isEmpty();
    }

    private static void governor(FakeMachine m, int cpu, String name) {
        m.file("sys/devices/system/cpu/cpu" + cpu + "/cpufreq/scaling_governor", name);
    }
}
