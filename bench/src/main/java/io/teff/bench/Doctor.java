// SPDX-License-Identifier: Apache-2.0
package io.teff.bench;

import com.sun.management.OperatingSystemMXBean;
import io.teff.affinity.Affinity;
import io.teff.affinity.CpuSet;
import io.teff.affinity.CpuTime;
import io.teff.affinity.Limits;
import io.teff.affinity.PinPlan;
import io.teff.affinity.PinResult;
import io.teff.affinity.Topology;
import io.teff.bench.DoctorReport.Clock;
import io.teff.bench.DoctorReport.Jvm;
import io.teff.bench.DoctorReport.Load;
import io.teff.bench.DoctorReport.Plan;
import java.io.PrintWriter;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * {@code teff doctor}: what the machine, its limits and this JVM mean for timings, with a fix for
 * everything that is in the way. It changes nothing; the trial pin is of a thread of its own.
 */
@Command(
        name = "doctor",
        mixinStandardHelpOptions = true,
        description = "Shows where workers would run, what limits them, and what to mend.",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:report printed, with or without warnings", "2:bad option value"})
public final class Doctor implements Callable<Integer> {
    private static final int MOST_WORKERS = 65_536;

    private static final int CLOCK_CALLS = 100_000;
    private static final int CLOCK_WARM_UPS = 10;
    private static final int CLOCK_ROUNDS = 9;

    /** Some dozen of the kernel's ticks, which are 10 ms mostly. */
    private static final long LOAD_SAMPLE_MS = 400;

    @Option(
            names = "--pin",
            paramLabel = "PLAN",
            defaultValue = "none",
            description = "none, compact, spread or a CPU list such as 0-3,8 (default: none)")
    private String pin = "none";

    @Option(
            names = "--workers",
            paramLabel = "N",
            description = "how many workers to plan for (default: one per allowed CPU)")
    private Integer workers;

    @Option(
            names = "--mpi",
            description = "also tries each MPI launcher on the PATH with two ranks")
    private boolean mpi;

    @Option(names = "--json", description = "print one JSON object and nothing else")
    private boolean json;

    @Spec private CommandSpec spec;

    private final Path root;

    public Doctor() {
        this(Path.of("/"));
    }

    /** Examines the {@code sys} and {@code proc} trees below {@code root} in place of the machine's. */
    Doctor(Path root) {
        this.root = root;
    }

    @Override
    public Integer call() throws Exception {
        DoctorReport report = report(mpi ? Optional.of(MpiTrial.all()) : Optional.empty());
        PrintWriter out = spec.commandLine().getOut();
        out.println(json ? report.toJson() : report.toText());
        out.flush();
        return 0;
    }

    DoctorReport report(Optional<List<MpiTrial>> trials) throws Exception {
        Topology topology = Topology.read(root);
        Plan plan = plan(topology);
        Limits limits = Limits.read(root);
        Load load = load(topology);
        PinResult trial = trialPin(plan, topology);
        return new DoctorReport(plan, trial, topology, limits, load, clock(), jvm(), trials);
    }

    private Plan plan(Topology topology) {
        int count = workers == null ? topology.allowed().size() : workers;
        if (count < 1 || count > MOST_WORKERS) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--workers must be between 1 and " + MOST_WORKERS + ": " + count);
        }
        try {
            PinPlan plan = PinPlan.parse(pin);
            return new Plan(plan, Arrays.stream(plan.assign(topology, count)).boxed().toList());
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), "--pin: " + e.getMessage(), e);
        }
    }

    /** Pins a new thread to the plan's first CPU, or to the first allowed one when it has none. */
    private static PinResult trialPin(Plan plan, Topology topology) throws Exception {
        int first = plan.cpus().get(0);
        int cpu = first < 0 ? topology.allowed().first() : first;
        FutureTask<PinResult> trial =
                new FutureTask<>(() -> Affinity.pinCurrentThread(CpuSet.of(cpu)));
        new Thread(trial, "teff-doctor-pin").start();
        return trial.get();
    }

    private Load load(Topology topology) throws InterruptedException {
        OperatingSystemMXBean self =
                ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
        Optional<CpuTime> before = CpuTime.read(root);
        long ownBefore = self.getProcessCpuTime();
        long start = System.nanoTime();
        Thread.sleep(LOAD_SAMPLE_MS);
        Optional<CpuTime> after = CpuTime.read(root);
        double ownCpus =
                (double) (self.getProcessCpuTime() - ownBefore) / (System.nanoTime() - start);
        if (before.isEmpty() || after.isEmpty()) {
            return new Load(OptionalDouble.empty(), OptionalDouble.empty());
        }
        CpuTime spent = after.get().since(before.get());
        double busyCpus = spent.busyShare() * topology.online().size();
        return new Load(
                OptionalDouble.of(Math.max(0, busyCpus - ownCpus)),
                OptionalDouble.of(spent.stolenShare()));
    }

    /** The median of several rounds, after rounds that let the compiler finish. */
    private static Clock clock() {
        for (int i = 0; i < CLOCK_WARM_UPS; i++) {
            clockRoundNs();
        }
        double[] rounds = new double[CLOCK_ROUNDS];
        Arrays.setAll(rounds, i -> clockRoundNs());
        Arrays.sort(rounds);
        return new Clock(rounds[CLOCK_ROUNDS / 2], smallestStepNs());
    }

    private static double clockRoundNs() {
        long sum = 0;
        long start = System.nanoTime();
        for (int i = 0; i < CLOCK_CALLS; i++) {
            sum += System.nanoTime();
        }
        long end = System.nanoTime();
        // The sum is used, so that the calls cannot be left out; it never is 0 in practice.
        return sum == 0 ? 0 : (double) (end - start) / CLOCK_CALLS;
    }

    /** The smallest difference of two readings that is not 0. */
    private static long smallestStepNs() {
        long smallest = Long.MAX_VALUE;
        long last = System.nanoTime();
        // Enough calls for compiled code, and one step at least where the clock is coarse.
        for (int calls = 0; calls < CLOCK_CALLS || smallest == Long.MAX_VALUE; calls++) {
            long now = System.nanoTime();
            if (now != last) {
                smallest = Math.min(smallest, now - last);
            }
            last = now;
        }
        return smallest;
    }

    private static Jvm jvm() {
        return new Jvm(
                System.getProperty("java.vm.name"),
                System.getProperty("java.runtime.version"),
                ManagementFactory.getRuntimeMXBean().getInputArguments(),
                ManagementFactory.getGarbageCollectorMXBeans().stream()
                        .map(GarbageCollectorMXBean::getName)
                        .toList());
    }
}
