// SPDX-License-Identifier: Apache-2.0
package io.teff.mpi.executor;

import io.teff.engine.StressSuites;
import io.teff.engine.StressSuitesContract;
import java.util.List;

/** The jcstress suites of this module. */
class MpiStressSuitesTest extends StressSuitesContract {
    MpiStressSuitesTest() {
        super(
                new StressSuites(
                        List.of("io.teff.mpi.executor"),
                        """
                        WeakShowRing      SendVsPoll
                        WeakClearRing     SendVsPoll
                        WeakFreeRing      FullSendVsPoll
                        WeakRoomRing      FullSendVsPoll
                        """));
    }
}
