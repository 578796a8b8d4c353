/** Teff. */
package io.teff.engine;
