// SPDX-License-Identifier: Apache-2.0
package io.teff.executors.blocks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.teff.executors.blocks.BlockStatus.State;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands that fail, hang and print garbage, and a system of a user's own. */
final class BatchProviderTest {
    @TempDir Path dir;
    @TempDir Path bin;
    private FakeCommands fake;
    private final BatchSystem system =
            BatchSystem.named("mine")
                    .client("my package")
                    .submit("put", "{script}")
                    .jobId("^job (\\d+)$")
                    .query(StatusQuery.lines(List.of("look", "{ids}"), "^(\\d+) ", "^\\d+ (\\S+)"))
                    .state(State.RUNNING, "going")
                    .state(State.COMPLETED, "gone")
                    .cancel("drop", "{id}")
                    .unknown("no such job")
                    .build();

    @BeforeEach
    void makeCommands() {
        fake = new FakeCommands(bin);
    }

    private BatchProvider provider() {
        return new BatchProvider(system, fake.options().build());
    }

    private BlockJob job() {
        return new BlockJob("b", "exit 4", 1, 1, null, dir);
    }

    @Test
    void systemOfOnesOwnRunsItsScript() throws Exception {
        fake.runs("put", "sh -c \"bash $1\" >/dev/null; echo job 5")
                .says("look", "5 gone")
                .runs("drop", "");
        BatchProvider mine = provider();
        assertThat(mine.name()).isEqualTo("mine");
        String id = mine.submit(job());
        // the system says "gone", the script knows better
        assertThat(mine.status(List.of(id)).get(id))
                .isEqualTo(new BlockStatus(State.FAILED, 4, ""));
        mine.cancel(List.of("5", "6"));
        assertThat(fake.calls())
                .containsExactly("put " + dir.resolve("b.sh"), "look 5", "drop 5", "drop 6");
    }

    @Test
    void scriptRunsAnyDirectoryAndCommand() throws Exception {
        Path odd = Files.createDirectory(dir.resolve("it's $HOME; a \"dir\""));
        fake.runs("put", "bash \"$1\"; echo job 5");
        provider()
                .submit(
                        new BlockJob(
                                "b", "cat > out <<EOF\nline '1'\nEOF\nfalse", 1, 1, null, odd));
        assertThat(odd.resolve("out")).hasContent("line '1'");
        assertThat(odd.resolve("b.exit")).hasContent("1");
    }

    @Test
    void failureNamesCommandExitCodeAndWhatItSaid() throws Exception {
        fake.fails("put", 9, "quota exceeded").fails("look", 2, "server away");
        assertThatExceptionOfType(BlockException.class)
                .isThrownBy(() -> provider().submit(job()))
                .withMessage("put " + dir.resolve("b.sh") + ": exit code 9: quota exceeded");
        assertThatExceptionOfType(BlockException.class)
                .isThrownBy(() -> provider().status(List.of("1", "2")))
                .withMessage("look 1 2: exit code 2: server away");
    }

    @Test
    void hangingCommandIsKilledWithItsChildren() throws Exception {
        fake.runs("look", "echo almost; echo $$ >" + dir.resolve("pid") + "; sleep 300; true");
        BatchProvider impatient =
                new BatchProvider(
                        system, fake.options().commandTimeout(Duration.ofSeconds(2)).build());
        assertThatExceptionOfType(BlockException.class)
                .isThrownBy(() -> impatient.status(List.of("1")))
                .withMessageStartingWith(
                        "look 1: no end within 2000 ms, so it was killed (exit code")
                .withMessageContaining("almost");
        long pid = Long.parseLong(Files.readString(dir.resolve("pid")).strip());
        assertThat(ProcessHandle.of(pid).filter(ProcessHandle::isAlive)).isEmpty();
    }

    @Test
    void interruptEndsAWaitingCommand() throws Exception {
        fake.runs("look", "echo $$ >" + dir.resolve("pid") + "; exec sleep 300");
        Thread caller = Thread.currentThread();
        Thread interrupter =
                new Thread(
                        () -> {
                            while (!Files.exists(dir.resolve("pid"))) {
                                Thread.onSpinWait();
                            }
                            caller.interrupt();
                        });
        interrupter.setDaemon(true);
        interrupter.start();
        assertThatExceptionOfType(InterruptedException.class)
                .isThrownBy(() -> provider().status(List.of("1")));
        interrupter.join();
    }

