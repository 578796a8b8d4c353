// SPDX-License-Identifier: Apache-2.0
package io.teff.flow;

import java.util.List;

/** The app of the tasks that move files. */
final class StagingApp extends App<DataFile> {
    StagingApp(Kind kind, List<String> labels) {
        super(kind, 1, null, Options.NONE.executors(labels.toArray(String[]::new)));
    }

    private StagingApp(StagingApp app, Options options) {
        super(app, options);
    }

    StagingApp named(String name) {
        return new StagingApp(this, options.name(name));
    }
}
