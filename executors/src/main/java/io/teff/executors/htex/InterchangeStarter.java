// SPDX-License-Identifier: Apache-2.0
package io.teff.executors.htex;

import java.io.IOException;
import java.util.function.Consumer;

/** How an interchange comes to be: as a process, other than in tests. */
interface InterchangeStarter {
    /** A running one. */
    interface Running {
        /** Ends it, whatever it does; returns when it is gone. */
        void kill() throws InterruptedException;

        /** Its process. */
        long pid();
    }

    /** Starts one; {@code onExit} is told how it ended, whenever that is. */
    Running start(Settings settings, Consumer<String> onExit) throws IOException;
}
