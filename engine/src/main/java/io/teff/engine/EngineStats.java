package io.teff.engine;

/** Stub. */
public final class EngineStats {}
