// SPDX-License-Identifier: Apache-2.0
package io.teff.executors.blocks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.teff.executors.blocks.BlockStatus.State;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The systems that cannot be there for a test, with commands that answer as their manuals show. */
final class BatchSystemsTest {
    @TempDir Path dir;
    @TempDir Path bin;
    private FakeCommands fake;

    @BeforeEach
    void makeCommands() {
        fake = new FakeCommands(bin);
    }

    private BlockJob job(int nodes, int tasksPerNode) {
        return new BlockJob(
                "teff-block-7", "echo 'hi'", nodes, tasksPerNode, Duration.ofMinutes(90), dir);
    }

    private BatchProvider provider(BatchSystem system) {
        return new BatchProvider(
                system, fake.options().account("physics").queue("long").line("#more").build());
    }

    /** The lines of the script between the first and what all have in common. */
    private List<String> directives() throws Exception {
        List<String> lines = Files.readAllLines(dir.resolve("teff-block-7.sh"));
        assertThat(lines.get(0)).isEqualTo("#!/bin/bash");
        return lines.subList(1, lines.indexOf("mkdir -p " + dir + " && cd " + dir + " || exit 1"));
    }

    private static Map<String, State> states(BatchProvider provider, String... ids)
            throws Exception {
        Map<String, State> states = new LinkedHashMap<>();
        provider.status(List.of(ids)).forEach((id, status) -> states.put(id, status.state()));
        return states;
    }

    @Test
    void slurmLooksIntoAccountsForWhatTheQueueHasForgotten() throws Exception {
        fake.says("sbatch", "4711;cluster")
                .says("squeue", "4711|RUNNING|None\n4712|PENDING|JobHeldUser")
                .says("sacct", "4713|CANCELLED by 1000|0:0\n4714|TIMEOUT|0:0\n4715|FAILED|9:0")
                .runs("scancel", "");
        BatchProvider slurm = provider(BatchSystems.slurm());
        assertThat(slurm.submit(job(4, 2))).isEqualTo("4711");
        assertThat(directives())
                .containsExactly(
                        "#SBATCH --job-name=teff-block-7",
                        "#SBATCH --output=teff-block-7.out",
                        "#SBATCH --error=teff-block-7.err",
                        "#SBATCH --nodes=4",
                        "#SBATCH --ntasks-per-node=2",
                        "#SBATCH --time=01:30:00",
                        "#SBATCH --exclusive",
                        "#SBATCH --account=physics",
                        "#SBATCH --partition=long",
                        "#SBATCH --no-requeue",
                        "#more");
        Map<String, BlockStatus> all =
                slurm.status(List.of("4711", "4712", "4713", "4714", "4715", "4716"));
        assertThat(all.values().stream().map(BlockStatus::state))
                .containsExactly(
                        State.RUNNING,
                        State.HELD,
                        State.CANCELLED,
                        State.TIMEOUT,
                        State.FAILED,
                        State.MISSING);
        assertThat(all.get("4715").exitCode()).isEqualTo(9);
        slurm.cancel(List.of("4711", "4712"));
        assertThat(fake.calls())
                .containsExactly(
                        "sbatch --parsable " + dir.resolve("teff-block-7.sh"),
                        "squeue --noheader --states=all --format=%A|%T|%r"
                                + " --jobs=4711,4712,4713,4714,4715,4716",
                        "sacct --noheader --parsable2 --allocations"
                                + " --format=JobIDRaw,State,ExitCode --jobs=4713,4714,4715,4716",
                        "scancel 4711 4712");
    }

    @Test
    void slurmWithoutAccountsKnowsTheEndFromTheScript() throws Exception {
        fake.says("sbatch", "12")
                .fails("squeue", 1, "slurm_load_jobs error: Invalid job id specified")
                .fails("sacct", 1, "Slurm accounting storage is disabled");
        BatchProvider slurm = provider(BatchSystems.slurm());
        String id = slurm.submit(job(1, 1));
        assertThat(states(slurm, id)).containsValue(State.MISSING);
        Files.writeString(dir.resolve("teff-block-7.exit"), "3\n");
        assertThat(slurm.status(List.of(id)).get(id))
                .isEqualTo(new BlockStatus(State.FAILED, 3, ""));
    }

    private static final String PBS_JOBS =
            """
            Job Id: 12.pbs01
                Job_Name = teff-block-7
                Job_Owner = ann@login1
                job_state = R
                Variable_List = PBS_O_HOME=/home/ann,PBS_O_LANG=C,
            \tPBS_O_LOGNAME=ann
                comment = Job run at Fri Nov 20 at 15:00 on (n1:ncpus=1)

            Job Id: 13.pbs01
                Job_Name = teff-block-8
                job_state = %1$s
                %2$s = %3$s

            Job Id: 14.pbs01
                job_state = %1$s
                %2$s = 271

            Job Id: 15.pbs01
                job_state = H
            """;

