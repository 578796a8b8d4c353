// SPDX-License-Identifier: Apache-2.0
/**
 * Watching engines from outside, by the files that they keep of themselves. {@code teff stat}: {@link
 * io.teff.bench.monitor.StatCommand} looks once or again and again, {@code StatText} and {@code
 * StatRecord} say what it has seen. {@code teff monitor}: {@link io.teff.bench.monitor.MonitorCommand}
 * and {@code MonitorServer} serve the page, whose files are among the resources; {@code WatchList}
 * knows the files of engines, and {@code Watched} reads one again and again and keeps its past in
 * {@code Track}s and {@code TileHistory}.
 */
package io.teff.bench.monitor;
