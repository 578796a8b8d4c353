// SPDX-License-Identifier: Apache-2.0
package io.teff.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.teff.affinity.Affinity;
import io.teff.affinity.CpuSet;
import io.teff.affinity.Limits;
import io.teff.affinity.PinPlan;
import io.teff.affinity.PinResult;
import io.teff.affinity.Topology;
import io.teff.bench.DoctorReport.Clock;
import io.teff.bench.DoctorReport.Jvm;
import io.teff.bench.DoctorReport.Load;
import io.teff.bench.DoctorReport.Plan;
import io.teff.bench.DoctorReport.Warning;
import io.teff.mpi.MpiLauncher;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class DoctorTest {
    @TempDir Path root;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void thisMachineIsDescribedForPeople() {
        CpuSet before = Affinity.currentMask();
        int allowed = Topology.read().allowed().size();
        assertThat(run(new Doctor(), "--pin", "compact")).isZero();
        assertThat(err.toString()).isEmpty();
        assertThat(out.toString())
                .startsWith("plan: compact, " + allowed + " worker")
                .contains("trial pin: asked ")
                .contains("topology:\n")
                .contains("limits:\n")
                .contains("clock:\n")
                .contains(System.getProperty("java.vm.name"))
                .contains(System.getProperty("java.runtime.version"))
                .containsPattern("nanoTime +\\d+\\.\\d ns a call")
                .contains("warnings:");
        assertThat(Affinity.currentMask()).as("the caller's mask").isEqualTo(before);
    }

    @Test
    void mpiLaunchersAreTried() throws IOException {
        assertThat(run(new Doctor(), "--json", "--mpi")).isZero();
        JsonNode json = new ObjectMapper().readTree(out.toString());
        assertThat(json.at("/mpi").findValuesAsText("launcher"))
                .containsExactly("mpiexec.mpich", "mpiexec.openmpi");
        for (JsonNode trial : json.at("/mpi")) {
            assertThat(trial.get("works").asBoolean()).as(trial.toString()).isTrue();
            assertThat(trial.get("what").asText())
                    .matches("(MPICH|Open MPI).* by (jna|foreign), two ranks talk.*");
        }
    }

    @Test
    void launcherThatDoesNotWorkIsAWarning() throws Exception {
        MpiLauncher launcher = new MpiLauncher("mpiexec", Path.of("/opt/mpiexec"));
        MpiTrial failed = MpiTrial.read(launcher, 1, List.of("before", "Error: no MPI", "after"));
        assertThat(failed.works()).isFalse();
        assertThat(failed.what()).isEqualTo("exit code 1, printed: Error: no MPI");
        MpiTrial alone =
                MpiTrial.read(launcher, 0, List.of("teff-mpi-check\tMPICH\tMPICH 4\tjna\t1\t0"));
        assertThat(alone.works()).isFalse();
        assertThat(alone.what()).contains("each rank is alone");
        DoctorReport report = new Doctor(root).report(Optional.of(List.of(failed, alone)));
        assertThat(report.warnings())
                .extracting(Warning::what)
                .contains("mpiexec: " + failed.what(), "mpiexec: " + alone.what());
        assertThat(new Doctor(root).report(Optional.of(List.of())).warnings())
                .extracting(Warning::what)
                .contains("there is no MPI launcher on the PATH");
    }

    @Test
    void jsonIsOneObjectAndNothingElse() throws IOException {
        Topology topology = Topology.read();
        assertThat(run(new Doctor(), "--json", "--pin", "spread", "--workers", "3")).isZero();
        assertThat(err.toString()).isEmpty();
        assertThat(out.toString().lines()).hasSize(1);
        JsonNode json = new ObjectMapper().readTree(out.toString());
        assertThat(json.fieldNames())
                .toIterable()
                .containsExactly("plan", "pin", "topology", "limits", "clock", "jvm", "warnings");
        int[] cpus = PinPlan.SPREAD.assign(topology, 3);
        assertThat(json.at("/plan/name").asText()).isEqualTo("spread");
        assertThat(json.at("/plan/cpus")).hasSize(3);
        for (int i = 0; i < 3; i++) {
            assertThat(json.at("/plan/cpus/" + i).asInt()).isEqualTo(cpus[i]);
        }
        assertThat(json.at("/pin/asked").asText()).isEqualTo("" + cpus[0]);
        assertThat(json.at("/pin/why").asText()).isNotEmpty();
        if (Affinity.available()) {
            assertThat(json.at("/pin/pinned").asBoolean()).isTrue();
            assertThat(json.at("/pin/got").asText()).isEqualTo("" + cpus[0]);
        }
        assertThat(json.at("/topology/allowed").asText()).isEqualTo(topology.allowed().toString());
        assertThat(json.at("/clock/nanotime_ns").asDouble()).isGreaterThan(0);
        assertThat(json.at("/clock/step_ns").asLong()).isPositive();
        assertThat(json.at("/jvm/collectors")).isNotEmpty();
        assertThat(json.at("/limits/thp").asText()).isEqualTo(Limits.read().hugePages());
    }

    @Test
    void quotaBelowTheWorkersIsWarnedAboutWithAFix() throws IOException {
        file("sys/devices/system/cpu/online", "0-3");
        file("proc/self/status", "Cpus_allowed_list:\t0-3");
        file("proc/self/cgroup", "0::/");
        file("sys/fs/cgroup/cpu.max", "250000 100000");
        assertThat(run(new Doctor(root), "--json", "--pin", "0-1")).isZero();
        JsonNode json = new ObjectMapper().readTree(out.toString());
        assertThat(json.at("/topology/quota_cpus").asDouble()).isEqualTo(2.5);
        assertThat(json.at("/plan/cpus").toString()).isEqualTo("[0,1,0,1]");
        assertThat(json.at("/limits/foreign_cpus").isNull()).isTrue();
        assertThat(json.at("/warnings/0/what").asText())
                .startsWith("4 workers: more than the cgroup quota (2.50 CPUs, /sys/fs/cgroup/");
        assertThat(json.at("/warnings/0/fix").asText())
                .isEqualTo("use --workers 2 or raise the quota");
        assertThat(json.at("/warnings/1/what").asText()).isEqualTo("4 workers share 2 CPUs (0-1)");
    }

    @Test
    void everyObstacleHasAWarning() {
        PinResult refused =
                new PinResult(CpuSet.of(0), CpuSet.parse("0-1"), "EPERM: not permitted");
        TreeMap<Integer, String> governors = new TreeMap<>();
        governors.put(0, "powersave");
        DoctorReport bad =
                report(
                        refused,
                        new Limits("none", "never", governors, "hpet", "3.00 2.00 1.00", "", "on"),
                        new Load(OptionalDouble.of(1.5), OptionalDouble.of(0.25)),
                        new Clock(900, 100),
                        List.of("-Xmx1g", "-Xint"));
        assertThat(bad.warnings())
                .extracting(Warning::what)
                .containsExactly(
                        "a trial pin failed: asked 0, got 0-1: EPERM: not permitted",
                        "other programs keep 1.50 CPUs busy",
                        "the host takes 25 % of the time",
                        "the frequency governor is powersave",
                        "transparent huge pages are off, so large arrays miss the TLB more often",
                        "one nanoTime costs 900 ns (clock source hpet)",
                        "the JVM runs with -Xint");
        assertThat(bad.warnings()).extracting(Warning::fix).doesNotContain("");
        assertThat(bad.toText()).contains("fix: start it without -Xint");
    }

    @Test
    void goodMachineHasNoWarnings() {
        TreeMap<Integer, String> governors = new TreeMap<>();
        governors.put(0, "performance");
        governors.put(1, Limits.UNKNOWN);
        DoctorReport good =
                report(
                        new PinResult(CpuSet.of(0), CpuSet.of(0), "done"),
                        new Limits("none", "madvise", governors, "tsc", "0.00 0.00 0.00", "", "on"),
                        new Load(OptionalDouble.of(0.1), OptionalDouble.of(0)),
                        new Clock(22, 10),
                        List.of("-Xmx1g"));
        assertThat(good.warnings()).isEmpty();
        assertThat(good.toText()).endsWith("warnings: none");
    }

    @ParameterizedTest
    @ValueSource(strings = {"close", "3-1", ""})
    void badPlanIsExitTwoAndNamesTheChoices(String plan) {
        assertThat(run(new Doctor(), "--pin", plan)).isEqualTo(2);
        assertThat(out.toString()).isEmpty();
        assertThat(err.toString())
                .startsWith(
                        "--pin: pin must be none, compact, spread or a CPU list such as 0-3,8: "
                                + plan);
    }

    @Test
    void planWithoutAllowedCpuIsExitTwoAndNamesWhatIsAllowed() {
        assertThat(run(new Doctor(), "--pin", "60000", "--json")).isEqualTo(2);
        assertThat(out.toString()).isEmpty();
        assertThat(err.toString())
                .startsWith(
                        "--pin: no CPU of the pin list 60000 is allowed; allowed: "
                                + Topology.read().allowed());
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-3", "65537", "many"})
    void badWorkersIsExitTwoAndNamesTheValue(String workers) {
        assertThat(run(new Doctor(), "--workers", workers)).isEqualTo(2);
        assertThat(out.toString()).isEmpty();
        assertThat(err.toString()).contains("--workers").contains(workers);
    }

    @Test
    void helpNamesEveryOption() {
        assertThat(run(new Doctor(), "--help")).isZero();
        assertThat(out.toString()).contains("--pin", "--workers", "--json", "--mpi", "Exit codes:");
        assertThat(err.toString()).isEmpty();
    }

    private int run(Doctor doctor, String... args) {
        return new CommandLine(doctor)
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(args);
    }

    private DoctorReport report(
            PinResult trial, Limits limits, Load load, Clock clock, List<String> flags) {
        Topology topology = Topology.read(root);
        Plan plan = new Plan(PinPlan.NONE, Collections.nCopies(1, -1));
        Jvm jvm = new Jvm("VM", "17", flags, List.of("G1"));
        return new DoctorReport(plan, trial, topology, limits, load, clock, jvm, Optional.empty());
    }

    private void file(String path, String text) throws IOException {
        Path file = root.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text + "\n");
    }
}