    @Test
    void pbsProAnswersInParagraphs() throws Exception {
        fake.says("qsub", "12.pbs01")
                .runs(
                        "qstat",
                        "cat <<'END'\n"
                                + PBS_JOBS.formatted("F", "Exit_status", "-29")
                                + "END\necho 'qstat: Unknown Job Id 16.pbs01' >&2; exit 153")
                .fails("qdel", 35, "qdel: Job has finished 13.pbs01");
        BatchProvider pbs = provider(BatchSystems.pbsPro());
        assertThat(pbs.submit(job(4, 2))).isEqualTo("12.pbs01");
        assertThat(directives())
                .containsExactly(
                        "#PBS -N teff-block-7",
                        "#PBS -l select=4:ncpus=1:mpiprocs=2",
                        "#PBS -l walltime=01:30:00",
                        "#PBS -o teff-block-7.out",
                        "#PBS -e teff-block-7.err",
                        "#PBS -A physics",
                        "#PBS -q long",
                        "#PBS -r n",
                        "#more");
        String[] ids = {"12.pbs01", "13.pbs01", "14.pbs01", "15.pbs01", "16.pbs01"};
        assertThat(states(pbs, ids).values())
                .containsExactly(
                        State.RUNNING, State.TIMEOUT, State.FAILED, State.HELD, State.MISSING);
        pbs.cancel(List.of("13.pbs01"));
        assertThat(fake.calls())
                .containsExactly(
                        "qsub " + dir.resolve("teff-block-7.sh"),
                        "qstat -x -f " + String.join(" ", ids),
                        "qdel -x 13.pbs01");
    }

    @Test
    void torqueHasShortNamesAndItsOwnExitCodes() throws Exception {
        fake.says("qsub", "12.pbs01")
                .says("qstat", PBS_JOBS.formatted("C", "exit_status", "-11"))
                .fails("qdel", 170, "qdel: Request invalid for state of job");
        BatchProvider torque = provider(BatchSystems.torque());
        BlockJob job = new BlockJob("simulation-block-12", "true", 2, 8, null, dir);
        assertThat(torque.submit(job)).isEqualTo("12.pbs01");
        assertThat(Files.readAllLines(dir.resolve("simulation-block-12.sh")))
                .contains("#PBS -N lation-block-12", "#PBS -l nodes=2:ppn=8")
                .noneMatch(line -> line.contains("walltime"));
        assertThat(states(torque, "12.pbs01", "13.pbs01", "14.pbs01").values())
                .containsExactly(State.RUNNING, State.TIMEOUT, State.FAILED);
        assertThatExceptionOfType(BlockException.class)
                .isThrownBy(() -> torque.cancel(List.of("12.pbs01")))
                .withMessage(
                        "qdel 12.pbs01: exit code 170: qdel: Request invalid for state of job");
    }

    @Test
    void lsfReadsTheScriptFromItsInput() throws Exception {
        fake.runs("bsub", "grep -q \"echo 'hi'\" && echo 'Job <88> is submitted to queue <long>.'")
                .runs(
                        "bjobs",
                        """
                        echo '88|RUN|-|-'
                        echo '89|EXIT|TERM_RUNLIMIT: job killed after reaching LSF run time limit|140'
                        echo '90|EXIT|TERM_OWNER: job killed by owner|130'
                        echo '91|EXIT|-|2'
                        echo '92|DONE|-|-'
                        echo '93|PSUSP|-|-'
                        echo 'Job <94> is not found' >&2
                        exit 255""")
                .runs("bkill", "");
        BatchProvider lsf = provider(BatchSystems.lsf());
        assertThat(lsf.submit(job(4, 2))).isEqualTo("88");
        assertThat(directives())
                .containsExactly(
                        "#BSUB -J teff-block-7",
                        "#BSUB -n 8",
                        "#BSUB -R \"span[ptile=2]\"",
                        "#BSUB -W 01:30",
                        "#BSUB -o teff-block-7.out",
                        "#BSUB -e teff-block-7.err",
                        "#BSUB -P physics",
                        "#BSUB -q long",
                        "#BSUB -rn",
                        "#more");
        Map<String, BlockStatus> all =
                lsf.status(List.of("88", "89", "90", "91", "92", "93", "94"));
        assertThat(all.values().stream().map(BlockStatus::state))
                .containsExactly(
                        State.RUNNING,
                        State.TIMEOUT,
                        State.CANCELLED,
                        State.FAILED,
                        State.COMPLETED,
                        State.HELD,
                        State.MISSING);
        assertThat(all.get("91").exitCode()).isEqualTo(2);
        assertThat(all.get("89").message()).startsWith("TERM_RUNLIMIT");
        lsf.cancel(List.of("88", "93"));
        assertThat(fake.calls())
                .containsExactly(
                        "bsub",
                        "bjobs -a -noheader -o jobid stat exit_reason exit_code delimiter='|'"
                                + " 88 89 90 91 92 93 94",
                        "bkill 88 93");
    }

