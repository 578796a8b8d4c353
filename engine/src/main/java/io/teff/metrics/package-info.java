// SPDX-License-Identifier: Apache-2.0
/**
 * Engines in Micrometer. The one package that needs {@code io.micrometer:micrometer-core}, an optional
 * dependency: who does not use it does not load it.
 */
package io.teff.metrics;
