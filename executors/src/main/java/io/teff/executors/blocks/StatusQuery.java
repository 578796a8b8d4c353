// SPDX-License-Identifier: Apache-2.0
package io.teff.executors.blocks;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One question to a batch system about its jobs, and how to read the answer. All but the first are
 * regular expressions in which {@code ^} and {@code $} match at each line; those with a group
 * deliver what their group 1 has matched. Immutable.
 *
 * @param command see {@link BatchSystem} for its placeholders
 * @param record matches the whole text about one job in the answer; null: each line is such a text
 * @param id finds the job's id in its text
 * @param state finds the word for its state in its text; a text without one is passed over
 * @param exitCode finds its exit code, or null
 * @param message finds why it is so, or null
 */
public record StatusQuery(
        List<String> command,
        String record,
        String id,
        String state,
        String exitCode,
        String message) {

    /** What an answer says of one job, in the system's own words. */
    record Answer(String id, String word, Integer exitCode, String message) {}

    public StatusQuery {
        command = List.copyOf(command);
        if (command.isEmpty()) {
            throw new IllegalArgumentException("a status query needs a command");
        }
        compile(Objects.requireNonNull(id, "id"), 1);
        compile(Objects.requireNonNull(state, "state"), 1);
        compile(record, 0);
        compile(exitCode, 1);
        compile(message, 1);
    }

    /** One line for each job. */
    public static StatusQuery lines(List<String> command, String id, String state) {
        return new StatusQuery(command, null, id, state, null, null);
    }

    /** As this one, and finds the exit code. */
    public StatusQuery withExitCode(String regex) {
        return new StatusQuery(command, record, id, state, regex, message);
    }

    /** As this one, and finds a message. */
    public StatusQuery withMessage(String regex) {
        return new StatusQuery(command, record, id, state, exitCode, regex);
    }

    private static Pattern compile(String regex, int groups) {
        if (regex == null) {
            return null;
        }
        Pattern pattern = Pattern.compile(regex, Pattern.MULTILINE);
        if (groups == 1 && pattern.matcher("").groupCount() != 1) {
            throw new IllegalArgumentException(
                    "must be a regular expression with one group: " + regex);
        }
        return pattern;
    }

    /** All jobs of an answer. */
    List<Answer> read(String output) {
        Pattern ids = compile(id, 1);
        Pattern states = compile(state, 1);
        Pattern codes = compile(exitCode, 1);
        Pattern messages = compile(message, 1);
        List<Answer> answers = new ArrayList<>();
        for (String text : records(output)) {
            String job = find(ids, text);
            String word = find(states, text);
            if (job != null && word != null) {
                String code = find(codes, text);
                answers.add(new Answer(job, word, number(code), find(messages, text)));
            }
        }
        return answers;
    }

    private List<String> records(String output) {
        if (record == null) {
            return output.lines().toList();
        }
        List<String> texts = new ArrayList<>();
        Matcher matcher = compile(record, 0).matcher(output);
        while (matcher.find()) {
            texts.add(matcher.group());
        }
        return texts;
    }

    private static String find(Pattern pattern, String text) {
        if (pattern == null) {
            return null;
        }
        Matcher matcher = pattern.matcher(text);
        return matcher.find() ? matcher.group(1) : null;
    }

    private static Integer number(String code) {
        if (code == null) {
            return null;
        }
        try {
            return Integer.valueOf(code.strip());
        } catch (NumberFormatException e) {
            return null; // as a system prints "-" or "N/A" before there is one
        }
    }
}
