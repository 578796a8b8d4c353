// SPDX-License-Identifier: Apache-2.0
package io.teff.remote;

import java.util.concurrent.Callable;

/**
 * A body whose code is from a package that its own class does not tell. Only the body travels.
 *
 * @param home the package
 */
public record Homed(Callable<?> body, String home) implements Callable<Object> {
    @Override
    public Object call() throws Exception {
        return body.call();
    }

    @Override
    public String toString() {
        return body.toString();
    }
}
