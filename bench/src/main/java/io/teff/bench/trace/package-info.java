// SPDX-License-Identifier: Apache-2.0
/**
 * {@code teff trace}: what engines and flows have done, for the tools of others. {@link
 * io.teff.bench.trace.RunReader} reads a monitor file, live or after the run, and tells a {@link
 * io.teff.bench.trace.RunSink}: a Chrome trace, or the page that explores it. {@link
 * io.teff.bench.trace.FlowRun} reads the trace of a flow, which becomes Parsl's tables.
 */
package io.teff.bench.trace;
