// SPDX-License-Identifier: Apache-2.0
package io.teff.mpi.executor;

/**
 * What a rank has done with the others so far. A snapshot; the figures are not of one moment.
 *
 * @param calls calls, and tasks of its own, that it has made, about: one placed by {@link Placement#STEAL}
 *     that nobody fetches counts twice
 * @param looks how often anybody has looked for messages
 * @param damaged frames that arrived damaged
 * @param asked how often it has asked another rank for work
 * @param refused how often there was none
 * @param taken forks that it has got
 * @param given forks, and tasks placed by {@link Placement#STEAL}, that others have got from it
 * @param waitNs from an idle worker's first question to the fork that came, in all
 */
public record MpiStats(
        long calls,
        long looks,
        int damaged,
        long asked,
        long refused,
        long taken,
        long given,
        long waitNs) {}
