// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.measure;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.util.List;

/**
 * What one command measured: the object printed by {@code --json}.
 *
 * @param bench name of the command
 * @param clean false if foreign load or a changed ruler spoils comparisons, see {@link Surroundings}
 * @param env where it was measured
 * @param ruler the ping-pong before and after
 * @param rows the figures, in the order the contenders were named
 */
public record Report(String bench, boolean clean, Env env, Ruler ruler, List<Row> rows) {

    public Report {
        rows = List.copyOf(rows);
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
