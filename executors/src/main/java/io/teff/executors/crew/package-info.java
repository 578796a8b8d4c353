// SPDX-License-Identifier: Apache-2.0
/**
 * What executors with a fixed crew of worker threads have in common: starting, running one task,
 * ending. How tasks reach a worker is what they differ in, and is not here.
 */
package io.teff.executors.crew;
