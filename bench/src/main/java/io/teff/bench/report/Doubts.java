// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.report;

import static io.teff.bench.measure.Surroundings.MAX_FOREIGN_PERCENT;
import static io.teff.bench.measure.Surroundings.MAX_RULER_CHANGE;

import com.fasterxml.jackson.databind.JsonNode;
import io.teff.bench.measure.Ruler;
import io.teff.bench.measure.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Why the figures of a record may not be held against others: empty for a clean run. */
final class Doubts {
    private Doubts() {}

    private static boolean isSimulated(JsonNode record) {
        boolean isMeasured = false;
        for (JsonNode row : record.path("rows")) {
            isMeasured |= row.path("contender").asText().equals("measured");
        }
        return record.path("bench").asText().equals("simulate") && !isMeasured;
    }

    /** In words, worked out from what the record says of its surroundings. */
    static List<String> of(JsonNode record) {
        List<String> doubts = new ArrayList<>();
        if (isSimulated(record)) {
            return doubts; // the same on any machine, however busy
        }
        double foreign = record.path("env").path("foreign_load_percent").asDouble(Double.NaN);
        if (foreign > MAX_FOREIGN_PERCENT) {
            doubts.add(
                    String.format(
                            Locale.ROOT,
                            "the machine was busy: others used %.1f %% of the processors (limit %.0f %%)",
                            foreign,
                            MAX_FOREIGN_PERCENT));
        }
        JsonNode ruler = record.path("ruler");
        double before = ruler.path("before_ns").asDouble(Double.NaN);
        double after = ruler.path("after_ns").asDouble(Double.NaN);
        double change = Ruler.of(before, after).change();
        if (change > MAX_RULER_CHANGE) {
            doubts.add(
                    String.format(
                            Locale.ROOT,
                            "the processors moved: a cache line's way there and back took %s ns before and"
                                    + " %s ns after",
                            Table.number(before),
                            Table.number(after)));
        }
        if (record.path("partial").asBoolean(false)) {
            doubts.add("it was interrupted: some rounds are missing");
        }
        if (!record.path("profiles").isEmpty()) {
            doubts.add("it was profiled, which costs time");
        }
        if (doubts.isEmpty() && !record.path("clean").asBoolean(false)) {
            doubts.add("its record does not say that it is clean, nor why");
        }
        return doubts;
    }
}