    @Test
    void htCondorTakesADescription() throws Exception {
        fake.says("condor_submit", "Submitting job(s).\n1 job(s) submitted to cluster 31.")
                .says(
                        "condor_q",
                        "31 2 undefined\n32 5 Error from slot1: no such file\n33 1 undefined")
                .says(
                        "condor_history",
                        "34 4 0 undefined\n35 4 2 undefined\n36 3 undefined via condor_rm (by user"
                                + " ann)\n37 3 undefined The job attribute PeriodicRemove expression"
                                + " '...' evaluated to TRUE")
                .says("condor_rm", "Cluster 31 has been marked for removal.");
        BatchProvider condor =
                new BatchProvider(
                        BatchSystems.htCondor(),
                        fake.options().value("cpus", "4").line("requirements = Arch").build());
        assertThat(condor.submit(job(1, 1))).isEqualTo("31");
        assertThat(directives()).isEmpty();
        assertThat(Files.readAllLines(dir.resolve("teff-block-7.submit")))
                .containsExactly(
                        "universe = vanilla",
                        "executable = " + dir.resolve("teff-block-7.sh"),
                        "initialdir = " + dir,
                        "output = teff-block-7.out",
                        "error = teff-block-7.err",
                        "log = teff-block-7.log",
                        "batch_name = teff-block-7",
                        "request_cpus = 4",
                        "periodic_remove = JobStatus == 2 && time() - EnteredCurrentStatus > 5400",
                        "requirements = Arch",
                        "queue");
        assertThat(states(condor, "31", "32", "33", "34", "35", "36", "37", "38").values())
                .containsExactly(
                        State.RUNNING,
                        State.HELD,
                        State.PENDING,
                        State.COMPLETED,
                        State.FAILED,
                        State.CANCELLED,
                        State.TIMEOUT,
                        State.MISSING);
        condor.cancel(List.of("31"));
        assertThat(fake.calls())
                .containsExactly(
                        "condor_submit " + dir.resolve("teff-block-7.submit"),
                        "condor_q 31 32 33 34 35 36 37 38 -af ClusterId JobStatus HoldReason",
                        "condor_history 34 35 36 37 38 -af ClusterId JobStatus ExitCode"
                                + " RemoveReason",
                        "condor_rm 31");
        assertThatExceptionOfType(BlockException.class)
                .isThrownBy(() -> condor.submit(job(2, 1)))
                .withMessage(
                        "htcondor has at most 1 nodes in a block, not 2: ask for more blocks"
                                + " instead");
    }

    @Test
    void cobaltHasAllInItsArguments() throws Exception {
        fake.says("qsub", "550011")
                .says(
                        "qstat",
                        """
                        JobID   State
                        ===================
                        550011  running
                        550012  user_hold
                        550013  queued""")
                .runs("qdel", "");
        BatchProvider cobalt = provider(BatchSystems.cobalt());
        assertThat(cobalt.submit(job(128, 1))).isEqualTo("550011");
        assertThat(states(cobalt, "550011", "550012", "550013", "550014").values())
                .containsExactly(State.RUNNING, State.HELD, State.PENDING, State.MISSING);
        cobalt.cancel(List.of("550014"));
        assertThat(states(cobalt, "550014")).containsValue(State.CANCELLED);
        assertThat(fake.calls())
                .containsExactly(
                        "qsub -n128 -t90 -Aphysics -qlong -oteff-block-7.out -eteff-block-7.err"
                                + " --mode script "
                                + dir.resolve("teff-block-7.sh"),
                        "qstat --header JobID:State 550011 550012 550013 550014",
                        "qdel 550014",
                        "qstat --header JobID:State 550014");
    }

