package io.teff.engine;

/** How workers wait when there is nothing to do. */
public enum IdlePreset {
    LATENCY,
    BALANCED,
    ECONOMY
}
