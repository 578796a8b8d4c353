// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.programs;

/** A program at one size, ready to run on any pool, again and again, from one thread. */
public interface Workload {
    /** How many tasks one run makes on the named contender; on a sequential one, how many steps. */
    long tasks(String contender);

    /** Runs once; only this is timed. Comparing is left to {@link Answer#mismatch()}. */
    Answer run(Pool pool) throws Exception;
}
