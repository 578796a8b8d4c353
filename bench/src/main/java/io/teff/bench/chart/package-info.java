// SPDX-License-Identifier: Apache-2.0
/**
 * Charts of measured figures, drawn as PNG or as SVG: {@link io.teff.bench.chart.Bars}, {@link
 * io.teff.bench.chart.Lines}, and {@link io.teff.bench.chart.Sketch} for others.
 */
package io.teff.bench.chart;
