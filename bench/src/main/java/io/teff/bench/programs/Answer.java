// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.programs;

import java.util.Arrays;
import java.util.Objects;

/** The outcome of one run, compared with the right one only when asked, outside the timed part. */
@FunctionalInterface
public interface Answer {
    /** What is wrong, in words with both values; empty when the answer is right. */
    String mismatch();

    /** An answer that is a number. */
    static Answer of(String what, long expected, long got) {
        return () -> expected == got ? "" : what + " should be " + expected + " and was " + got;
    }

    /** An answer that is right when both parts are. */
    static Answer both(Answer first, Answer second) {
        return () -> {
            String wrong = first.mismatch();
            return wrong.isEmpty() ? second.mismatch() : wrong;
        };
    }

    /** An answer that is an array, equal element by element. */
    static Answer of(String what, int[] expected, int[] got) {
        return () -> {
            int at = Arrays.mismatch(expected, got);
            return at < 0
                    ? ""
                    : what + " differs first at index " + at + valuesAt(at, expected, got);
        };
    }

    private static String valuesAt(int at, int[] expected, int[] got) {
        Objects.requireNonNull(expected);
        return at < expected.length && at < got.length
                ? ": should be " + expected[at] + " and was " + got[at]
                : ": lengths " + expected.length + " and " + got.length;
    }
}
