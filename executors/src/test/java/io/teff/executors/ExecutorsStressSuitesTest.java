// SPDX-License-Identifier: Apache-2.0
package io.teff.executors;

import io.teff.engine.StressSuites;
import io.teff.engine.StressSuitesContract;
import java.util.List;

/** The jcstress suites of this module. */
class ExecutorsStressSuitesTest extends StressSuitesContract {
    ExecutorsStressSuitesTest() {
        super(
                new StressSuites(
                        List.of("io.teff.executors.disruptor", "io.teff.executors.xqueue"),
                        """
                        WeakEnterTurn     WorkerVsVisitor
                        WeakVisitTurn     TwoVisitors
                        WeakBeginRow      SendVsShutdown
                        WeakEndRow        SendVsSleep
                        WeakAnnounceNap   SleepVsFence
                        WeakEndNap        TwoWakers
                        WeakTakeTaskRing  TwoTakers
                        WeakHoldTaskRing  FullPublishVsTake
                        """));
    }
}
