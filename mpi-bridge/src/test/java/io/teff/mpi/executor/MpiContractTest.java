// SPDX-License-Identifier: Apache-2.0
package io.teff.mpi.executor;

import io.teff.engine.EngineConfig;
import io.teff.engine.ExecutorServiceContract;
import io.teff.remote.ByNumber;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import org.junit.jupiter.api.Nested;

/** The contract of all executors, for ranks whose messages stay in one process. */
final class MpiContractTest {
    private abstract static class OnRanks extends ExecutorServiceContract {
        private final List<InOneJvm> opened = new ArrayList<>();
        private final int size;
        private final Placement placement;

        OnRanks(int size, Placement placement) {
            this.size = size;
            this.placement = placement;
        }

        @Override
        protected ExecutorService create(int workers) {
            InOneJvm ranks =
                    new InOneJvm(
                            size,
                            b ->
                                    b.engine(EngineConfig.builder().workers(workers).build())
                                            .placement(placement),
                            new ByNumber());
            opened.add(ranks);
            return ranks.root();
        }

        /** The other ranks have to agree. */
        @Override
        protected boolean unusedTerminatesAtOnce() {
            return false;
        }

        @Override
        protected void end() {
            opened.forEach(InOneJvm::close);
        }
    }

    @Nested
    final class OnThisRank extends OnRanks {
        OnThisRank() {
            super(1, Placement.HERE);
        }
    }

    @Nested
    final class OnTheOtherRank extends OnRanks {
        OnTheOtherRank() {
            super(2, Placement.rank(1));
        }
    }
}