    @Test
    void garbageIsNotTakenForAnAnswer() throws Exception {
        fake.says("put", "welcome to the cluster").says("look", "<html>login</html>");
        assertThatExceptionOfType(BlockException.class)
                .isThrownBy(() -> provider().submit(job()))
                .withMessageContaining("no job id in its answer: \"welcome to the cluster\"");
        assertThatExceptionOfType(BlockException.class)
                .isThrownBy(() -> provider().status(List.of("1")))
                .withMessageContaining("cannot read its answer: \"<html>login</html>\"");
        fake.says("look", "1 flying");
        assertThatExceptionOfType(BlockException.class)
                .isThrownBy(() -> provider().status(List.of("1")))
                .withMessageContaining("job 1 has the state \"flying\"");
    }

    @Test
    void endlessOutputIsCutOff() throws Exception {
        fake.runs("look", "yes '1 going' | head -c 40000000");
        assertThat(provider().status(List.of("1")).get("1").state()).isEqualTo(State.RUNNING);
    }

    @Test
    void bannersAndOthersJobsArePassedOver() throws Exception {
        fake.says("look", "Maintenance on Monday.\n1 going\n77 weird\n");
        assertThat(provider().status(List.of("1", "2")).values().stream().map(BlockStatus::state))
                .containsExactly(State.RUNNING, State.MISSING);
    }

    @Test
    void missingClientIsNamedWithWhereToGetIt() throws Exception {
        assertThatExceptionOfType(BlockException.class)
                .isThrownBy(() -> provider().submit(job()))
                .withMessageContaining("cannot run " + bin.resolve("put"))
                .withMessageEndingWith("It comes with my package");
        BatchSystem absent = system.toBuilder().submit("teff-no-such-command").build();
        assertThatExceptionOfType(BlockException.class)
                .isThrownBy(() -> new BatchProvider(absent).submit(job()))
                .withMessage(
                        "cannot run teff-no-such-command: it is not on the PATH. It comes with my"
                                + " package");
    }

    @Test
    void directoryThatIsNotThereIsNamed() {
        Path nowhere = dir.resolve("nowhere");
        BlockJob job = new BlockJob("b", "true", 1, 1, null, nowhere);
        assertThatExceptionOfType(BlockException.class)
                .isThrownBy(() -> provider().submit(job))
                .withMessageContaining("cannot write the script " + nowhere.resolve("b.sh"));
    }

    @Test
    void cancelTriesAllAndForgivesThoseThatAreGone() throws Exception {
        fake.runs(
                "drop",
                "case $1 in 1) echo no such job >&2; exit 1;; 2) echo denied >&2; exit 3;; esac");
        provider().cancel(List.of("1"));
        assertThatExceptionOfType(BlockException.class)
                .isThrownBy(() -> provider().cancel(List.of("1", "2", "3")))
                .withMessage("drop 2: exit code 3: denied");
        provider().cancel(List.of());
        assertThat(fake.calls()).containsExactly("drop 1", "drop 1", "drop 2", "drop 3");
    }

    @Test
    void badDescriptionsAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> BatchSystem.named("x").build())
                .withMessage("batch system x needs the command for submit");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> system.toBuilder().jobId("job \\d+").build())
                .withMessage("jobId must be a regular expression with one group: job \\d+");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> StatusQuery.lines(List.of("look"), "(a)(b)", "(c)"))
                .withMessageContaining("(a)(b)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> BatchOptions.builder().account("a\nb"))
                .withMessage("account must be one line and not blank: \"a\nb\"");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> provider().submit(new BlockJob("a b", "true", 1, 1, null, dir)))
                .withMessageContaining("the name of a block has letters");
        BatchProvider pods =
                new BatchProvider(
                        CloudSystems.kubernetes(),
                        fake.options().value("image", "i").line("x: y").build());
        assertThatIllegalArgumentException()
                .isThrownBy(() -> pods.submit(job()))
                .withMessage("kubernetes has no place for lines of one's own: [x: y]");
    }
}
