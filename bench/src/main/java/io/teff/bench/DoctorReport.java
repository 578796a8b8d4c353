// SPDX-License-Identifier: Apache-2.0
package io.teff.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.teff.affinity.CpuSet;
import io.teff.affinity.Limits;
import io.teff.affinity.PinPlan;
import io.teff.affinity.PinResult;
import io.teff.affinity.Topology;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SortedMap;
import java.util.StringJoiner;

/** What {@link Doctor} found: the warnings that follow from it, and both ways to print it. */
record DoctorReport(
        Plan plan,
        PinResult trial,
        Topology topology,
        Limits limits,
        Load load,
        Clock clock,
        Jvm jvm,
        Optional<List<MpiTrial>> mpi) {
    private static final int PAIRS_PER_LINE = 8;

    private static final double SLOW_CLOCK_NS = 100;
    private static final double FOREIGN_CPUS = 0.25;
    private static final double STOLEN_SHARE = 0.02;

    /** Flags under which timings say little about compiled code. */
    private static final List<String> SLOWING_FLAGS =
            List.of("-Xint", "-Xcomp", "-XX:TieredStopAtLevel=", "-agentlib:jdwp", "-Xdebug");

    /** A CPU per worker, -1 for workers that stay free. */
    record Plan(PinPlan pin, List<Integer> cpus) {}

    /** What a nanoTime call costs, and the smallest difference of two. */
    record Clock(double nanoTimeNs, long stepNs) {}

    /** What ran beside this JVM while it was idle; empty where the system does not tell. */
    record Load(OptionalDouble foreignCpus, OptionalDouble stolenShare) {}

    /** The running virtual machine. */
    record Jvm(String name, String version, List<String> flags, List<String> collectors) {}

    /** Something in the way of good timings, and what to do about it. */
    record Warning(String what, String fix) {}

    /** Everything in the way; empty when nothing is. */
    List<Warning> warnings() {
        List<Warning> warnings = new ArrayList<>();
        addPlan(warnings);
        addMachine(warnings);
        for (String flag : jvm.flags()) {
            if (SLOWING_FLAGS.stream().anyMatch(flag::startsWith)) {
                add(warnings, "the JVM runs with " + flag, "start it without " + flag);
            }
        }
        mpi.ifPresent(trials -> addMpi(trials, warnings));
        return warnings;
    }

    private static void addMpi(List<MpiTrial> trials, List<Warning> warnings) {
        if (trials.isEmpty()) {
            add(
                    warnings,
                    "there is no MPI launcher on the PATH",
                    "run: apt-get install mpich (or openmpi-bin), or load your site's module");
        }
        for (MpiTrial trial : trials) {
            if (!trial.works()) {
                add(
                        warnings,
                        trial.launcher() + ": " + trial.what(),
                        "name the launcher's own library by TEFF_MPI_LIBRARY");
            }
        }
    }

    private static void add(List<Warning> warnings, String what, String fix) {
        warnings.add(new Warning(what, fix));
    }

    private void addPlan(List<Warning> warnings) {
        int count = plan.cpus().size();
        double quota = topology.quota().orElse(Double.MAX_VALUE);
        if (quota < count) {
            add(
                    warnings,
                    text(
                            "%s: more than the cgroup quota (%s), so stopped for a part of every"
                                    + " period when all are busy",
                            count(count, "worker"), limits.quota()),
                    text("use --workers %d or raise the quota", Math.max(1, (int) quota)));
        }
        CpuSet usable = usable();
        if (usable.size() < count) {
            add(
                    warnings,
                    text("%d workers share %s (%s)", count, count(usable.size(), "CPU"), usable),
                    text("use --workers %d or give them more CPUs", usable.size()));
        }
        if (!trial.pinned()) {
            add(
                    warnings,
                    "a trial pin failed: " + trial,
                    "use --pin none, or lift what the reason names");
        }
    }

    private CpuSet usable() {
        return plan.pin().equals(PinPlan.NONE)
                ? topology.allowed()
                : CpuSet.of(plan.cpus().stream().mapToInt(Integer::intValue).toArray());
    }

    private void addMachine(List<Warning> warnings) {
        if (load.foreignCpus().orElse(0) > FOREIGN_CPUS) {
            add(
                    warnings,
                    text("other programs keep %.2f CPUs busy", load.foreignCpus().getAsDouble()),
                    "stop them (see top) or measure later");
        }
        if (load.stolenShare().orElse(0) > STOLEN_SHARE) {
            add(
                    warnings,
                    text(
                            "the host takes %.0f %% of the time",
                            100 * load.stolenShare().getAsDouble()),
                    "use a machine with dedicated CPUs");
        }
        boolean slowGovernor =
                limits.governors().values().stream()
                        .anyMatch(g -> !g.equals("performance") && !g.equals(Limits.UNKNOWN));
        if (slowGovernor) {
            add(
                    warnings,
                    "the frequency governor is " + limits.governor(),
                    "run: cpupower frequency-set -g performance");
        }
        if (limits.hugePages().equals("never")) {
            add(
                    warnings,
                    "transparent huge pages are off, so large arrays miss the TLB more often",
                    "write madvise to /sys/kernel/mm/transparent_hugepage/enabled and run Java with"
                            + " -XX:+UseTransparentHugePages");
        }
        if (clock.nanoTimeNs() > SLOW_CLOCK_NS) {
            add(
                    warnings,
                    text(
                            "one nanoTime costs %.0f ns (clock source %s)",
                            clock.nanoTimeNs(), limits.clockSource()),
                    "boot with clocksource=tsc if the machine's counter is steady");
        }
    }

    /** One JSON object. */
    String toJson() throws JsonProcessingException {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("plan", object("name", plan.pin().toString(), "cpus", plan.cpus()));
        all.put(
                "pin",
                object(
                        "asked", trial.asked().toString(),
                        "got", trial.got().toString(),
                        "pinned", trial.pinned(),
                        "why", trial.why()));
        all.put(
                "topology",
                object(
                        "source", topology.source(),
                        "online", topology.online().toString(),
                        "allowed", topology.allowed().toString(),
                        "quota_cpus",
                                topology.quota().isPresent()
                                        ? topology.quota().getAsDouble()
                                        : null,
                        "packages", lists(topology.packages()),
                        "nodes", lists(topology.nodes()),
                        "caches", lists(topology.caches()),
                        "cores", lists(topology.cores()),
                        "kinds", lists(topology.kinds()),
                        "notes", topology.notes()));
        all.put(
                "limits",
                object(
                        "quota", limits.quota(),
                        "thp", limits.hugePages(),
                        "governor", limits.governor(),
                        "clock_source", limits.clockSource(),
                        "load", limits.load(),
                        "isolated", limits.isolated(),
                        "smt", limits.smt(),
                        "foreign_cpus", value(load.foreignCpus()),
                        "stolen_share", value(load.stolenShare())));
        all.put("clock", object("nanotime_ns", clock.nanoTimeNs(), "step_ns", clock.stepNs()));
        all.put("jvm", jvm);
        mpi.ifPresent(trials -> all.put("mpi", trials));
        all.put("warnings", warnings());
        return new ObjectMapper().writeValueAsString(all);
    }

    private static Map<String, Object> object(Object... namesAndValues) {
        Map<String, Object> object = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            object.put((String) namesAndValues[i], namesAndValues[i + 1]);
        }
        return object;
    }

    private static List<String> lists(SortedMap<Integer, CpuSet> groups) {
        return groups.values().stream().map(CpuSet::toString).toList();
    }

    private static Double value(OptionalDouble value) {
        return value.isPresent() ? (Double) value.getAsDouble() : null;
    }

    /** Lines for people. */
    String toText() {
        StringJoiner lines = new StringJoiner(System.lineSeparator());
        List<Integer> cpus = plan.cpus();
        lines.add("plan: " + plan.pin() + ", " + count(cpus.size(), "worker") + " (worker -> CPU)");
        for (int first = 0; first < cpus.size(); first += PAIRS_PER_LINE) {
            int end = Math.min(cpus.size(), first + PAIRS_PER_LINE);
            StringBuilder line = new StringBuilder();
            for (int worker = first; worker < end; worker++) {
                int cpu = cpus.get(worker);
                line.append(text("  %d -> %s", worker, cpu < 0 ? "any" : cpu));
            }
            lines.add(line);
        }
        lines.add("trial pin: " + trial);
        lines.add("topology:");
        topology.describe().lines().forEach(line -> lines.add("  " + line));
        lines.add("limits:");
        lines.add(row("quota", limits.quota()));
        lines.add(row("load averages", limits.load()));
        lines.add(row("foreign load", text(load.foreignCpus(), "%.2f CPUs")));
        lines.add(row("stolen", text(load.stolenShare(), "%.3f of the time")));
        lines.add(row("huge pages", limits.hugePages()));
        lines.add(row("governor", limits.governor()));
        lines.add(row("isolated", limits.isolated().isEmpty() ? "none" : limits.isolated()));
        lines.add(row("SMT", limits.smt()));
        lines.add("clock:");
        lines.add(row("source", limits.clockSource()));
        lines.add(row("nanoTime", text("%.1f ns a call", clock.nanoTimeNs())));
        lines.add(row("step", clock.stepNs() + " ns"));
        lines.add("JVM:");
        lines.add(row("name", jvm.name()));
        lines.add(row("version", jvm.version()));
        lines.add(row("flags", jvm.flags().isEmpty() ? "none" : String.join(" ", jvm.flags())));
        lines.add(row("GC", String.join(", ", jvm.collectors())));
        mpi.ifPresent(
                trials -> {
                    lines.add("MPI:");
                    trials.forEach(t -> lines.add("  " + t.program() + ": " + t.what()));
                });
        List<Warning> warnings = warnings();
        lines.add(warnings.isEmpty() ? "warnings: none" : "warnings:");
        for (Warning warning : warnings) {
            lines.add("  - " + warning.what());
            lines.add("    fix: " + warning.fix());
        }
        return lines.toString();
    }

    private static String count(int number, String what) {
        return number + " " + what + (number == 1 ? "" : "s");
    }

    private static String row(String name, String value) {
        return text("  %-14s %s", name, value);
    }

    private static String text(OptionalDouble value, String format) {
        return value.isPresent() ? text(format, value.getAsDouble()) : Limits.UNKNOWN;
    }

    private static String text(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