    @Test
    void kubernetesRunsTheCommandInAPod() throws Exception {
        fake.says("kubectl", "pod/teff-block-7");
        BatchProvider kubernetes =
                new BatchProvider(
                        CloudSystems.kubernetes(),
                        fake.options().value("image", "teff:1").value("namespace", "lab").build());
        BlockJob job = new BlockJob("teff-block-7", "echo \"a\"\necho \\b", 1, 1, null, dir);
        assertThat(kubernetes.submit(job)).isEqualTo("teff-block-7");
        assertThat(Files.readString(dir.resolve("teff-block-7.submit")))
                .contains("\"image\": \"teff:1\"")
                .contains("[\"/bin/sh\", \"-c\", \"echo \\\"a\\\"\\u000aecho \\\\b\"]")
                .doesNotContain("activeDeadlineSeconds");
        fake.says(
                "kubectl",
                """
                a   Running     <none>   <none>
                b   Succeeded   0        <none>
                c   Failed      137      OOMKilled
                d   Failed      143      DeadlineExceeded
                e   Pending     <none>   <none>""");
        assertThat(states(kubernetes, "a", "b", "c", "d", "e", "f").values())
                .containsExactly(
                        State.RUNNING,
                        State.COMPLETED,
                        State.FAILED,
                        State.TIMEOUT,
                        State.PENDING,
                        State.MISSING);
        kubernetes.cancel(List.of("a", "e"));
        assertThat(fake.calls())
                .containsExactly(
                        "kubectl --namespace=lab create --filename="
                                + dir.resolve("teff-block-7.submit")
                                + " --output=name",
                        "kubectl --namespace=lab get pods a b c d e f --ignore-not-found"
                                + " --no-headers --output=custom-columns=ID:.metadata.name,"
                                + "STATE:.status.phase,CODE:.status.containerStatuses[0].state"
                                + ".terminated.exitCode,WHY:.status.reason",
                        "kubectl --namespace=lab delete pods a e --ignore-not-found --wait=false");
    }

    @Test
    void awsStartsAnInstanceThatEndsItself() throws Exception {
        fake.says("aws", "i-0abc");
        BatchProvider aws =
                new BatchProvider(
                        CloudSystems.aws(),
                        fake.options().value("image", "ami-1").value("region", "eu-1").build());
        assertThat(aws.submit(job(1, 1))).isEqualTo("i-0abc");
        assertThat(directives()).containsExactly("shutdown -h +90");
        assertThat(Files.readAllLines(dir.resolve("teff-block-7.sh")))
                .endsWith("shutdown -h now", "exit $code");
        assertThat(fake.calls())
                .containsExactly(
                        "aws ec2 run-instances --region=eu-1 --image-id=ami-1"
                                + " --instance-type=t3.small"
                                + " --instance-initiated-shutdown-behavior=terminate"
                                + " --tag-specifications=ResourceType=instance,"
                                + "Tags=[{Key=Name,Value=teff-block-7}] --user-data=file://"
                                + dir.resolve("teff-block-7.sh")
                                + " --query=Instances[0].InstanceId --output=text");
        fake.says("aws", "i-0abc\trunning\t\ni-0abd\tterminated\tUser initiated");
        assertThat(states(aws, "i-0abc", "i-0abd", "i-0abe").values())
                .containsExactly(State.RUNNING, State.COMPLETED, State.MISSING);
        aws.cancel(List.of("i-0abc"));
        assertThat(fake.calls().get(1))
                .isEqualTo(
                        "aws ec2 terminate-instances --region=eu-1 --output=text --instance-ids"
                                + " i-0abc");
    }

    @Test
    void googleCloudNeedsAZone() throws Exception {
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () ->
                                new BatchProvider(
                                        CloudSystems.googleCloud(),
                                        fake.options().value("image", "debian-12").build()))
                .withMessage(
                        "googlecloud needs the option zone, where blocks start:"
                                + " BatchOptions.builder().value(\"zone\", ...)");
        fake.says("gcloud", "teff-block-7");
        BatchProvider google =
                new BatchProvider(
                        CloudSystems.googleCloud(),
                        fake.options().value("image", "debian-12").value("zone", "z1").build());
        assertThat(google.submit(job(1, 1))).isEqualTo("teff-block-7");
        fake.says("gcloud", "teff-block-7\tRUNNING\nteff-block-8\tTERMINATED");
        assertThat(states(google, "teff-block-7", "teff-block-8", "teff-block-9").values())
                .containsExactly(State.RUNNING, State.COMPLETED, State.MISSING);
        google.cancel(List.of("teff-block-7"));
        assertThat(fake.calls())
                .containsExactly(
                        "gcloud compute instances create teff-block-7 --zone=z1"
                                + " --machine-type=e2-small --image-family=debian-12"
                                + " --metadata-from-file=startup-script="
                                + dir.resolve("teff-block-7.sh")
                                + " --quiet --format=value(name)",
                        "gcloud compute instances list"
                                + " --filter=name:(teff-block-7,teff-block-8,teff-block-9)"
                                + " --format=value(name,status)",
                        "gcloud compute instances delete teff-block-7 --zone=z1 --quiet");
    }

    @Test
    void systemsHaveNames() {
        for (String name : BatchSystems.names()) {
            assertThat(BatchSystems.byName(name).name()).isEqualTo(name);
        }
        assertThat(BatchSystems.names()).hasSize(10);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> BatchSystems.byName("slrum"))
                .withMessageContaining("no batch system has the name slrum, known are slurm,");
    }
}
