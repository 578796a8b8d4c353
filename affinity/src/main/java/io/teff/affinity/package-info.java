/** Teff. */
package io.teff.affinity;
