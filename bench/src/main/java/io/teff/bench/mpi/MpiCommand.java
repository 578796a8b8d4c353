// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.mpi;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code teff mpi}: another command on several processes, by mpiexec or srun. */
@Command(
        name = "mpi",
        description = {
            "Runs a command of teff on ranks, the processes of an MPI program, here or on other"
                    + " hosts: it runs on rank 0, and has the others as workers.",
            "Prints what rank 0 prints, and of the others why they fail."
        },
        customSynopsis = {
            "teff mpi [-n RANKS] [--launcher NAME] [--workers W] [--hosts HOSTS]",
            "                [--restarts N] [--start-limit S] -- COMMAND [ARGUMENTS]",
            "       teff mpi --print-slurm -N NODES -n RANKS [...] -- COMMAND [ARGUMENTS]"
        },
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footer = {
            "",
            "A run is lost when rank 0 dies, or when another does and the launcher ends them all.",
            "TEFF_MPI_ATTEMPT tells each run its number; what a flow has put into its checkpoint is"
                    + " not run again.",
            "",
            "Exit codes: that of COMMAND; 2 bad input, or ranks that did not start; 75 the run was"
                    + " lost.",
            "",
            "Examples:",
            "  scripts/teff mpi -n 2 -- compare --only double,fibonacci --executors mpi,engine",
            "  scripts/teff mpi --print-slurm -N 4 -n 8 -- compare --executors mpi | sbatch"
        })
public final class MpiCommand implements Callable<Integer> {
    private static final int MAX_RANKS = 10_000;
    private static final int MAX_RESTARTS = 1000;
    private static final int MAX_START_S = 86_400;
    private static final int MAX_WORKERS = 4096;
    private static final int HELP_WIDTH = 100;
    private static final int SLURM_RESTARTS = 3;

    private final String rankMain;
    private final Supplier<HostMemory> memory;

    @Spec private CommandSpec spec;

    @Option(
            names = {"-n", "--ranks"},
            paramLabel = "RANKS",
            description =
                    "How many, at most 10000, and on this machine alone no more than its memory"
                            + " holds. Default: as many as the Slurm job has tasks, or one for each"
                            + " host, at least 2.")
    private Integer ranks;

    @Option(
            names = "--launcher",
            paramLabel = "NAME",
            description =
                    "mpiexec.mpich, mpiexec.openmpi, mpiexec or srun. Default: the first of the"
                            + " mpiexecs that is here.")
    private String launcher;

    @Option(
            names = "--workers",
            paramLabel = "W",
            description =
                    "Worker threads of each rank. Default: its share of the processors of its host.")
    private Integer workers;

    @Option(
            names = "--hosts",
            paramLabel = "HOSTS",
            description = "Where, separated by commas. Default: here, or where the Slurm job is.")
    private String hosts;

    @Option(
            names = "--restarts",
            paramLabel = "N",
            description =
                    "Starts a lost run again, up to N times. Default: 0, in a batch job 3. Unless it is"
                            + " 0, what rank 0 has printed on stdout comes at the end of its run.")
    private Integer restarts;

    @Option(
            names = "--start-limit",
            paramLabel = "S",
            defaultValue = "120",
            description =
                    "Ends ranks that still wait for others to start after S seconds: one may have died."
                            + " Default: ${DEFAULT-VALUE}.")
    private int startLimit;

    @Option(
            names = "--print-slurm",
            description = "Prints a batch script for sbatch and runs nothing.")
    private boolean printSlurm;

    @Option(
            names = {"-N", "--nodes"},
            paramLabel = "NODES",
            description = "Of the batch job.")
    private Integer nodes;

    @Parameters(paramLabel = "COMMAND", description = "A command of teff, and its arguments.")
    private List<String> command = new ArrayList<>();

    /** For ranks that run {@code teff}. */
    public MpiCommand() {
        this("io.teff.bench.RankMain");
    }

    /** For ranks that run this class. */
    MpiCommand(String rankMain) {
        this(rankMain, HostMemory::read);
    }

    /** The same, on a machine with this memory. */
    MpiCommand(String rankMain, Supplier<HostMemory> memory) {
        this.rankMain = rankMain;
        this.memory = memory;
    }

