// SPDX-License-Identifier: Apache-2.0
package io.teff.flow;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** What a flow had to warn of: the first ones are kept, all are told to the user's handler. */
final class Warnings {
    private static final int KEPT = 100;

    private final Consumer<? super Warning> handler;
    private final List<Warning> kept = new ArrayList<>(); // guarded by itself

    Warnings(Consumer<? super Warning> handler) {
        this.handler = handler;
    }

    /** Never throws: what the handler throws is a warning, too. */
    void warn(String message, Throwable cause) {
        Warning warning = new Warning(message, cause);
        keep(warning);
        try {
            handler.accept(warning);
        } catch (Throwable t) {
            keep(new Warning("the warning handler threw: " + t, t));
        }
    }

    private void keep(Warning warning) {
        synchronized (kept) {
            if (kept.size() < KEPT) {
                kept.add(warning);
            }
        }
    }

    List<Warning> kept() {
        synchronized (kept) {
            return List.copyOf(kept);
        }
    }
}
