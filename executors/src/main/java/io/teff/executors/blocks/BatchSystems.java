// SPDX-License-Identifier: Apache-2.0
package io.teff.executors.blocks;

import io.teff.executors.blocks.BlockStatus.State;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * The batch systems that Teff knows. Thread-safe.
 *
 * <p>Tests run Slurm 22.05 and Grid Engine 8.1.9 for real. The others are tested against output as
 * their manuals show it, with commands that play them; no such system has been there.
 *
 * <p>All know the options {@code account} and {@code queue}; what else each knows is said below.
 */
public final class BatchSystems {
    private static final Map<String, Supplier<BatchSystem>> ALL = all();

    private BatchSystems() {}

    private static Map<String, Supplier<BatchSystem>> all() {
        Map<String, Supplier<BatchSystem>> all = new LinkedHashMap<>();
        all.put("slurm", BatchSystems::slurm);
        all.put("pbspro", BatchSystems::pbsPro);
        all.put("torque", BatchSystems::torque);
        all.put("lsf", BatchSystems::lsf);
        all.put("gridengine", BatchSystems::gridEngine);
        all.put("htcondor", BatchSystems::htCondor);
        all.put("cobalt", BatchSystems::cobalt);
        all.put("kubernetes", CloudSystems::kubernetes);
        all.put("aws", CloudSystems::aws);
        all.put("googlecloud", CloudSystems::googleCloud);
        return all;
    }

    /** The names that {@link #byName} knows. */
    public static List<String> names() {
        return List.copyOf(ALL.keySet());
    }

    /**
     * A system by its name.
     *
     * @throws IllegalArgumentException for a name that is none of {@link #names}
     */
    public static BatchSystem byName(String name) {
        Supplier<BatchSystem> system = ALL.get(name);
        if (system == null) {
            throw new IllegalArgumentException(
                    "no batch system has the name "
                            + name
                            + ", known are "
                            + String.join(", ", ALL.keySet())
                            + "; describe one of your own with BatchSystem.named");
        }
        return system.get();
    }

    /**
     * Slurm. Options: {@code exclusive} (whole nodes; null to share them), {@code cpusPerTask},
     * {@code memory} (of a node), {@code qos}. A job that Slurm has forgotten is looked up with
     * sacct, where the site keeps accounts. Slurm counts walltime in whole minutes.
     */
    public static BatchSystem slurm() {
        return BatchSystem.named("slurm")
                .client("Slurm's commands (Debian: slurm-client), on a machine that may submit")
                .header(
                        "#SBATCH --job-name={name}",
                        "#SBATCH --output={out}",
                        "#SBATCH --error={err}",
                        "#SBATCH --nodes={nodes}",
                        "#SBATCH --ntasks-per-node={tasksPerNode}",
                        "#SBATCH --time={walltime}",
                        "#SBATCH {exclusive}",
                        "#SBATCH --cpus-per-task={cpusPerTask}",
                        "#SBATCH --mem={memory}",
                        "#SBATCH --account={account}",
                        "#SBATCH --partition={queue}",
                        "#SBATCH --qos={qos}",
                        // a block that starts again after a node's failure would be a stranger
                        "#SBATCH --no-requeue")
                .value("exclusive", "--exclusive")
                .submit("sbatch", "--parsable", "{script}")
                .jobId("^(\\d+)(?:;.*)?$")
                .query(
                        StatusQuery.lines(
                                        List.of(
                                                "squeue",
                                                "--noheader",
                                                "--states=all",
                                                "--format=%A|%T|%r",
                                                "--jobs={ids}"),
                                        "^(\\d+)\\|",
                                        "^\\d+\\|(PENDING\\|JobHeld(?:User|Admin)|[A-Z_]+)")
                                .withMessage("\\|([^|]*)$"))
                .query(
                        StatusQuery.lines(
                                        List.of(
                                                "sacct",
                                                "--noheader",
                                                "--parsable2",
                                                "--allocations",
                                                "--format=JobIDRaw,State,ExitCode",
                                                "--jobs={ids}"),
                                        "^(\\d+)\\|",
                                        "^\\d+\\|([A-Z_]+)")
                                .withExitCode("\\|(\\d+):\\d+$"))
                .state(State.PENDING, "PENDING", "CONFIGURING", "REQUEUED", "SIGNALING")
                .state(State.RUNNING, "RUNNING", "COMPLETING", "STAGE_OUT", "RESIZING")
                .state(State.COMPLETED, "COMPLETED")
                .state(State.FAILED, "FAILED", "NODE_FAIL", "BOOT_FAIL", "OUT_OF_MEMORY")
                .state(State.FAILED, "PREEMPTED", "SPECIAL_EXIT", "LAUNCH_FAILED")
                .state(State.CANCELLED, "CANCELLED", "REVOKED")
                .state(State.TIMEOUT, "TIMEOUT", "DEADLINE")
                .state(State.HELD, "PENDING|JobHeldUser", "PENDING|JobHeldAdmin", "SUSPENDED")
                .state(State.HELD, "STOPPED", "REQUEUE_HOLD", "RESV_DEL_HOLD", "REQUEUE_FED")
                .cancel("scancel", "{ids}")
                .unknown("Invalid job id specified|accounting storage is disabled")
                .build();
    }

