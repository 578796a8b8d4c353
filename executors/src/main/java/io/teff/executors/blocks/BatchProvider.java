// SPDX-License-Identifier: Apache-2.0
package io.teff.executors.blocks;

import io.teff.executors.blocks.BatchCommand.Output;
import io.teff.executors.blocks.BlockStatus.State;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Blocks that are jobs of a batch system, which is reached through its own commands.
 *
 * <p>In the job's directory, which the machines of the block have to see too, this leaves {@code
 * NAME.sh}, the script, and the system leaves {@code NAME.out} and {@code NAME.err}. The script
 * writes the command's exit code to {@code NAME.exit}: that is how a block that the system no longer
 * knows is told from one that was lost.
 *
 * <p>Each command has a time limit, see {@link BatchOptions.Builder#commandTimeout}. If the one that
 * submits exceeds it, nobody knows whether there is a job; the exception names the command, whose
 * arguments name the script and so the job. Thread-safe.
 */
public final class BatchProvider implements BlockProvider {
    /** What is kept of a block that was submitted here. */
    private record Submitted(Path exitFile) {}

    private final BatchSystem system;
    private final BatchOptions options;
    private final BatchCommand commands;
    private final Pattern jobId;
    private final Pattern unknown; // null: nothing is forgiven
    private final Pattern timeoutMessage; // null: no message says so
    private final Map<String, Submitted> submitted = new ConcurrentHashMap<>();
    private final Set<String> cancelled = ConcurrentHashMap.newKeySet();

    /** With no options. */
    public BatchProvider(BatchSystem system) {
        this(system, BatchOptions.none());
    }

    /**
     * With the system's commands as the options want them.
     *
     * @throws IllegalArgumentException if the options leave out what the system needs
     */
    public BatchProvider(BatchSystem system, BatchOptions options) {
        this.system = system;
        this.options = options;
        Map<String, String> values = BatchScript.values(system, options);
        system.needs()
                .forEach(
                        (placeholder, what) -> {
                            if (values.get(placeholder) == null) {
                                throw needed(placeholder, what);
                            }
                        });
        commands = new BatchCommand(system.client(), options);
        jobId = Pattern.compile(system.jobId(), Pattern.MULTILINE);
        unknown = system.unknown() == null ? null : Pattern.compile(system.unknown());
        timeoutMessage =
                system.timeoutMessage() == null ? null : Pattern.compile(system.timeoutMessage());
    }

    private IllegalArgumentException needed(String placeholder, String what) {
        return new IllegalArgumentException(
                system.name()
                        + " needs the option "
                        + placeholder
                        + ", "
                        + what
                        + ": BatchOptions.builder().value(\""
                        + placeholder
                        + "\", ...)");
    }

    @Override
    public String name() {
        return system.name();
    }

    @Override
    public String submit(BlockJob job) throws BlockException, InterruptedException {
        if (job.nodes() > system.maxNodes()) {
            throw new BlockException(
                    system.name()
                            + " has at most "
                            + system.maxNodes()
                            + " nodes in a block, not "
                            + job.nodes()
                            + ": ask for more blocks instead");
        }
        if (job.nodes() > 1
                && system.nodesNeed() != null
                && BatchScript.values(system, options).get(system.nodesNeed()) == null) {
            throw needed(system.nodesNeed(), "for blocks of more than one node");
        }
        BatchScript templates = new BatchScript(system, options, job);
        Path directory = job.directory().toAbsolutePath();
        Path script = directory.resolve(job.name() + ".sh");
        Path exitFile = directory.resolve(job.name() + ".exit");
        try {
            Files.deleteIfExists(exitFile); // of an earlier block of that name
            Files.writeString(script, templates.script());
            if (!script.toFile().setExecutable(true)) {
                throw new IOException("cannot be made executable: " + script);
            }
            if (templates.description() != null) {
                Files.writeString(
                        directory.resolve(job.name() + ".submit"), templates.description());
            }
        } catch (IOException e) {
            throw new BlockException("cannot write the script " + script + ": " + e, e);
        }
        Output output =
                commands.run(
                        templates.submitCommand(),
                        directory,
                        system.scriptOnInput() ? script : null);
        if (output.exitCode() != 0) {
            throw output.failure();
        }
        Matcher matcher = jobId.matcher(output.out());
        if (!matcher.find()) {
            throw new BlockException(
                    output.command() + ": no job id in its answer: " + shortened(output.out()));
        }
        String id = matcher.group(1);
        submitted.put(id, new Submitted(exitFile));
        return id;
    }

    @Override
    public Map<String, BlockStatus> status(Collection<String> ids)
            throws BlockException, InterruptedException {
        Map<String, BlockStatus> found = new LinkedHashMap<>();
        Set<String> open = new LinkedHashSet<>(ids);
        boolean first = true;
        for (StatusQuery query : system.queries()) {
            if (!open.isEmpty()) {
                ask(query, open, found, first);
                open.removeAll(found.keySet());
                first = false;
            }
        }
        Map<String, BlockStatus> all = new LinkedHashMap<>();
        for (String id : ids) {
            all.put(id, completed(id, found.getOrDefault(id, BlockStatus.of(State.MISSING))));
        }
        return all;
    }

    /**
     * Adds what one query finds. The first must be answered; the later ones look into histories,
     * which not every site keeps, so their failure leaves a block unknown.
     */
    private void ask(
            StatusQuery query, Set<String> open, Map<String, BlockStatus> found, boolean mustAnswer)
            throws BlockException, InterruptedException {
        for (List<String> command :
                BatchScript.commands(query.command(), open, BatchScript.values(system, options))) {
            Output output;
            try {
                output = commands.run(command, null, null);
            } catch (BlockException e) {
                if (mustAnswer) {
                    throw e;
                }
                return;
            }
            if (output.exitCode() != 0 && !isAboutUnknown(output)) {
                if (mustAnswer) {
                    throw output.failure();
                }
                return;
            }
            List<StatusQuery.Answer> answers = query.read(output.out());
            if (answers.isEmpty() && !output.out().isBlank() && !isAboutUnknown(output)) {
                throw new BlockException(
                        output.command() + ": cannot read its answer: " + shortened(output.out()));
            }
            for (StatusQuery.Answer answer : answers) {
                if (open.contains(answer.id())) {
                    found.put(answer.id(), status(answer, output));
                }
            }
        }
    }

    private boolean isAboutUnknown(Output output) {
        return unknown != null
                && (unknown.matcher(output.err()).find() || unknown.matcher(output.out()).find());
    }

    private BlockStatus status(StatusQuery.Answer answer, Output output) throws BlockException {
        State state = system.states().get(answer.word());
        if (state == null) {
            throw new BlockException(
                    output.command()
                            + ": job "
                            + answer.id()
                            + " has the state \""
                            + answer.word()
                            + "\", which "
                            + system.name()
                            + " is not known to have");
        }
        String message = answer.message() == null ? "" : answer.message().strip();
        if (timeoutMessage != null && timeoutMessage.matcher(message).find()) {
            state = State.TIMEOUT;
        }
        return new BlockStatus(state, answer.exitCode(), message);
    }

    /** With what the exit code says, be it from the system or from the script. */
    private BlockStatus completed(String id, BlockStatus status) throws BlockException {
        State state = status.state();
        if (!state.isTerminal()) {
            return status;
        }
        Integer code = status.exitCode() == null ? writtenExitCode(id) : status.exitCode();
        if (code != null && (state == State.MISSING || state == State.COMPLETED)) {
            state = code == 0 ? State.COMPLETED : State.FAILED;
        }
        if (code != null && state == State.FAILED) {
            state = system.exitCodes().getOrDefault(code, state);
        }
        if (cancelled.contains(id) && (state == State.MISSING || state == State.FAILED)) {
            state = State.CANCELLED; // systems without a word for it
        }
        return new BlockStatus(state, code, status.message());
    }

    private Integer writtenExitCode(String id) throws BlockException {
        Submitted block = submitted.get(id);
        if (block == null) {
            return null;
        }
        try {
            if (!Files.exists(block.exitFile())) {
                return null;
            }
            return Integer.valueOf(Files.readString(block.exitFile()).strip());
        } catch (IOException | NumberFormatException e) {
            throw new BlockException("cannot read the exit code in " + block.exitFile(), e);
        }
    }

    @Override
    public void cancel(Collection<String> ids) throws BlockException, InterruptedException {
        if (ids.isEmpty()) {
            return;
        }
        BlockException failure = null;
        for (List<String> command :
                BatchScript.commands(system.cancel(), ids, BatchScript.values(system, options))) {
            Output output = commands.run(command, null, null);
            if (output.exitCode() != 0 && !isAboutUnknown(output) && failure == null) {
                failure = output.failure(); // the others are cancelled all the same
            }
        }
        if (failure != null) {
            throw failure;
        }
        cancelled.addAll(ids);
    }

    private static String shortened(String text) {
        String line = text.strip();
        return "\"" + (line.length() > 300 ? line.substring(0, 300) + "..." : line) + "\"";
    }
}
