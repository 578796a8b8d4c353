// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.simulate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Costs from a record of {@code teff bench mpi}: what a lane's task costs the rank that deals it, what a
 * message costs either side, and how long it is under way between two ranks of one machine.
 */
final class MeasuredCosts {
    private static final int BATCH = 256; // of that benchmark's lane

    private MeasuredCosts() {}

    /**
     * Of the first launcher in the record.
     *
     * @param scanNs and the two after it: what the record does not say
     * @throws IllegalArgumentException if it is no such record
     */
    static Costs read(Path file, double scanNs, double bytesPerNs, double schedulingNs) {
        JsonNode record;
        try {
            record = new ObjectMapper().readTree(Files.readAllBytes(file));
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    "--costs: cannot read '"
                            + file
                            + "' ("
                            + e
                            + "); 'scripts/results mpi' makes one",
                    e);
        }
        double raw = median(record, file, "round-trip", "raw");
        double call = median(record, file, "round-trip", "mpi.call");
        double lane = 1e9 / median(record, file, "tasks", "mpi.lane");
        double frame = Math.max(1, (call - raw) / 2);
        double deal = Math.max(1, lane - 2 * frame / BATCH);
        return new Costs(deal, frame, scanNs, raw / 2, bytesPerNs, schedulingNs);
    }

    private static double median(JsonNode record, Path file, String workload, String contender) {
        for (JsonNode row : record.path("rows")) {
            if (row.path("workload").asText().equals(workload)
                    && row.path("contender").asText().equals(contender)
                    && row.path("median").asDouble() > 0) {
                return row.path("median").asDouble();
            }
        }
        throw new IllegalArgumentException(
                "--costs: '"
                        + file
                        + "' has no row "
                        + workload
                        + " of "
                        + contender
                        + "; it must be what 'teff bench mpi --json' prints");
    }
}
