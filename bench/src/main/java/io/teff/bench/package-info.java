/** Teff. */
package io.teff.bench;
