// SPDX-License-Identifier: Apache-2.0
/** Bar charts of measured figures: {@link io.teff.bench.chart.Bars}, drawn as PNG or as SVG. */
package io.teff.bench.chart;
