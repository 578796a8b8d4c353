// SPDX-License-Identifier: Apache-2.0
package io.teff.remote;

import java.util.List;

/**
 * What may travel, and what to tell those whose tasks may not. Immutable.
 *
 * @param allowed classes that may come in beside values of the JDK and those of the task's own package:
 *     {@code a.b.C}, {@code a.b.*} for a package, {@code a.b.**} for all below it too
 * @param maxBytes the largest task or value
 * @param ifTooLarge what to do about a larger one, as {@code send less, or raise maxFrameBytes}
 * @param ifRefused what to do about another class, as {@code add it to allow(...) of HtexConfig}
 */
public record PayloadRules(
        List<String> allowed, int maxBytes, String ifTooLarge, String ifRefused) {
    /**
     * Checks the patterns.
     *
     * @throws IllegalArgumentException for one that is not of these forms
     */
    public PayloadRules {
        allowed = List.copyOf(allowed);
        for (String pattern : allowed) {
            if (!pattern.matches("[\\w$.]+(\\.\\*{1,2})?")) {
                throw new IllegalArgumentException(
                        "a pattern of classes is like a.b.C, a.b.* or a.b.**: " + pattern);
            }
        }
    }

    /** What to say of something with so many bytes. */
    NotTransferable tooLarge(String what, long bytes) {
        return new NotTransferable(
                what + " has " + bytes + " bytes, the limit is " + maxBytes + ": " + ifTooLarge,
                null);
    }
}
