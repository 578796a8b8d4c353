// SPDX-License-Identifier: Apache-2.0
package io.teff.affinity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Map;
import java.util.SortedMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TopologyTest {
    @TempDir Path root;

    @Test
    void twoSocketsShowEveryLevelOfSharing() {
        Topology t = FakeMachine.twoSockets(root).topology();
        assertThat(t.online()).hasToString("0-15");
        assertThat(t.allowed()).hasToString("0-15");
        assertThat(text(t.packages())).isEqualTo("{0=0-3,8-11, 1=4-7,12-15}");
        assertThat(text(t.nodes())).isEqualTo("{0=0-3,8-11, 1=4-7,12-15}");
        assertThat(text(t.caches()))
                .isEqualTo("{0=0-1,8-9, 2=2-3,10-11, 4=4-5,12-13, 6=6-7,14-15}");
        assertThat(t.cores()).hasSize(8);
        assertThat(t.siblings(13)).hasToString("5,13");
        assertThat(t.kinds()).isEqualTo(Map.of(0, t.online()));
        assertThat(t.cpu(13)).isEqualTo(new Cpu(13, 5, 1, 1, 4, 0, 0, 0));
        assertThat(t.quota()).isEmpty();
        assertThat(t.notes()).isEmpty();
        assertThat(t.source()).isEqualTo("/sys/devices/system/cpu/");
    }

    @Test
    void distanceGrowsWithEveryLevelNotShared() {
        Topology t = FakeMachine.twoSockets(root).topology();
        assertThat(t.distance(0, 0)).isZero();
        assertThat(t.distance(0, 8)).isEqualTo(1);
        assertThat(t.distance(0, 9)).isEqualTo(2);
        assertThat(t.distance(0, 2)).isEqualTo(3);
        assertThat(t.distance(0, 4)).isEqualTo(5);
        assertThat(t.distance(4, 0)).isEqualTo(5);
    }

    @Test
    void nodesOfOnePackageAreNearerThanPackages() {
        Topology t = FakeMachine.twoSockets(root).node(0, "0-1,8-9").node(1, "2-15").topology();
        assertThat(t.distance(0, 2)).isEqualTo(4);
        assertThat(t.distance(2, 4)).as("one node that spans packages").isEqualTo(5);
    }

    @Test
    void unknownCpusAreFarFromEverything() {
        Topology t = FakeMachine.smt(root).topology();
        assertThat(t.distance(-1, 0)).isEqualTo(Topology.FARTHEST);
        assertThat(t.distance(-1, -1)).isEqualTo(Topology.FARTHEST);
        assertThat(t.distance(0, 99)).isEqualTo(Topology.FARTHEST);
        assertThatThrownBy(() -> t.cpu(99))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("0-7")
                .hasMessageEndingWith(": 99");
    }

    @Test
    void siblingsOfAnSmtSocketAreNeighbours() {
        Topology t = FakeMachine.smt(root).topology();
        assertThat(text(t.cores())).isEqualTo("{0=0-1, 2=2-3, 4=4-5, 6=6-7}");
        assertThat(text(t.caches())).isEqualTo("{0=0-7}");
        assertThat(t.distance(0, 1)).isEqualTo(1);
        assertThat(t.distance(0, 7)).isEqualTo(2);
    }

    @Test
    void namedKindsOfCoresAreTaken() {
        Topology t =
                FakeMachine.hybrid(root)
                        .file("sys/devices/cpu_core/cpus", "0-3")
                        .file("sys/devices/cpu_atom/cpus", "4-7")
                        .topology();
        assertThat(text(t.kinds())).isEqualTo("{0=0-3, 1=4-7}");
    }

    @Test
    void capacitiesTellThreeKindsApart() {
        FakeMachine m = FakeMachine.hybrid(root);
        for (int id = 0; id < 8; id++) {
            m.capacity(id, id < 4 ? 250 : id < 7 ? 760 : 1024);
        }
        Topology t = m.topology();
        assertThat(text(t.kinds())).isEqualTo("{0=7, 1=4-6, 2=0-3}");
        assertThat(t.cpu(4).capacity()).isEqualTo(760);
    }

    @Test
    void clockLimitsTellKindsApartWhenNothingElseDoes() {
        FakeMachine m = FakeMachine.hybrid(root);
        for (int id = 0; id < 8; id++) {
            m.maxFreqKhz(id, id < 4 ? 5_100_000 : 3_900_000);
        }
        Topology t = m.topology();
        assertThat(text(t.kinds())).isEqualTo("{0=0-3, 1=4-7}");
        assertThat(t.cpu(7).maxFreqKhz()).isEqualTo(3_900_000);
    }

    @Test
    void favouredCoresAreNoKindOfTheirOwn() {
        FakeMachine m = FakeMachine.smt(root);
        for (int id = 0; id < 8; id++) {
            m.maxFreqKhz(id, id < 2 ? 5_300_000 : 5_000_000);
        }
        assertThat(text(m.topology().kinds())).isEqualTo("{0=0-7}");
    }

    @Test
    void speedThatOneCpuDoesNotTellIsNoReasonForKinds() {
        FakeMachine m = FakeMachine.smt(root);
        for (int id = 0; id < 7; id++) {
            m.maxFreqKhz(id, id < 2 ? 5_000_000 : 2_000_000);
        }
        assertThat(text(m.topology().kinds())).isEqualTo("{0=0-7}");
    }

    @Test
    void offlineCpusAreNeitherListedNorAllowed() {
        Topology t = FakeMachine.smt(root).online("0,2-7").topology();
        assertThat(t.online()).hasToString("0,2-7");
        assertThat(t.allowed()).hasToString("0,2-7");
        assertThat(t.cpus()).extracting(Cpu::id).containsExactly(0, 2, 3, 4, 5, 6, 7);
        assertThat(t.siblings(0)).hasToString("0");
    }

    @Test
    void offlineFirstThreadLeavesTheCoreToItsSecond() {
        Topology t = FakeMachine.smt(root).online("1-7").topology();
        assertThat(t.cpu(1).core()).isEqualTo(1);
        assertThat(t.cpu(1).llc()).isEqualTo(1);
        assertThat(t.distance(1, 2)).isEqualTo(2);
    }

    @Test
    void restrictedMaskIsWhatIsAllowed() {
        Topology t = FakeMachine.twoSockets(root).allowed("2-5,12").topology();
        assertThat(t.allowed()).hasToString("2-5,12");
        assertThat(t.online()).hasToString("0-15");
        assertThat(t.notes()).isEmpty();
    }

    @Test
    void maskWithoutOnlineCpusIsNotedAndIgnored() {
        Topology t = FakeMachine.smt(root).allowed("64-65").topology();
        assertThat(t.allowed()).hasToString("0-7");
        assertThat(t.notes()).singleElement().asString().contains("64-65");
    }

    @Test
    void emptyRootIsFlatAndSaysSo() {
        Topology t = Topology.read(root);
        int count = Runtime.getRuntime().availableProcessors();
        assertThat(t.cpus()).hasSize(count);
        assertThat(t.allowed().size()).isEqualTo(count);
        assertThat(t.source()).isEqualTo("Runtime.availableProcessors() (flat)");
        assertThat(t.notes()).singleElement().asString().contains("/sys/devices/system/cpu/online");
        assertThat(t.quota()).isEmpty();
        assertThat(t.packages()).hasSize(1);
        assertThat(t.cores()).hasSize(count);
        assertThat(t.describe()).contains("(flat)").contains("note");
    }

    @Test
    void maskAloneGivesAFlatMachineOfTheRightIds() {
        Topology t = new FakeMachine(root).allowed("4-6").topology();
        assertThat(t.allowed()).hasToString("4-6");
        assertThat(t.source()).isEqualTo("/proc/self/status (flat)");
        assertThat(t.distance(4, 6)).isEqualTo(2);
    }

    @Test
    void bareSysfsIsFilledInAndNoted() {
        Topology t = new FakeMachine(root).online("0-1").topology();
        assertThat(t.cpu(1)).isEqualTo(new Cpu(1, 1, 0, 0, 0, 0, 0, 0));
        assertThat(t.notes()).hasSize(4);
    }

    @Test
    void garbageInEveryFileIsSurvived() {
        FakeMachine m = FakeMachine.smt(root).allowed("all").nodes("\u00ff\u00fe");
        m.file("sys/devices/system/cpu/cpu0/topology/physical_package_id", "-1");
        m.file("sys/devices/system/cpu/cpu1/topology/physical_package_id", "first");
        m.file("sys/devices/system/cpu/cpu0/topology/thread_siblings_list", "9-");
        m.file("sys/devices/system/cpu/cpu0/cache/index2/level", "L3");
        m.file("proc/self/cgroup", "::::\n0\n");
        m.file("sys/fs/cgroup/cpu.max", "much");
        Topology t = m.topology();
        assertThat(t.allowed()).hasToString("0-7");
        assertThat(t.packages()).hasSize(1);
        assertThat(t.siblings(0)).hasToString("0-1");
        assertThat(t.quota()).isEmpty();
    }

    @Test
    void descriptionNamesEveryLevel() {
        String text = FakeMachine.twoSockets(root).allowed("0-7").topology().describe();
        assertThat(text.lines())
                .contains(
                        "online    0-15 (16)",
                        "allowed   0-7 (8)",
                        "quota     none",
                        "packages  2: [0-3,8-11] [4-7,12-15]",
                        "caches    4: [0-1,8-9] [2-3,10-11] [4-5,12-13] [6-7,14-15]",
                        "kinds     one");
    }

    @Test
    void thisMachineIsReadWithoutSurprises() {
        Topology t = Topology.read();
        assertThat(t.cpus()).isNotEmpty();
        assertThat(t.online().containsAll(t.allowed())).isTrue();
        assertThat(t.allowed().isEmpty()).isFalse();
        assertThat(t.toString()).contains(t.allowed().toString());
    }

    private static String text(SortedMap<Integer, CpuSet> groups) {
        return groups.entrySet().stream()
                .map(e -> e.getKey() + "=" + e.getValue())
                .collect(Collectors.joining(", ", "{", "}"));
    }
}
