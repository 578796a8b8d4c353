// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.mpi;

import io.teff.engine.EngineConfig;
import io.teff.mpi.executor.MpiExecutor;
import io.teff.mpi.executor.MpiFunction;
import io.teff.mpi.executor.Placement;
import io.teff.remote.RemoteCallable;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine;

/**
 * This process as a rank of an MPI program. MPI starts once in the life of a process, so all that use it
 * share one {@link MpiExecutor}. Any thread may call.
 */
public final class Rank {
    /** Exit code of a rank that gave up, as {@code EX_TEMPFAIL}: try again. */
    static final int LOST = 75;

    /** For workers: a rank's share of its node's processors. */
    static final int ITS_SHARE = 0;

    private static final List<String> NUMBERS =
            List.of("OMPI_COMM_WORLD_RANK", "PMI_RANK", "SLURM_PROCID", "PMIX_RANK");
    private static final Pattern TASKS_OF_NODES = Pattern.compile("(\\d+)(?:\\(x\\d+\\))?");

    private static MpiExecutor joined; // guarded by the class

    private Rank() {}

    /**
     * The life of a rank: joins the others; runs the command on rank 0, serves it on others; and ends this
     * process.
     *
     * @param teff makes the command line
     * @param args the number of workers, the seconds in which all ranks must have started, the
     *     command, and its arguments
     */
    public static void run(Supplier<CommandLine> teff, String[] args) {
        RankOutput output = RankOutput.take();
        int exitCode = LOST;
        try {
            String[] command = Arrays.copyOfRange(args, 2, args.length);
            StartGuard guard = startGuard(Integer.parseInt(args[1]), output);
            MpiExecutor mpi = join(Integer.parseInt(args[0]), functions(teff.get(), command));
            guard.started();
            if (mpi.isRoot()) {
                output.openRoot();
                CommandLine line = teff.get(); // a new one, since they keep the old stdout
                int result = line.execute(command);
                leave();
                output.end(result);
            } else {
                leave();
            }
            exitCode = 0; // also if the command's is another: launchers take that for a crash
        } catch (Throwable error) {
            output.fail("rank " + number(System.getenv()), describe(error));
        }
        // After a loss, MPI cannot be ended in any other way.
        Runtime.getRuntime().halt(exitCode);
    }

    private static StartGuard startGuard(int seconds, RankOutput output) {
        return new StartGuard(
                seconds,
                () ->
                        output.fail(
                                "rank " + number(System.getenv()),
                                "not all ranks have started after "
                                        + seconds
                                        + " s: one may have died, or --start-limit is too short"));
    }

    /** What a command registers; nothing if there is no such command, or it refuses its arguments. */
    private static List<MpiFunction> functions(CommandLine teff, String[] command) {
        try {
            CommandLine.ParseResult parsed = teff.parseArgs(command).subcommand();
            return parsed != null && parsed.commandSpec().userObject() instanceof OnRanks onRanks
                    ? onRanks.functions()
                    : List.of();
        } catch (CommandLine.ParameterException e) {
            return List.of(); // rank 0 says so, when it runs the command
        }
    }

    /** That of this process, as its launcher says. */
    static String number(Map<String, String> environment) {
        return NUMBERS.stream()
                .map(environment::get)
                .filter(value -> value != null)
                .findFirst()
                .orElse("?");
    }

    private static String describe(Throwable error) {
        if (error instanceof IllegalStateException || error instanceof UnsatisfiedLinkError) {
            return error.getMessage() + "\n"; // which says all there is to know
        }
        StringWriter trace = new StringWriter();
        error.printStackTrace(new PrintWriter(trace, true));
        return trace.toString();
    }

    /**
     * The executor of this process: of the run that it is in, or else one that is started now, with this
     * process as its only rank.
     *
     * @param workers of this rank, if it is started now
     * @param functions the same
     * @throws UnsatisfiedLinkError if there is no MPI library; the message says what to install
     */
    public static synchronized MpiExecutor joinOrStart(int workers, List<MpiFunction> functions) {
        return joined != null ? joined : join(workers, functions);
    }

    private static synchronized MpiExecutor join(int workers, List<MpiFunction> functions) {
        int count =
                workers == ITS_SHARE
                        ? share(System.getenv(), Runtime.getRuntime().availableProcessors())
                        : workers;
        EngineConfig engine = EngineConfig.builder().workers(count).build();
        joined = MpiExecutor.start(engine, functions.toArray(MpiFunction[]::new));
        return joined;
    }

    /** Workers of a rank, so that the ranks of a node have one for each processor. */
    static int share(Map<String, String> environment, int processors) {
        if (environment.containsKey("SLURM_CPUS_PER_TASK")) { // bound to them or not
            return Math.max(
                    1, Math.min(processors, number(environment, "SLURM_CPUS_PER_TASK").orElse(1)));
        }
        int ranks =
                number(environment, "MPI_LOCALNRANKS")
                        .or(() -> number(environment, "OMPI_COMM_WORLD_LOCAL_SIZE"))
                        .or(() -> most(environment.get("SLURM_STEP_TASKS_PER_NODE")))
                        .orElse(1);
        return Math.max(1, processors / Math.max(1, ranks));
    }

    private static Optional<Integer> number(Map<String, String> environment, String variable) {
        String value = environment.getOrDefault(variable, "");
        return value.matches("\\d{1,9}") ? Optional.of(Integer.valueOf(value)) : Optional.empty();
    }

    /** The greatest number of what Slurm writes as {@code 2(x3),1}: two on three nodes, one on another. */
    private static Optional<Integer> most(String tasksOfNodes) {
        Matcher numbers = TASKS_OF_NODES.matcher(tasksOfNodes == null ? "" : tasksOfNodes);
        Optional<Integer> most = Optional.empty();
        while (numbers.find()) {
            int number = Integer.parseInt(numbers.group(1));
            most = Optional.of(Math.max(number, most.orElse(0)));
        }
        return most;
    }

    /** The executor of this process, if it has one. */
    public static synchronized Optional<MpiExecutor> joined() {
        return Optional.ofNullable(joined);
    }

    /** How many workers all ranks have together. */
    public static int workers(MpiExecutor mpi) throws InterruptedException {
        int sum = 0;
        for (int rank = 0; rank < mpi.size(); rank++) {
            RemoteCallable<Integer> ask = () -> MpiExecutor.current().engine().config().workers();
            try {
                sum += mpi.submit(Placement.rank(rank), ask).get();
            } catch (ExecutionException e) {
                throw new IllegalStateException("rank " + rank + " has no answer: " + e, e);
            }
        }
        return sum;
    }

    /** On rank 0: ends the run. On others: serves until then. Nothing happens if there is none. */
    public static void leave() {
        Optional<MpiExecutor> leaving = joined();
        leaving.ifPresent(MpiExecutor::close);
        synchronized (Rank.class) {
            joined = null;
        }
    }
}
