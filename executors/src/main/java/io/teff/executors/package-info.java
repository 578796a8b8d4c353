/** Teff. */
package io.teff.executors;
