// SPDX-License-Identifier: Apache-2.0
package io.teff.engine;

import java.util.List;
import java.util.stream.Stream;

/** The jcstress suites of the engine and of flows. */
class StressSuitesTest extends StressSuitesContract {
    static final StressSuites SUITES =
            new StressSuites(
                    List.of("io.teff.engine", "io.teff.flow", "io.teff.monitor"),
                    """
                    WeakPopTaskDeque         PopVsTwoSteals GrowWhileStealing
                    WeakStealTaskDeque       LastTask TwoThieves
                    WeakPushTaskDeque        FullPushVsSteal
                    WeakMoveTaskDeque        FullMoveVsSteal
                    WeakStealForkStack       TwoThieves PopVsSteal
                    WeakPopForkStack         PopVsSteal
                    WeakShareForkStack       ShareVsSteal
                    WeakFinishFrame          WaitVsFinish
                    WeakWaitFrame            WaitVsFinish
                    WeakResultFrame          Result
                    WeakAddSleepers          SleepVsSubmit TwoSleepers
                    WeakCountSleepers        CountCoversSleepers
                    WeakWakeSleepers         TwoWakers
                    WeakClaimInbox           TwoProducers
                    WeakLockInbox            TwoDrainers
                    WeakHeadInbox            FullOfferVsDrain
                    WeakCloseInbox           OfferVsClose
                    WeakEmptyInbox           OfferVsSleep
                    WeakBeginTaskFuture      TwoRunners
                    WeakFinishTaskFuture     RunVsCancel
                    WeakInterruptTaskFuture  InterruptVsNextTask
                    WeakEnlistTaskFuture     WaitVsRun WaitVsCancel
                    WeakCancelTaskFuture     TwoCancels
                    WeakEndPromise           EndVsAdd TwoEnders LateEndVsAdd
                    WeakPushPromise          EndVsAdd TwoDependents
                    WeakSweepPromise         SweepVsAdd SweepVsEnd SweepVsLateEnd
                    WeakFewArrival           CallVsEnds OneFails
                    WeakOthersArrival        TwoEnd
                    WeakManyArrival          ListVsEnds
                    WeakTakeBundle           TwoTakers
                    WeakAwaitRunning         InterruptVsNextTask
                    WeakLeaveRunning         InterruptVsLeave
                    WeakJoinRunning          JoinVsCancel
                    WeakRunSubmitter         TwoWorkers RunVsGiveBack ChunkVsGiveBack
                    WeakRoomSubmitter        FullSubmitVsRun FullSubmitVsChunk
                    WeakArriveCountdowns     TwoArrive Neighbours
                    WeakLastCountdowns       TwoArrive Neighbours
                    WeakGiveUpCountdowns     WaitVsArrive
                    WeakTailEventRing        WriteVsRead
                    """);

    StressSuitesTest() {
        super(SUITES);
    }

    /** The class that a twin is made from. */
    static String originalOf(String twin) {
        return Stream.of(
                        "TaskDeque",
                        "ForkStack",
                        "Frame",
                        "Sleepers",
                        "Inbox",
                        "TaskFuture",
                        "Promise",
                        "Arrival",
                        "Bundle",
                        "Running",
                        "Submitter",
                        "Countdowns",
                        "EventRing")
                .filter(twin::endsWith)
                .findFirst()
                .orElseThrow(
                        () -> new IllegalArgumentException("a twin of no known class: " + twin));
    }
}
