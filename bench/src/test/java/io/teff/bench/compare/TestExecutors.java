// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.compare;

import java.util.List;
import java.util.Set;

/** The executors that tests run programs on. */
final class TestExecutors {
    /** Executors that do not run yet. */
    static final Set<String> LEFT_OUT = Set.of();

    private TestExecutors() {}

    static List<String> names() {
        return Pools.names().stream().filter(name -> !LEFT_OUT.contains(name)).toList();
    }

    /** The names as {@code --executors} takes them. */
    static String option() {
        return String.join(",", names());
    }
}