    /** PBS Pro and OpenPBS. Options: {@code cpusPerNode} (1 unless said). */
    public static BatchSystem pbsPro() {
        return BatchSystem.named("pbspro")
                .client("the commands of PBS Pro or OpenPBS, on a machine that may submit")
                .header(
                        "#PBS -N {name}",
                        "#PBS -l select={nodes}:ncpus={cpusPerNode}:mpiprocs={tasksPerNode}",
                        "#PBS -l walltime={walltime}",
                        "#PBS -o {out}",
                        "#PBS -e {err}",
                        "#PBS -A {account}",
                        "#PBS -q {queue}",
                        "#PBS -r n")
                .value("cpusPerNode", "1")
                .submit("qsub", "{script}")
                .jobId("^(\\d+\\S*)$")
                .query(pbsQuery(List.of("qstat", "-x", "-f", "{ids}")))
                .state(State.PENDING, "Q", "W", "T", "M")
                .state(State.RUNNING, "R", "E", "B")
                .state(State.COMPLETED, "F", "X")
                .state(State.HELD, "H", "S", "U")
                .exitCode(-29, State.TIMEOUT)
                .cancel("qdel", "-x", "{ids}")
                .unknown("Unknown Job Id|has finished")
                .build();
    }

    /** Torque. Nothing but {@code account} and {@code queue}. */
    public static BatchSystem torque() {
        return BatchSystem.named("torque")
                .client("Torque's commands, on a machine that may submit")
                .header(
                        "#PBS -N {shortName}",
                        "#PBS -l nodes={nodes}:ppn={tasksPerNode}",
                        "#PBS -l walltime={walltime}",
                        "#PBS -o {out}",
                        "#PBS -e {err}",
                        "#PBS -A {account}",
                        "#PBS -q {queue}",
                        "#PBS -r n")
                .submit("qsub", "{script}")
                .jobId("^(\\d+\\S*)$")
                .query(pbsQuery(List.of("qstat", "-f", "{ids}")))
                .state(State.PENDING, "Q", "W", "T")
                .state(State.RUNNING, "R", "E")
                .state(State.COMPLETED, "C")
                .state(State.HELD, "H", "S")
                .exitCode(-11, State.TIMEOUT)
                .cancel("qdel", "{ids}")
                .unknown("Unknown Job Id|invalid state for job - COMPLETE")
                .build();
    }

    /** Both kinds of PBS answer with a paragraph for each job. */
    private static StatusQuery pbsQuery(List<String> command) {
        return new StatusQuery(
                command,
                "(?s)^Job Id: .*?(?=^Job Id: |\\z)",
                "^Job Id: (\\S+)",
                "^\\s+job_state = (\\S)",
                "^\\s+(?i:exit_status) = (-?\\d+)",
                "^\\s+comment = (.*)$");
    }

