// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.measure;

/**
 * How far apart the machine's cores were while a report was made: see {@link PingPong}.
 *
 * <p>Figures that cross threads are only comparable under the same ruler. Values are NaN, written
 * as null, where a single core allows no ping-pong.
 *
 * @param pingpongRttNs mean of the two readings, nanoseconds per round trip
 * @param beforeNs reading before the first round
 * @param afterNs reading after the last round
 */
public record Ruler(double pingpongRttNs, double beforeNs, double afterNs) {

    /** A ruler of two readings. */
    public static Ruler of(double beforeNs, double afterNs) {
        return new Ruler((beforeNs + afterNs) / 2, beforeNs, afterNs);
    }

    /** By how much the readings differ, as a fraction of the smaller; 0 where there is none. */
    public double change() {
        if (Double.isNaN(pingpongRttNs)) {
            return 0;
        }
        return Math.max(beforeNs, afterNs) / Math.min(beforeNs, afterNs) - 1;
    }
}
