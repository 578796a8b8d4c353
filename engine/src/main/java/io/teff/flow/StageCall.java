// SPDX-License-Identifier: Apache-2.0
package io.teff.flow;

import java.util.concurrent.RejectedExecutionException;

/** A task that moves one file. */
final class StageCall extends Call<DataFile> {
    private final Staging staging;
    private final DataFile file; // with its place
    private final boolean isFetched;

    private StageCall(StagingApp app, Staging staging, DataFile file, AppFuture<?> maker) {
        super(app, maker, null);
        this.staging = staging;
        this.file = file;
        isFetched = maker == null;
    }

    static StageCall in(StagingApp app, Staging staging, DataFile file) {
        return new StageCall(app, staging, file, null);
    }

    static StageCall out(StagingApp app, Staging staging, DataFile file, AppFuture<?> maker) {
        return new StageCall(app, staging, file, maker);
    }

    /** Begins; if the flow refuses it, fails with that, since others may wait for it already. */
    void begin() {
        try {
            app.begin(this);
        } catch (RejectedExecutionException e) {
            flow().refused(this, e);
        }
    }

    @Override
    Object invoke() {
        return isFetched ? Stager.fetch(staging, file) : flow().stager.bring(staging, file);
    }
}
