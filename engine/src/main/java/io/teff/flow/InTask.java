// SPDX-License-Identifier: Apache-2.0
package io.teff.flow;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/** An argument that is a file, to be fetched by the task itself. */
final class InTask extends Nested {
    private final Staging staging;
    private final DataFile file;

    InTask(Staging staging, DataFile file) {
        this.staging = staging;
        this.file = file;
    }

    @Override
    List<AppFuture<?>> futures() {
        return List.of();
    }

    @Override
    DataFile value() {
        return Stager.fetch(staging, file);
    }

    /** A staging that does as another, but in the task. */
    record Wrapped(Staging inner) implements Staging {
        Wrapped {
            if (inner == null) {
                throw new NullPointerException("staging");
            }
        }

        @Override
        public boolean canStageIn(DataFile file) {
            return inner.canStageIn(file);
        }

        @Override
        public boolean canStageOut(DataFile file) {
            return inner.canStageOut(file);
        }

        @Override
        public void stageIn(DataFile file, Path to) throws IOException, InterruptedException {
            inner.stageIn(file, to);
        }

        @Override
        public void stageOut(Path from, DataFile file) throws IOException, InterruptedException {
            inner.stageOut(from, file);
        }

        @Override
        public boolean isInTask() {
            return true;
        }

        @Override
        public Set<String> schemes() {
            return inner.schemes();
        }
    }
}
