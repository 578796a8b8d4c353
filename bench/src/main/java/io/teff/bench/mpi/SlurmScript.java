// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.mpi;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A batch script for {@code sbatch}, which runs {@code teff mpi} on the nodes of a job. Ranks that are lost
 * are its business; a job that loses its first node, and {@code teff mpi} with it, is queued again by Slurm.
 *
 * @param nodes how many the job asks for
 * @param ranks on all of them together
 * @param workers of each rank, for which it asks as many CPUs; {@link Rank#ITS_SHARE}: as Slurm gives
 * @param hosts that it must have; or none
 * @param teff the words that start {@code teff}
 * @param arguments of {@code teff mpi}
 * @param name of the command that runs
 */
record SlurmScript(
        int nodes,
        int ranks,
        int workers,
        List<String> hosts,
        List<String> teff,
        List<String> arguments,
        String name) {
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_./:=,@%+-]+");

    String text() {
        StringBuilder text = new StringBuilder("#!/bin/sh\n");
        option(text, "job-name=teff-" + name);
        option(text, "nodes=" + nodes);
        option(text, "ntasks=" + ranks);
        if (workers != Rank.ITS_SHARE) {
            option(text, "cpus-per-task=" + workers);
        }
        if (!hosts.isEmpty()) {
            option(text, "nodelist=" + String.join(",", hosts));
        }
        option(text, "no-kill"); // the job goes on when it loses a node
        option(text, "requeue"); // unless that was the one that runs this script
        option(text, "open-mode=append");
        text.append("exec ").append(words(teff)).append(" \\\n    ");
        return text.append(words(arguments)).append('\n').toString();
    }

    private static void option(StringBuilder text, String option) {
        text.append("#SBATCH --").append(option).append('\n');
    }

    private static String words(List<String> words) {
        return words.stream().map(SlurmScript::quote).collect(Collectors.joining(" "));
    }

    private static String quote(String word) {
        return PLAIN.matcher(word).matches() ? word : "'" + word.replace("'", "'\\''") + "'";
    }
}
