// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.programs;

import java.math.BigInteger;

/**
 * A size parameter: its limits, its value in a usual run and in a quick one.
 *
 * @param name as printed in results; a unit ends it where there is one
 * @param about what it sets
 * @param usual the default
 * @param quick the default of a quick run
 * @param min the smallest value accepted
 * @param max the largest value accepted; beyond it a run takes minutes or gigabytes
 */
public record Parameter(String name, String about, long usual, long quick, long min, long max) {
    /** The value of a typed number, with or without underscores between its digits. */
    long parse(String typed) {
        if (!typed.matches("[+-]?\\d(_?\\d)*")) {
            throw new IllegalArgumentException(
                    name + " must be a whole number, not '" + typed + "'");
        }
        return check(new BigInteger(typed.replace("_", "")));
    }

    /** The value, if it is within the limits. */
    long check(BigInteger value) {
        if (value.compareTo(BigInteger.valueOf(min)) < 0
                || value.compareTo(BigInteger.valueOf(max)) > 0) {
            throw new IllegalArgumentException(
                    name + " must be between " + min + " and " + max + ", not " + value);
        }
        return value.longValueExact();
    }

    long initial(boolean quickRun) {
        return quickRun ? quick : usual;
    }
}
