// SPDX-License-Identifier: Apache-2.0
/**
 * {@code teff report}: one page, and figures, of what other commands have measured.
 *
 * <pre>
 *  JSON files -> ResultFile (ResultRow each, Doubts) -> Plots, Speedups, Grains, Ratios -> Figure
 *                                                                  -> Page (HTML)   -> Gallery (SVG, PNG)
 * </pre>
 *
 * <p>Nothing here knows which contenders or workloads there are: what a record holds, is shown.
 */
package io.teff.bench.report;
