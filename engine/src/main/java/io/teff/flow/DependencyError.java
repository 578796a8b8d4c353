// SPDX-License-Identifier: Apache-2.0
package io.teff.flow;

import java.util.ArrayList;
import java.util.List;

/**
 * A task never ran, since something that it depends on failed. The message walks from the task to
 * what went wrong, {@code sum <- parse <- fetch: Connection refused}; the cause is what went wrong.
 * Without a stack trace of its own: no code of the task ever ran.
 */
public final class DependencyError extends RuntimeException {
    private static final long serialVersionUID = 1;
    private static final int SHOWN = 10; // names on either side of a long path

    private final String task;
    private final String failed; // the name of what went wrong, if the next step is that
    private final DependencyError dependency;

    private DependencyError(
            String task, String failed, DependencyError dependency, Throwable root) {
        super(null, root, false, false);
        this.task = task;
        this.failed = failed;
        this.dependency = dependency;
    }

    static DependencyError of(String task, AppFuture<?> bad) {
        Throwable error = bad.failure();
        return error instanceof DependencyError dependency
                ? new DependencyError(task, null, dependency, dependency.getCause())
                : new DependencyError(task, bad.name(), null, error);
    }

    /** Names of the tasks, from the one that did not run to the one that failed. */
    public List<String> path() {
        List<String> names = new ArrayList<>();
        DependencyError e = this;
        for (; e.dependency != null; e = e.dependency) {
            names.add(e.task);
        }
        names.add(e.task);
        names.add(e.failed);
        return names;
    }

    /** What went wrong; the same as {@link #getCause()}. */
    public Throwable rootCause() {
        return getCause();
    }

    @Override
    public String getMessage() {
        List<String> names = path();
        int n = names.size();
        if (n > 2 * SHOWN + 1) {
            List<String> ends = new ArrayList<>(names.subList(0, SHOWN));
            ends.add("(" + (n - 2 * SHOWN) + " more)");
            ends.addAll(names.subList(n - SHOWN, n));
            names = ends;
        }
        return String.join(" <- ", names) + ": " + describe(getCause());
    }

    static String describe(Throwable error) {
        String message = error.getMessage();
        return message == null ? error.getClass().getSimpleName() : message;
    }
}
