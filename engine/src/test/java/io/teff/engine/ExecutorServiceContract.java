package io.teff.engine;

abstract class ExecutorServiceContract {}
