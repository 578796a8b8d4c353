// SPDX-License-Identifier: Apache-2.0
package io.teff.executors.htex;

/**
 * What the runs of one app have used: all of them for {@code count} and {@code most}, the last
 * thousand for {@code median}, each part by itself. Immutable.
 *
 * @param app its name; of tasks without an app, the name of their lambda or class
 * @param count runs that were measured
 * @param overruns runs that were stopped because they needed far more memory than their label
 * @param label what the next task of this app is going to ask for; null: there is no label
 */
public record AppUsage(
        String app, long count, Usage median, Usage most, long overruns, Resources label) {}
