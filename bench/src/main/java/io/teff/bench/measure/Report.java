// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.measure;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;

/**
 * What one command measured: the object printed by {@code --json}.
 *
 * @param bench name of the command
 * @param clean false if foreign load or a changed ruler spoils comparisons, see {@link Surroundings}
 * @param env where it was measured
 * @param ruler the ping-pong before and after
 * @param rows the figures, in the order the contenders were named
 * @param partial whether it was interrupted, and some rounds are missing; not written unless it was
 * @param profiles files that a profile was written to, in the folder that was asked for
 */
public record Report(
        String bench,
        boolean clean,
        Env env,
        Ruler ruler,
        List<Row> rows,
        @JsonInclude(JsonInclude.Include.NON_DEFAULT) boolean partial,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) List<String> profiles) {

    public Report {
        rows = List.copyOf(rows);
        profiles = List.copyOf(profiles);
    }

    /** A report of a run that was neither interrupted nor profiled. */
    public Report(String bench, boolean clean, Env env, Ruler ruler, List<Row> rows) {
        this(bench, clean, env, ruler, rows, false, List.of());
    }

    /** The same run with other rows, which follow from its own. */
    public Report withRows(List<Row> others) {
        return new Report(bench, clean, env, ruler, others, partial, profiles);
    }

    /** True if there are rows and every one was verified. */
    @JsonIgnore
    public boolean verified() {
        return !rows.isEmpty() && rows.stream().allMatch(Row::verified);
    }

    /** The report as one JSON object on one line. */
    public String toJson() {
        return Json.write(this);
    }
}