    /** IBM Spectrum LSF 10. Options: {@code memory}. LSF counts walltime in whole minutes. */
    public static BatchSystem lsf() {
        return BatchSystem.named("lsf")
                .client("LSF's commands, on a machine that may submit")
                .header(
                        "#BSUB -J {name}",
                        "#BSUB -n {tasks}",
                        "#BSUB -R \"span[ptile={tasksPerNode}]\"",
                        "#BSUB -W {hoursMinutes}",
                        "#BSUB -o {out}",
                        "#BSUB -e {err}",
                        "#BSUB -M {memory}",
                        "#BSUB -P {account}",
                        "#BSUB -q {queue}",
                        "#BSUB -rn")
                .submit("bsub")
                .scriptOnInput()
                .jobId("Job <(\\d+)> is submitted")
                .query(
                        StatusQuery.lines(
                                        List.of(
                                                "bjobs",
                                                "-a",
                                                "-noheader",
                                                "-o",
                                                "jobid stat exit_reason exit_code delimiter='|'",
                                                "{ids}"),
                                        "^(\\d+)\\|",
                                        "^\\d+\\|([A-Z]+(?:\\|TERM_(?:RUNLIMIT|(?:FORCE_)?OWNER"
                                                + "|(?:FORCE_)?ADMIN))?)")
                                .withExitCode("\\|(\\d+)\\s*$")
                                .withMessage("^\\d+\\|[A-Z]+\\|([^|]*)\\|"))
                .state(State.PENDING, "PEND", "WAIT", "PROV")
                .state(State.RUNNING, "RUN", "UNKWN")
                .state(State.COMPLETED, "DONE")
                .state(State.FAILED, "EXIT", "ZOMBI")
                .state(State.TIMEOUT, "EXIT|TERM_RUNLIMIT")
                .state(State.CANCELLED, "EXIT|TERM_OWNER", "EXIT|TERM_FORCE_OWNER")
                .state(State.CANCELLED, "EXIT|TERM_ADMIN", "EXIT|TERM_FORCE_ADMIN")
                .state(State.HELD, "PSUSP", "USUSP", "SSUSP")
                .cancel("bkill", "{ids}")
                .unknown("is not found|already finished|No matching job found")
                .build();
    }

    /**
     * Grid Engine and its descendants. Options: {@code pe}, a parallel environment of the site,
     * which blocks of more than one node or task need; {@code memory} (of a slot). How a job that
     * ran no longer ended, is read from the script's exit code and with qacct.
     */
    public static BatchSystem gridEngine() {
        BatchSystem.Builder system =
                BatchSystem.named("gridengine")
                        .client("Grid Engine's commands (Debian: gridengine-client)")
                        .header(
                                "#$ -N {name}",
                                "#$ -S /bin/bash",
                                "#$ -cwd",
                                "#$ -o {out}",
                                "#$ -e {err}",
                                "#$ -l h_rt={walltime}",
                                "#$ -pe {pe} {tasks}",
                                "#$ -l h_vmem={memory}",
                                "#$ -P {account}",
                                "#$ -q {queue}",
                                "#$ -r n")
                        .nodesNeed("pe")
                        .submit("qsub", "-terse", "{script}")
                        .jobId("^(\\d+)")
                        .query(
                                StatusQuery.lines(
                                        List.of("qstat"),
                                        "^\\s*(\\d+)\\s",
                                        "^\\s*\\d+\\s+\\S+\\s+\\S+\\s+\\S+\\s+(\\S+)\\s"))
                        .query(
                                new StatusQuery(
                                        List.of("qacct", "-j", "{id}"),
                                        "(?s)^=====.*?(?=^=====|^Total|\\z)",
                                        "^jobnumber\\s+(\\d+)",
                                        "^failed\\s+(\\d+)",
                                        "^exit_status\\s+(\\d+)",
                                        "^failed\\s+\\d+\\s*:\\s*(.*)$"))
                        .state(State.PENDING, "qw", "Rq", "t")
                        .state(State.RUNNING, "r", "Rr", "dr", "dt", "dRr", "z")
                        .state(State.HELD, "hqw", "hRwq", "s", "S", "T", "ts", "tS", "tT", "hr")
                        .state(State.FAILED, "Eqw", "Ehqw", "EhRqw", "dqw", "dEqw")
                        .state(State.COMPLETED, "0")
                        .cancel("qdel", "{ids}")
                        .unknown("does not exist|do not exist|not found|No such file");
        for (int code = 1; code <= 128; code++) { // "failed" of an account: what went wrong
            system.state(State.FAILED, Integer.toString(code));
        }
        return system.state(State.TIMEOUT, "37").build();
    }

