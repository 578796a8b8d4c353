// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.compare;

import io.teff.bench.programs.Params;
import io.teff.bench.programs.Pool;
import io.teff.bench.programs.Program;
import java.util.List;
import java.util.Map;

/**
 * The sizes of executors that are too slow for the usual ones: at those, a round would take minutes.
 * They hold unless a size is typed. An executor of this JVM may have one as well as a peer.
 *
 * @param byExecutor sizes as they are typed, by executor and program; a way of an executor has that
 *     of the executor, unless it has its own
 */
record OwnSizes(Map<String, Map<String, Size>> byExecutor) {
    /** A round of any of these takes less than about three seconds. */
    static final OwnSizes STANDARD =
            new OwnSizes(
                    Map.of(
                            "htex",
                            sizes("20000", "2000", "15"),
                            Pools.PARSL_DEFAULTS,
                            sizes("2000", "500", "10"),
                            "parsl-threads",
                            sizes("2000", "500", "10"),
                            "parsl-htex",
                            sizes("2000", "500", "10"),
                            "dask",
                            sizes("1000", "200", "10")));

    /** In a usual run and in a quick one. */
    record Size(String usual, String quick) {}

    private static Map<String, Size> sizes(String doubles, String increment, String fibonacci) {
        return Map.of(
                "double", new Size(doubles, "200"),
                "increment", new Size(increment, "50"),
                "fibonacci", new Size(fibonacci, "6"));
    }

    /** The size that a contender has for itself, or null. */
    Params of(Program program, String contender, boolean quick) {
        Map<String, Size> ofExecutor =
                byExecutor.getOrDefault(Pool.executorOf(contender), Map.of());
        Size size = byExecutor.getOrDefault(contender, ofExecutor).get(program.name());
        return size == null
                ? null
                : program.params(List.of((quick ? size.quick : size.usual).split(":", -1)), quick);
    }
}
