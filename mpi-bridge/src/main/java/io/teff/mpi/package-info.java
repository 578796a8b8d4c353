/** Teff. */
package io.teff.mpi;
