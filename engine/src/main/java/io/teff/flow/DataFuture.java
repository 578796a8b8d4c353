// SPDX-License-Identifier: Apache-2.0
package io.teff.flow;

/**
 * The future of a file that a task makes: there when the task has returned and, if the file belongs
 * elsewhere, has been staged out. As an argument of further calls it gives them the file, which they
 * find on this machine without fetching it again.
 */
public final class DataFuture extends Derived<DataFile> {
    private final DataFile file;
    private AppFuture<?> source; // written before this hangs on it

    DataFuture(Flow flow, DataFile file) {
        super(flow, "file " + file.shown());
        this.file = file;
    }

    /** The file, whether or not it has been made. */
    public DataFile file() {
        return file;
    }

    /** Ends as {@code source} will. */
    void follow(AppFuture<?> source) {
        this.source = source;
        if (!source.addDependent(this)) {
            Runners.of(flow()).now(this);
        }
    }

    @Override
    void resolved(Runner runner) {
        Object outcome = source.outcome();
        source = null;
        endAs(outcome instanceof Outcome.Failed ? outcome : Outcome.ofValue(file.here()), runner);
    }
}
