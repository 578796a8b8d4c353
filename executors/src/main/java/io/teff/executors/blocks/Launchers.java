// SPDX-License-Identifier: Apache-2.0
package io.teff.executors.blocks;

/**
 * The kinds of {@link Launcher}. Thread-safe. Those that run another command hand it the manager's
 * as {@code /bin/sh -c '...'}, so that whatever it holds arrives unchanged; {@code options} are put
 * before that as they are, for the shell to read.
 */
public final class Launchers {
    private static final String COMMAND = "{command}";
    private static final String QUOTED = "{quoted}";

    private Launchers() {}

    /** The command as it is, once, whatever the numbers: for blocks of one node and one task. */
    public static Launcher simple() {
        return (command, tasksPerNode, nodes) -> command;
    }

    /**
     * The command so often on the one node of the block, side by side; waits for all of them and
     * fails if one has failed.
     */
    public static Launcher singleNode() {
        return (command, tasksPerNode, nodes) -> {
            requireOneNode("singleNode", nodes);
            return tasksPerNode == 1 ? command : sideBySide(command, tasksPerNode);
        };
    }

    /** Slurm's srun: one step of all tasks. A task's end leaves the others alone. */
    public static Launcher srun(String... options) {
        return (command, tasksPerNode, nodes) ->
                line(
                        "srun",
                        "--nodes=" + nodes,
                        "--ntasks=" + tasks(tasksPerNode, nodes),
                        "--ntasks-per-node=" + tasksPerNode,
                        "--kill-on-bad-exit=0",
                        String.join(" ", options),
                        shell(command));
    }

    /** Slurm's srun: a step for each task, so that each can start an MPI program of its own. */
    public static Launcher srunMpi(String... options) {
        return (command, tasksPerNode, nodes) ->
                sideBySide(
                        line(
                                "srun --nodes=1 --ntasks=1 --exact",
                                String.join(" ", options),
                                shell(command)),
                        tasks(tasksPerNode, nodes));
    }

    /** Cray's aprun. */
    public static Launcher aprun(String... options) {
        return (command, tasksPerNode, nodes) ->
                line(
                        "aprun",
                        "-n " + tasks(tasksPerNode, nodes),
                        "-N " + tasksPerNode,
                        String.join(" ", options),
                        shell(command));
    }

    /** Any MPI's mpiexec, which learns the nodes from the batch system; tasks are not bound. */
    public static Launcher mpiExec(String... options) {
        return (command, tasksPerNode, nodes) ->
                line(
                        "mpiexec --bind-to none",
                        "-n " + tasks(tasksPerNode, nodes),
                        String.join(" ", options),
                        shell(command));
    }

    /** Any MPI's mpirun, as {@link #mpiExec}. */
    public static Launcher mpiRun(String... options) {
        return (command, tasksPerNode, nodes) ->
                line(
                        "mpirun --bind-to none",
                        "-np " + tasks(tasksPerNode, nodes),
                        String.join(" ", options),
                        shell(command));
    }

    /** LSF's jsrun, one resource set for each task. */
    public static Launcher jsrun(String... options) {
        return (command, tasksPerNode, nodes) ->
                line(
                        "jsrun",
                        "-n " + tasks(tasksPerNode, nodes),
                        "-r " + tasksPerNode,
                        String.join(" ", options),
                        shell(command));
    }

    /**
     * GNU parallel. With more than one node it goes by ssh to those in the file that {@code
     * PBS_NODEFILE} names, or the first of {@code options} if that is another {@code
     * --sshloginfile}.
     */
    public static Launcher gnuParallel(String... options) {
        return (command, tasksPerNode, nodes) -> {
            String own = String.join(" ", options);
            String nodeFile =
                    nodes == 1 || own.contains("--sshloginfile")
                            ? ""
                            : "--sshloginfile \"$PBS_NODEFILE\"";
            String commands =
                    (" " + Shell.quote(shell(command))).repeat(tasks(tasksPerNode, nodes));
            // as input and not as arguments: there, parallel would read braces as its own
            return "printf '%s\\0'"
                    + commands
                    + " | "
                    + line(
                            "parallel --will-cite --null",
                            "--jobs " + tasksPerNode,
                            nodeFile,
                            "--env TEFF_BLOCK_ID --workdir \"$PWD\"",
                            own);
        };
    }

    /**
     * Another launcher, with something before each manager's command: a container, a profiler.
     * {@code {command}} in {@code prefix} is where the command goes, {@code {quoted}} where it goes
     * as a single word; without either it goes to the end.
     */
    public static Launcher wrapped(String prefix, Launcher inner) {
        if (prefix.isBlank()) {
            throw new IllegalArgumentException(
                    "the prefix must not be blank; without one, use the inner launcher itself");
        }
        return (command, tasksPerNode, nodes) -> {
            String whole = prefix + " " + command;
            if (prefix.contains(QUOTED) || prefix.contains(COMMAND)) {
                // split, since the command may hold such words of its own
                int at = Math.max(prefix.indexOf(QUOTED), prefix.indexOf(COMMAND));
                boolean quoted = prefix.startsWith(QUOTED, at);
                whole =
                        prefix.substring(0, at)
                                + (quoted ? Shell.quote(command) : command)
                                + prefix.substring(
                                        at + (quoted ? QUOTED.length() : COMMAND.length()));
            }
            return inner.wrap(whole, tasksPerNode, nodes);
        };
    }

    private static void requireOneNode(String launcher, int nodes) {
        if (nodes != 1) {
            throw new IllegalArgumentException(
                    "the launcher "
                            + launcher
                            + " has one node, not "
                            + nodes
                            + ": use one that knows the nodes of the block, such as srun");
        }
    }

    private static int tasks(int tasksPerNode, int nodes) {
        if (tasksPerNode < 1 || nodes < 1) {
            throw new IllegalArgumentException(
                    "tasksPerNode and nodes must be at least 1: " + tasksPerNode + ", " + nodes);
        }
        return Math.multiplyExact(tasksPerNode, nodes);
    }

    private static String shell(String command) {
        return "/bin/sh -c " + Shell.quote(command);
    }

    /** Without what is blank. */
    private static String line(String... parts) {
        StringBuilder line = new StringBuilder();
        for (String part : parts) {
            if (!part.isBlank()) {
                line.append(line.isEmpty() ? "" : " ").append(part);
            }
        }
        return line.toString();
    }

    /** In a subshell. A shell gives those in the background no input, hence descriptor 3. */
    private static String sideBySide(String command, int times) {
        StringBuilder all = new StringBuilder("( exec 3<&0\npids=\n");
        for (int i = 0; i < times; i++) {
            all.append("{\n").append(command).append("\n} <&3 3<&- & pids=\"$pids $!\"\n");
        }
        return all.append("code=0\n")
                .append("for pid in $pids; do wait \"$pid\" || code=$?; done\n")
                .append("exit $code )")
                .toString();
    }
}
