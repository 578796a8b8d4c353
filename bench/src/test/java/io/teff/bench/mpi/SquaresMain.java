// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.mpi;

import io.teff.bench.TeffCommand;
import io.teff.flow.App1;
import io.teff.flow.AppFuture;
import io.teff.flow.CheckpointMode;
import io.teff.flow.Flow;
import io.teff.mpi.NativeAbort;
import io.teff.mpi.executor.MpiExecutor;
import io.teff.mpi.executor.MpiFunction;
import io.teff.mpi.executor.Placement;
import io.teff.remote.RemoteCallable;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** A {@code teff} with one more command, which loses ranks; both what users call and what ranks run. */
final class SquaresMain {
    static final int COUNT = 10;

    /** Rank 1 of the first run ends before it has told MPI of itself. */
    static final String EARLY = "early";

    /** Nothing is lost, and the tasks take their time. */
    static final String SLOW = "slow";

    private SquaresMain() {}

    public static void main(String[] args) {
        if (args[0].matches("\\d+")) {
            if (args[args.length - 1].equals(EARLY)
                    && "1".equals(Squares.ATTEMPT)
                    && "1".equals(Rank.number(System.getenv()))) {
                Squares.halt();
            }
            Rank.run(SquaresMain::commandLine, args);
        } else {
            System.exit(commandLine().execute(args));
        }
    }

    static CommandLine commandLine() {
        CommandLine teff = new CommandLine(new Teff());
        teff.addSubcommand("mpi", new MpiCommand(SquaresMain.class.getName()));
        teff.addSubcommand("squares", new Squares());
        return TeffCommand.configure(teff);
    }

    @Command(name = "teff")
    static final class Teff {}

    /** Squares of a flow with a checkpoint; each notes the run that it was run in. */
    @Command(name = "squares")
    static final class Squares implements Callable<Integer>, OnRanks {
        private static final String ATTEMPT = System.getenv(Supervisor.ATTEMPT);

        @Parameters(index = "0")
        private Path folder;

        /** What happens in the middle of the first run. */
        @Parameters(index = "1")
        private String loss;

        @Override
        public List<MpiFunction> functions() {
            return List.of();
        }

        @Override
        public Integer call() throws Exception {
            MpiExecutor mpi = Rank.joined().orElseThrow();
            String notes = folder.resolve("notes").toString();
            long pauseNs = loss.equals(SLOW) ? 100_000_000 : 0;
            long sum = 0;
            try (Flow flow =
                    Flow.builder()
                            .executor("mpi", mpi)
                            .checkpoint(folder.resolve("squares.ckpt"), CheckpointMode.TASK_EXIT)
                            .build()) {
                App1<Integer, Integer> square =
                        flow.app("square", (Integer x) -> noted(x, notes, pauseNs))
                                .with(o -> o.memoize(true));
                sum += sum(square, 0, COUNT / 2);
                if ("1".equals(ATTEMPT)) {
                    lose(mpi);
                }
                sum += sum(square, COUNT / 2, COUNT);
            }
            System.out.println("run " + ATTEMPT + " on " + mpi.size() + " ranks: " + sum);
            return loss.equals("seven") ? 7 : 0;
        }

        private static int noted(int x, String notes, long pauseNs) {
            LockSupport.parkNanos(pauseNs);
            try {
                Files.writeString(
                        Path.of(notes),
                        x + " in run " + ATTEMPT + "\n",
                        StandardOpenOption.CREATE,
                        StandardOpenOption.APPEND);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return x * x;
        }

        private static long sum(App1<Integer, Integer> square, int from, int to) throws Exception {
            List<AppFuture<Integer>> futures = new ArrayList<>();
            for (int x = from; x < to; x++) {
                futures.add(square.call(x));
            }
            long sum = 0;
            for (AppFuture<Integer> future : futures) {
                sum += future.get();
            }
            return sum;
        }

        private void lose(MpiExecutor mpi) throws Exception {
            switch (loss) {
                case "root" -> ProcessHandle.of(pid(mpi, 1)).ifPresent(other -> halt());
                case "rank" ->
                        ProcessHandle.of(pid(mpi, 1)).ifPresent(ProcessHandle::destroyForcibly);
                case "exit" ->
                        mpi.submit(Placement.rank(1), (RemoteCallable<Long>) Squares::exitSoon)
                                .get();
                case "abort" ->
                        mpi.submit(Placement.rank(1), (RemoteCallable<Long>) Squares::abort).get();
                case "abort-once" ->
                        mpi.submit(Placement.rank(1), (RemoteCallable<Long>) Squares::abortOnce)
                                .get();
                case "wait" -> {
                    Files.createFile(folder.resolve("waiting"));
                    Thread.sleep(600_000);
                }
                case EARLY, SLOW -> {}
                default -> new PrintStream(System.err, true).println("nothing is lost");
            }
        }

        /** The exit code of those that have done all that they should. */
        private static long exitSoon() {
            long pid = ProcessHandle.current().pid();
            new Thread(
                            () -> {
                                LockSupport.parkNanos(50_000_000); // the answer is to be on its way
                                Runtime.getRuntime().halt(0);
                            })
                    .start();
            return pid;
        }

        /** As native code in a task that has found an error. */
        private static long abort() {
            NativeAbort.abort(3);
            return 0;
        }

        /** The same, but not when the task runs again elsewhere. */
        private static long abortOnce() {
            return MpiExecutor.current().rank() == 1 ? abort() : 0;
        }

        private static void halt() {
            Runtime.getRuntime().halt(9);
        }

        private static long pid(MpiExecutor mpi, int rank) throws Exception {
            RemoteCallable<Long> pid = () -> ProcessHandle.current().pid();
            return mpi.submit(Placement.rank(rank), pid).get();
        }
    }
}
