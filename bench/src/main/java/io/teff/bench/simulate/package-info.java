// SPDX-License-Identifier: Apache-2.0
/**
 * {@code teff simulate}: the scheduler between ranks, on more ranks than anybody here has, as a discrete-event
 * simulation with costs that were measured. {@link io.teff.bench.simulate.Dealing} is a root that deals
 * independent tasks in batches, {@link io.teff.bench.simulate.Stealing} is random stealing and lifelines.
 */
package io.teff.bench.simulate;
