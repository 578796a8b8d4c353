// SPDX-License-Identifier: Apache-2.0
package io.teff.bench;

import io.teff.bench.compare.CompareCommand;
import io.teff.bench.measure.Stop;
import io.teff.bench.micro.BenchCommand;
import io.teff.bench.monitor.MonitorCommand;
import io.teff.bench.monitor.StatCommand;
import io.teff.bench.mpi.MpiCommand;
import io.teff.bench.mpi.Rank;
import io.teff.bench.report.ReportCommand;
import io.teff.bench.simulate.SimulateCommand;
import io.teff.bench.taskbench.TaskBenchCommand;
import io.teff.bench.trace.TraceCommand;
import io.teff.bench.uts.UtsCommand;
import java.io.PrintWriter;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * The {@code teff} command: picks a subcommand and turns its outcome into an exit code.
 *
 * <p>Exit codes: 0 all is well, 1 a check failed or the command broke, 2 bad input, which is
 * answered by one line that names the value and one that says where to read on; 130 interrupted, what
 * was measured until then being printed.
 */
@Command(
        name = "teff",
        description = "A Java task engine for the smallest grains of work, and what measures it.",
        mixinStandardHelpOptions = true,
        versionProvider = TeffCommand.Version.class,
        footer = {
            "",
            "And, by its script alone: scripts/teff peers installs Parsl and Dask to compare with;"
                    + " with --native, it compares with runtimes of C++ and Rust."
        },
        subcommands = {
            CompareCommand.class,
            BenchCommand.class,
            UtsCommand.class,
            TaskBenchCommand.class,
            MpiCommand.class,
            SimulateCommand.class,
            ReportCommand.class,
            MonitorCommand.class,
            StatCommand.class,
            TraceCommand.class,
            Doctor.class,
            CommandLine.HelpCommand.class
        })
public final class TeffCommand implements Runnable {
    @Spec private CommandSpec spec;

    /** Runs the command and exits with its code. */
    public static void main(String[] args) {
        System.setProperty("java.awt.headless", "true"); // charts are drawn without a display
        int exitCode = commandLine().execute(args);
        Rank.leave(); // if a command has joined
        Stop.finished();
        System.exit(exitCode);
    }

    /** The whole command line, ready to execute. */
    public static CommandLine commandLine() {
        return configure(new CommandLine(new TeffCommand()));
    }

    /** Gives a command line Teff's way to report bad input. */
    public static CommandLine configure(CommandLine commandLine) {
        return commandLine
                .setParameterExceptionHandler(TeffCommand::badInput)
                .setCaseInsensitiveEnumValuesAllowed(true);
    }

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(), "a command is missing; known commands: " + known(spec));
    }

    private static int badInput(ParameterException e, String[] args) {
        CommandLine failed = e.getCommandLine();
        CommandSpec spec = failed.getCommandSpec();
        PrintWriter err = failed.getErr();
        err.println(spec.qualifiedName() + ": " + message(e, spec));
        err.println("Try '" + spec.qualifiedName() + " --help'.");
        err.flush();
        return CommandLine.ExitCode.USAGE;
    }

    private static String message(ParameterException e, CommandSpec spec) {
        if (!(e instanceof CommandLine.UnmatchedArgumentException unmatched)) {
            return e.getMessage();
        }
        List<String> arguments = unmatched.getUnmatched();
        boolean option = unmatched.isUnknownOption();
        if (spec.subcommands().isEmpty() || option) {
            return (option ? "unknown option " : "unexpected argument ") + quoted(arguments.get(0));
        }
        return "unknown command " + quoted(arguments.get(0)) + "; known commands: " + known(spec);
    }

    private static String quoted(String value) {
        return "'" + value + "'";
    }

    private static String known(CommandSpec spec) {
        return String.join(", ", spec.subcommands().keySet());
    }

    /** The version of the jar that runs. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = TeffCommand.class.getPackage().getImplementationVersion();
            return new String[] {
                "teff " + (version == null ? "(development build)" : version),
                "JVM " + System.getProperty("java.vm.name") + " " + Runtime.version()
            };
        }
    }
}
