// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.micro;

/** Says whether the engine runs: until it does, its contenders must fail and nothing else. */
final class EngineContenders {
    /** True once {@code Engine.start} gives an engine. */
    static final boolean RUN = true;

    private EngineContenders() {}

    static boolean is(String contender) {
        return contender.startsWith("engine");
    }
}
