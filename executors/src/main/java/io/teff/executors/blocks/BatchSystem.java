// SPDX-License-Identifier: Apache-2.0
package io.teff.executors.blocks;

import io.teff.executors.blocks.BlockStatus.State;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * What {@link BatchProvider} has to know of a batch system: its commands, and how to read what they
 * print. Immutable. {@link BatchSystems} has those that Teff knows; another is made by {@link
 * #named}, or of a known one by {@link #toBuilder}.
 *
 * <p>Commands and directives are templates. These placeholders are always there:
 *
 * <pre>
 * {name} {shortName}        of the block; at most 15 characters
 * {nodes} {tasksPerNode} {tasks}
 * {walltime} {hoursMinutes} {minutes} {seconds}   HH:MM:SS, HH:MM, whole numbers, rounded up; unset
 *                           for a block without walltime
 * {out} {err}               files for the output of the block, relative to the directory
 * {directory} {script}      absolute paths
 * {description}             absolute path of the file that {@link #description} makes
 * {commandJson}             the command, as the inside of a JSON string; of descriptions only
 * {ids} {id}                of the blocks that are asked for or cancelled: an argument that is just
 *                           {ids} becomes one for each, {ids} within an argument a list with
 *                           commas; a command with {id} runs once for each
 * </pre>
 *
 * Others have their values from {@link BatchOptions}, or from {@link #defaults}. A directive, and an
 * argument of a command, in which one is unset is left out.
 *
 * @param name a short word, as in {@link BlockProvider#name}
 * @param client where the commands come from: what the error says if one is missing
 * @param submit starts a block
 * @param scriptOnInput whether {@code submit} reads the script from its standard input
 * @param jobId regular expression whose group 1 is the id in what {@code submit} prints
 * @param header directives at the top of the script
 * @param footer the end of the script, when the command has ended
 * @param description text of a file that {@code submit} wants beside the script, or null
 * @param queries what to ask about blocks, each for those that the one before did not know
 * @param states what the words that the queries find mean
 * @param exitCodes exit codes that say more than that the command has failed
 * @param timeoutMessage regular expression: a message that has it means TIMEOUT; or null
 * @param cancel cancels blocks
 * @param unknown regular expression: what a command prints about jobs that are not there (any more)
 * @param maxNodes how many nodes one block can have
 * @param defaults values of placeholders that the options may change
 * @param needs placeholders that the options must give a value to, and what each is
 * @param nodesNeed such a one for blocks of more than one node only, or null
 */
public record BatchSystem(
        String name,
        String client,
        List<String> submit,
        boolean scriptOnInput,
        String jobId,
        List<String> header,
        List<String> footer,
        String description,
        List<StatusQuery> queries,
        Map<String, State> states,
        Map<Integer, State> exitCodes,
        String timeoutMessage,
        List<String> cancel,
        String unknown,
        int maxNodes,
        Map<String, String> defaults,
        Map<String, String> needs,
        String nodesNeed) {

    public BatchSystem {
        requireText(name, "name");
        submit = requireCommand(submit, "submit", name);
        cancel = requireCommand(cancel, "cancel", name);
        header = List.copyOf(header);
        footer = List.copyOf(footer);
        queries = List.copyOf(queries);
        states = Map.copyOf(states);
        exitCodes = Map.copyOf(exitCodes);
        defaults = Map.copyOf(defaults);
        needs = Map.copyOf(needs);
        if (Pattern.compile(requireText(jobId, "jobId")).matcher("").groupCount() != 1) {
            throw new IllegalArgumentException(
                    "jobId must be a regular expression with one group: " + jobId);
        }
        if (queries.isEmpty() || states.isEmpty()) {
            throw new IllegalArgumentException(
                    "batch system " + name + " needs a status query and the meaning of its words");
        }
        if (maxNodes < 1) {
            throw new IllegalArgumentException("maxNodes must be at least 1: " + maxNodes);
        }
        if (unknown != null) {
            Pattern.compile(unknown);
        }
        if (timeoutMessage != null) {
            Pattern.compile(timeoutMessage);
        }
    }

    private static String requireText(String text, String what) {
        if (text == null || text.isBlank()) {
            throw new IllegalArgumentException("a batch system needs its " + what);
        }
        return text;
    }

    private static List<String> requireCommand(List<String> command, String what, String name) {
        if (command.isEmpty()) {
            throw new IllegalArgumentException(
                    "batch system " + name + " needs the command for " + what);
        }
        return List.copyOf(command);
    }

    /** A system of one's own, to be described. */
    public static Builder named(String name) {
        return new Builder(name);
    }

    /** A system that differs from this one in what the builder is told. */
    public Builder toBuilder() {
        Builder builder = new Builder(name);
        builder.client = client;
        builder.submit = submit;
        builder.scriptOnInput = scriptOnInput;
        builder.jobId = jobId;
        builder.header.addAll(header);
        builder.footer.addAll(footer);
        builder.description = description;
        builder.queries.addAll(queries);
        builder.states.putAll(states);
        builder.exitCodes.putAll(exitCodes);
        builder.timeoutMessage = timeoutMessage;
        builder.cancel = cancel;
        builder.unknown = unknown;
        builder.maxNodes = maxNodes;
        builder.defaults.putAll(defaults);
        builder.needs.putAll(needs);
        builder.nodesNeed = nodesNeed;
        return builder;
    }

    /** Collects a {@link BatchSystem}; {@link #build} says what is missing. Not thread-safe. */
    public static final class Builder {
        private final String name;
        private String client = "";
        private List<String> submit = List.of();
        private boolean scriptOnInput;
        private String jobId = "(\\S+)";
        private final List<String> header = new ArrayList<>();
        private final List<String> footer = new ArrayList<>();
        private String description;
        private final List<StatusQuery> queries = new ArrayList<>();
        private final Map<String, State> states = new LinkedHashMap<>();
        private final Map<Integer, State> exitCodes = new LinkedHashMap<>();
        private String timeoutMessage;
        private List<String> cancel = List.of();
        private String unknown;
        private int maxNodes = Integer.MAX_VALUE;
        private final Map<String, String> defaults = new LinkedHashMap<>();
        private final Map<String, String> needs = new LinkedHashMap<>();
        private String nodesNeed;

        private Builder(String name) {
            this.name = Objects.requireNonNull(name, "name");
        }

        /** Where to get the commands, for the error when they are missing. */
        public Builder client(String howToGet) {
            client = howToGet;
            return this;
        }

        /** The command that starts a block; default: none, it must be given. */
        public Builder submit(String... command) {
            submit = List.of(command);
            return this;
        }

        /** The submit command reads the script from its standard input; default: it does not. */
        public Builder scriptOnInput() {
            scriptOnInput = true;
            return this;
        }

        /** Group 1 is the id in what submit prints; default: its first word. */
        public Builder jobId(String regex) {
            jobId = regex;
            return this;
        }

        /** Adds directives at the top of the script. */
        public Builder header(String... lines) {
            header.addAll(List.of(lines));
            return this;
        }

        /** Adds lines to the end of the script. */
        public Builder footer(String... lines) {
            footer.addAll(List.of(lines));
            return this;
        }

        /** The text of a file beside the script; default: there is none. */
        public Builder description(String text) {
            description = text;
            return this;
        }

        /** Adds a question, for blocks that those before do not know. */
        public Builder query(StatusQuery query) {
            queries.add(query);
            return this;
        }

        /** What words of the queries mean. */
        public Builder state(State state, String... words) {
            for (String word : words) {
                states.put(word, state);
            }
            return this;
        }

        /** What an exit code means, beyond 0 for COMPLETED and others for FAILED. */
        public Builder exitCode(int code, State state) {
            exitCodes.put(code, state);
            return this;
        }

        /** A message that has this means TIMEOUT; default: none does. */
        public Builder timeoutMessage(String regex) {
            timeoutMessage = regex;
            return this;
        }

        /** The command that cancels blocks; default: none, it must be given. */
        public Builder cancel(String... command) {
            cancel = List.of(command);
            return this;
        }

        /** What commands print about jobs that are not there; default: a failure is a failure. */
        public Builder unknown(String regex) {
            unknown = regex;
            return this;
        }

        /** How many nodes a block can have; default: any number. */
        public Builder maxNodes(int nodes) {
            maxNodes = nodes;
            return this;
        }

        /** The value of a placeholder unless options say otherwise. */
        public Builder value(String placeholder, String value) {
            defaults.put(placeholder, value);
            return this;
        }

        /** A placeholder that options must give a value. */
        public Builder needs(String placeholder, String what) {
            needs.put(placeholder, what);
            return this;
        }

        /** A placeholder that options must give a value for blocks of more than one node. */
        public Builder nodesNeed(String placeholder) {
            nodesNeed = placeholder;
            return this;
        }

        /** The system, checked. */
        public BatchSystem build() {
            return new BatchSystem(
                    name,
                    client,
                    submit,
                    scriptOnInput,
                    jobId,
                    header,
                    footer,
                    description,
                    queries,
                    states,
                    exitCodes,
                    timeoutMessage,
                    cancel,
                    unknown,
                    maxNodes,
                    defaults,
                    needs,
                    nodesNeed);
        }
    }
}
