// SPDX-License-Identifier: Apache-2.0
package io.teff.flow;

import java.util.List;

/** A join app failed, since futures that its body returned have failed. Its cause is the first. */
public final class JoinError extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final transient List<Throwable> errors;

    JoinError(String name, List<Throwable> errors) {
        super(message(name, errors), errors.get(0));
        this.errors = List.copyOf(errors);
        for (int i = 1; i < errors.size(); i++) {
            if (errors.get(i) != errors.get(0)) {
                addSuppressed(errors.get(i));
            }
        }
    }

    private static String message(String name, List<Throwable> errors) {
        StringBuilder text = new StringBuilder(name).append(": ");
        if (errors.size() > 1) {
            text.append(errors.size()).append(" joined tasks failed: ");
        }
        int shown = Math.min(errors.size(), 5);
        for (int i = 0; i < shown; i++) {
            text.append(i > 0 ? "; " : "").append(DependencyError.describe(errors.get(i)));
        }
        return text.append(shown < errors.size() ? "; ..." : "").toString();
    }

    /** What failed inside, in the order of the futures that the body returned. */
    public List<Throwable> errors() {
        return errors == null ? List.of(getCause()) : errors;
    }
}