    /** Sets what annotations cannot. */
    @Spec
    void describe(CommandSpec command) {
        this.spec = command;
        command.usageMessage().width(HELP_WIDTH);
        command.parser()
                .stopAtPositional(true); // what follows is the command's, with -- or without
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        try {
            check();
            return printSlurm ? print() : launch();
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }

    // What was typed

    private void check() {
        limit("-n", ranks, 1, MAX_RANKS);
        limit("--workers", workers, 1, MAX_WORKERS);
        limit("--restarts", restarts, 0, MAX_RESTARTS);
        limit("--start-limit", startLimit, 1, MAX_START_S);
        limit("-N", nodes, 1, MAX_RANKS);
        if (!printSlurm && nodes != null) {
            throw new IllegalArgumentException(
                    "-N: " + nodes + " nodes are for --print-slurm; without it, say --hosts");
        }
        if (printSlurm && (nodes == null || ranks == null)) {
            throw new IllegalArgumentException(
                    "--print-slurm needs the size of the job, such as -N 2 -n 4");
        }
        if (printSlurm && ranks < nodes) {
            throw new IllegalArgumentException(
                    "-n: " + ranks + " ranks leave some of " + nodes + " nodes empty");
        }
        if (printSlurm && launcher != null && !launcher.equals(Launch.SRUN)) {
            throw new IllegalArgumentException(
                    "--launcher: a batch job of Slurm has srun, not '" + launcher + "'");
        }
        Map<String, CommandLine> known = commands();
        String examples = "; commands that run on ranks: " + String.join(", ", known.keySet());
        if (command.isEmpty()) {
            throw new IllegalArgumentException(
                    "a command is missing, as in 'teff mpi -n 2 -- compare --executors mpi'"
                            + examples);
        }
        if (!known.containsKey(command.get(0))) {
            throw new IllegalArgumentException(
                    "'" + command.get(0) + "' does not run on ranks" + examples);
        }
    }

    private static void limit(String option, Integer value, int least, int most) {
        if (value != null && (value < least || value > most)) {
            throw new IllegalArgumentException(
                    option + ": must be between " + least + " and " + most + ", not " + value);
        }
    }

    /** Those beside this one that run on ranks. */
    private Map<String, CommandLine> commands() {
        Map<String, CommandLine> known = new TreeMap<>();
        spec.parent()
                .subcommands()
                .forEach(
                        (name, line) -> {
                            if (line.getCommand() instanceof OnRanks) {
                                known.put(name, line);
                            }
                        });
        return known;
    }

    private List<String> hostList() {
        List<String> list = new ArrayList<>();
        if (hosts != null) {
            for (String host : hosts.split(",", -1)) {
                if (!host.matches("[A-Za-z0-9_][A-Za-z0-9_.:-]*")) {
                    throw new IllegalArgumentException(
                            "--hosts: '" + host + "' in '" + hosts + "' is no name of a host");
                }
                list.add(host);
            }
        }
        return list;
    }

    private int ranks(boolean isSlurm, int hostCount) {
        if (ranks != null) {
            return ranks;
        }
        String tasks = isSlurm ? System.getenv().getOrDefault("SLURM_NTASKS", "") : "";
        return tasks.matches("[1-9]\\d{0,4}") ? Integer.parseInt(tasks) : Math.max(2, hostCount);
    }

    private int workersOfEach() {
        return workers == null ? Rank.ITS_SHARE : workers;
    }

    // What is done

    private int launch() throws IOException, InterruptedException {
        Launch launch = Launch.find(launcher, System.getenv());
        List<String> on = hostList();
        int count = ranks(launch.isSlurm(), on.size());
        if (on.isEmpty() && !launch.isSlurm()) {
            if (HostMemory.isAllThereIs(System.getenv())) {
                memory.get().check(count);
            }
            warnOfTooMany(count);
        }
        List<String> words = launch.command(count, on, List.of(Supervisor.ATTEMPT));
        words.addAll(JavaCommand.of(rankMain));
        words.add(Integer.toString(workersOfEach()));
        words.add(Integer.toString(startLimit));
        words.addAll(command);
        PrintWriter out = spec.commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        return new Supervisor(words, launch.environment(), out, err)
                .run(restarts == null ? 0 : restarts);
    }

    private void warnOfTooMany(int count) {
        int processors = Runtime.getRuntime().availableProcessors();
        long threads = (long) count * Math.max(1, workersOfEach());
        if (threads > processors && "1".equals(System.getenv("TEFF_TTY"))) {
            PrintWriter err = spec.commandLine().getErr();
            err.println(
                    "teff mpi: "
                            + count
                            + (count == 1 ? " rank" : " ranks")
                            + " with "
                            + Math.max(1, workersOfEach())
                            + (workersOfEach() > 1 ? " workers" : " worker")
                            + " each share "
                            + processors
                            + " processors, so they wait for each other");
            err.flush();
        }
    }

    private int print() {
        List<String> on = hostList();
        List<String> arguments =
                new ArrayList<>(List.of("mpi", "--launcher", Launch.SRUN, "-n", "" + ranks));
        if (workers != null) {
            arguments.addAll(List.of("--workers", "" + workers));
        }
        arguments.addAll(List.of("--start-limit", Integer.toString(startLimit)));
        arguments.addAll(
                List.of("--restarts", "" + (restarts == null ? SLURM_RESTARTS : restarts), "--"));
        arguments.addAll(command);
        SlurmScript script =
                new SlurmScript(
                        nodes, ranks, workersOfEach(), on, teff(), arguments, command.get(0));
        PrintWriter out = spec.commandLine().getOut();
        out.print(script.text());
        out.flush();
        return CommandLine.ExitCode.OK;
    }

    /** The script that has started this process, or else what it would have called. */
    private List<String> teff() {
        String script = System.getenv("TEFF_SCRIPT");
        return script != null
                ? List.of(script)
                : JavaCommand.of(spec.root().userObject().getClass().getName());
    }
}
