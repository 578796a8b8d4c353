// SPDX-License-Identifier: Apache-2.0
package io.teff.executors.blocks;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Fills in the templates of a {@link BatchSystem} for one block. */
final class BatchScript {
    private static final Pattern PLACEHOLDER = Pattern.compile("\\{([A-Za-z]+)\\}");
    private static final Pattern NAME = Pattern.compile("[A-Za-z][A-Za-z0-9_.-]*");

    /** Where a description has the user's lines. */
    private static final String LINES = "{lines}";

    private final BatchSystem system;
    private final BatchOptions options;
    private final BlockJob job;
    private final Map<String, String> values;

    BatchScript(BatchSystem system, BatchOptions options, BlockJob job) {
        if (!NAME.matcher(job.name()).matches()) {
            throw new IllegalArgumentException(
                    "the name of a block has letters, digits, '_', '.' and '-' only, and starts"
                            + " with a letter: \""
                            + job.name()
                            + "\"");
        }
        if (system.description() != null
                && !options.lines().isEmpty()
                && system.description().lines().noneMatch(LINES::equals)) {
            throw new IllegalArgumentException(
                    system.name() + " has no place for lines of one's own: " + options.lines());
        }
        this.system = system;
        this.options = options;
        this.job = job;
        values = values();
    }

    private Map<String, String> values() {
        Map<String, String> all = values(system, options);
        String name = job.name();
        all.put("name", name);
        all.put("shortName", name.length() <= 15 ? name : name.substring(name.length() - 15));
        all.put("nodes", Integer.toString(job.nodes()));
        all.put("tasksPerNode", Integer.toString(job.tasksPerNode()));
        all.put("tasks", Integer.toString(Math.multiplyExact(job.nodes(), job.tasksPerNode())));
        all.put("out", name + ".out");
        all.put("err", name + ".err");
        all.put("directory", job.directory().toAbsolutePath().toString());
        all.put("script", path(".sh"));
        all.put("description", path(".submit"));
        all.put("commandJson", Shell.json(job.command()));
        Duration walltime = job.walltime();
        if (walltime != null) {
            long seconds = walltime.getSeconds() + (walltime.getNano() > 0 ? 1 : 0);
            long minutes = (seconds + 59) / 60;
            all.put("seconds", Long.toString(seconds));
            all.put("minutes", Long.toString(minutes));
            all.put("hoursMinutes", String.format("%02d:%02d", minutes / 60, minutes % 60));
            all.put(
                    "walltime",
                    String.format(
                            "%02d:%02d:%02d", seconds / 3600, seconds / 60 % 60, seconds % 60));
        }
        return all;
    }

    /** The values that no block changes. */
    static Map<String, String> values(BatchSystem system, BatchOptions options) {
        Map<String, String> all = new LinkedHashMap<>(system.defaults());
        all.putAll(options.values());
        return all;
    }

    private String path(String suffix) {
        return job.directory().toAbsolutePath().resolve(job.name() + suffix).toString();
    }

    /** The script, which leaves the command's exit code in NAME.exit and passes it on. */
    String script() {
        String exit = job.name() + ".exit";
        List<String> lines = new ArrayList<>();
        lines.add("#!/bin/bash");
        lines.addAll(fill(system.header(), values));
        if (system.description() == null) {
            lines.addAll(options.lines());
        }
        String directory = Shell.quote(job.directory().toAbsolutePath().toString());
        lines.add("mkdir -p " + directory + " && cd " + directory + " || exit 1");
        lines.add("(");
        lines.add(job.command());
        lines.add(")");
        lines.add("code=$?");
        lines.add("echo $code > " + exit + ".part && mv " + exit + ".part " + exit);
        lines.addAll(fill(system.footer(), values));
        lines.add("exit $code");
        return String.join("\n", lines) + "\n";
    }

    /** The text beside the script, null if the system wants none. */
    String description() {
        if (system.description() == null) {
            return null;
        }
        List<String> lines = new ArrayList<>();
        for (String template : system.description().lines().toList()) {
            lines.addAll(
                    template.equals(LINES) ? options.lines() : fill(List.of(template), values));
        }
        return String.join("\n", lines) + "\n";
    }

    List<String> submitCommand() {
        return fill(system.submit(), values);
    }

    /** Templates without a line in which something is unset. */
    private static List<String> fill(List<String> templates, Map<String, String> values) {
        List<String> filled = new ArrayList<>();
        for (String template : templates) {
            String text = fill(template, values);
            if (text != null) {
                filled.add(text);
            }
        }
        return filled;
    }

    private static String fill(String template, Map<String, String> values) {
        StringBuilder out = new StringBuilder();
        Matcher matcher = PLACEHOLDER.matcher(template);
        while (matcher.find()) {
            String value = values.get(matcher.group(1));
            if (value == null) {
                return null;
            }
            matcher.appendReplacement(out, Matcher.quoteReplacement(value));
        }
        return matcher.appendTail(out).toString();
    }

    /** The command lines that deal with these jobs: one, or with {id} one for each. */
    static List<List<String>> commands(
            List<String> template, Collection<String> ids, Map<String, String> options) {
        List<List<String>> commands = new ArrayList<>();
        if (template.stream().anyMatch(argument -> argument.contains("{id}"))) {
            for (String id : ids) {
                Map<String, String> values = new LinkedHashMap<>(options);
                values.put("id", id);
                commands.add(fill(template, values));
            }
            return commands;
        }
        Map<String, String> values = new LinkedHashMap<>(options);
        values.put("ids", String.join(",", ids));
        List<String> command = new ArrayList<>();
        for (String argument : template) {
            if (argument.equals("{ids}")) {
                command.addAll(ids);
            } else {
                String text = fill(argument, values);
                if (text != null) {
                    command.add(text);
                }
            }
        }
        commands.add(command);
        return commands;
    }
}
