// SPDX-License-Identifier: Apache-2.0
package io.teff.flow;

import java.time.Duration;

/** An app's body ran longer than its {@link Options#walltime}. */
public final class AppTimeout extends RuntimeException {
    private static final long serialVersionUID = 1;

    AppTimeout(String name, Duration limit) {
        super(name + " ran longer than its walltime of " + limit, null, true, false);
    }
}