    /** HTCondor, one node for each block. Options: {@code cpus}, {@code memory}. */
    public static BatchSystem htCondor() {
        return BatchSystem.named("htcondor")
                .client("HTCondor's commands, on a machine with a schedd")
                .description(
                        """
                        universe = vanilla
                        executable = {script}
                        initialdir = {directory}
                        output = {out}
                        error = {err}
                        log = {name}.log
                        batch_name = {name}
                        request_cpus = {cpus}
                        request_memory = {memory}
                        accounting_group = {account}
                        periodic_remove = JobStatus == 2 && time() - EnteredCurrentStatus > {seconds}
                        {lines}
                        queue
                        """)
                .maxNodes(1)
                .submit("condor_submit", "{description}")
                .jobId("submitted to cluster (\\d+)")
                .query(
                        StatusQuery.lines(
                                        List.of(
                                                "condor_q",
                                                "{ids}",
                                                "-af",
                                                "ClusterId",
                                                "JobStatus",
                                                "HoldReason"),
                                        "^(\\d+) ",
                                        "^\\d+ (\\d+)")
                                .withMessage("^\\d+ \\d+ (.*)$"))
                .query(
                        StatusQuery.lines(
                                        List.of(
                                                "condor_history",
                                                "{ids}",
                                                "-af",
                                                "ClusterId",
                                                "JobStatus",
                                                "ExitCode",
                                                "RemoveReason"),
                                        "^(\\d+) ",
                                        "^\\d+ (\\d+)")
                                .withExitCode("^\\d+ \\d+ (\\S+)")
                                .withMessage("^\\d+ \\d+ \\S+ (.*)$"))
                .state(State.PENDING, "0", "1")
                .state(State.RUNNING, "2", "6")
                .state(State.CANCELLED, "3")
                .state(State.COMPLETED, "4")
                .state(State.HELD, "5", "7")
                .timeoutMessage("PeriodicRemove")
                .cancel("condor_rm", "{ids}")
                .unknown("[Nn]ot found|Couldn't find")
                .build();
    }

    /** Cobalt. A block must have a walltime, counted in whole minutes. */
    public static BatchSystem cobalt() {
        return BatchSystem.named("cobalt")
                .client("Cobalt's commands, on a machine that may submit")
                .submit(
                        "qsub",
                        "-n{nodes}",
                        "-t{minutes}",
                        "-A{account}",
                        "-q{queue}",
                        "-o{out}",
                        "-e{err}",
                        "--mode",
                        "script",
                        "{script}")
                .jobId("^(\\d+)\\s*$")
                .query(
                        StatusQuery.lines(
                                List.of("qstat", "--header", "JobID:State", "{ids}"),
                                "^\\s*(\\d+)\\s",
                                "^\\s*\\d+\\s+(\\S+)"))
                .state(State.PENDING, "queued", "starting")
                .state(State.RUNNING, "running", "exiting", "killing")
                .state(State.HELD, "user_hold", "admin_hold", "dep_hold", "maxrun_hold", "hold")
                .state(State.FAILED, "dep_fail")
                .cancel("qdel", "{ids}")
                .unknown("JobID +State|not found|invalid job id")
                .build();
    }
}
