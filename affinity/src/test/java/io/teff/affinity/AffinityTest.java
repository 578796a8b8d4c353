// SPDX-License-Identifier: Apache-2.0
package io.teff.affinity;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Pins for real, each time on a thread of its own, so that no other test inherits a mask. */
class AffinityTest {
    private static final CpuSet OFFLINE = CpuSet.of(8_000);
    private static final PinningWay BY_TASKSET =
            new PinningWay("JNA is not wanted here", Optional.of(Path.of("/usr/bin/taskset")));
    private static final PinningWay NO_WAY =
            new PinningWay("JNA is not wanted here", Optional.empty());

    @Test
    @EnabledOnOs(OS.LINUX)
    void pinnedThreadRunsThereUntilRestored() throws Exception {
        onNewThread(
                () -> {
                    CpuSet before = Affinity.currentMask();
                    for (int cpu : before.toArray()) {
                        CpuSet one = CpuSet.of(cpu);
                        PinResult result = Affinity.pinCurrentThread(one);
                        assertThat(result.pinned()).as(result.toString()).isTrue();
                        assertThat(result.asked()).isEqualTo(one);
                        assertThat(result.got()).isEqualTo(one);
                        assertThat(result.why()).isEqualTo(Affinity.why());
                        assertThat(Affinity.currentMask()).isEqualTo(one);
                        assertThat(Affinity.currentCpu()).isEqualTo(cpu);
                    }
                    PinResult restored = Affinity.pinCurrentThread(before);
                    assertThat(restored.pinned()).as(restored.toString()).isTrue();
                    assertThat(Affinity.currentMask()).isEqualTo(before);
                    return null;
                });
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void otherThreadsKeepTheirMasks() throws Exception {
        CpuSet mine = Affinity.currentMask();
        onNewThread(() -> Affinity.pinCurrentThread(CpuSet.of(mine.first())));
        assertThat(Affinity.currentMask()).isEqualTo(mine);
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void cpusThatDoNotExistAreLeftOut() throws Exception {
        int first = Affinity.currentMask().first();
        PinResult result =
                onNewThread(() -> Affinity.pinCurrentThread(CpuSet.of(first, OFFLINE.first())));
        assertThat(result.pinned()).as(result.toString()).isTrue();
        assertThat(result.got()).isEqualTo(CpuSet.of(first));
        assertThat(result.why()).endsWith("not allowed here: 8000");
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void impossiblePinChangesNothingAndSaysWhy() throws Exception {
        onNewThread(
                () -> {
                    CpuSet before = Affinity.currentMask();
                    PinResult result = Affinity.pinCurrentThread(OFFLINE);
                    assertThat(result.pinned()).as(result.toString()).isFalse();
                    assertThat(result.got()).isEqualTo(before);
                    assertThat(result.toString())
                            .startsWith("asked 8000, got " + before + ": ")
                            .containsIgnoringCase("inval");
                    return null;
                });
    }

    @Test
    void emptySetIsNoPin() throws Exception {
        onNewThread(
                () -> {
                    CpuSet before = Affinity.currentMask();
                    PinResult result = Affinity.pinCurrentThread(CpuSet.of());
                    assertThat(result.pinned()).isFalse();
                    assertThat(result.why()).isEqualTo("no CPU was asked for");
                    assertThat(Affinity.currentMask()).isEqualTo(before);
                    return null;
                });
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void bothWaysAgree() throws Exception {
        ThreadCalls libc = LibcCalls.load();
        ThreadCalls proc = new ProcCalls(BY_TASKSET);
        onNewThread(
                () -> {
                    CpuSet before = libc.mask();
                    assertThat(proc.mask()).isEqualTo(before);
                    for (int cpu : before.toArray()) {
                        assertThat(libc.pin(CpuSet.of(cpu))).isEmpty();
                        assertThat(proc.mask()).isEqualTo(CpuSet.of(cpu));
                        assertThat(proc.currentCpu()).isEqualTo(cpu);
                        assertThat(proc.pin(before)).isEmpty();
                        assertThat(libc.mask()).isEqualTo(before);
                        assertThat(proc.pin(CpuSet.of(cpu))).isEmpty();
                        assertThat(libc.mask()).isEqualTo(CpuSet.of(cpu));
                        assertThat(libc.currentCpu()).isEqualTo(cpu);
                    }
                    return null;
                });
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void tasksetRefusalIsPassedOn() throws Exception {
        String problem = onNewThread(() -> new ProcCalls(BY_TASKSET).pin(OFFLINE));
        assertThat(problem).startsWith("taskset: ").endsWith("Invalid argument");
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void interruptedThreadIsPinnedAndStaysInterrupted() throws Exception {
        onNewThread(
                () -> {
                    ThreadCalls proc = new ProcCalls(BY_TASKSET);
                    CpuSet one = CpuSet.of(proc.mask().first());
                    Thread.currentThread().interrupt();
                    assertThat(proc.pin(one)).isEmpty();
                    assertThat(Thread.interrupted()).isTrue();
                    assertThat(proc.mask()).isEqualTo(one);
                    return null;
                });
    }

    @Test
    void otherSystemsAreToldThatItTakesLinux() {
        PinningWay way =
                PinningWay.decide(
                        "Mac OS X",
                        () -> {
                            throw new AssertionError("JNA does not matter here");
                        });
        assertThat(way.canPin()).isFalse();
        assertThat(way.why()).isEqualTo("cannot pin: pinning needs Linux and this is Mac OS X");
        ThreadCalls calls = way.open(LibcCalls::load);
        assertThat(calls.pin(CpuSet.of(0))).isEqualTo(way.why());
        assertThat(calls.canPin()).isFalse();
    }

    @Test
    void missingJnaAndTasksetAreSaid() {
        assertThat(NO_WAY.canPin()).isFalse();
        assertThat(NO_WAY.why()).isEqualTo("cannot pin: JNA is not wanted here");
        assertThat(new ProcCalls(NO_WAY).pin(CpuSet.of(0))).isEqualTo(NO_WAY.why());
    }

    @Test
    void jnaThatDoesNotLoadGivesWayToTaskset() {
        PinningWay way = new PinningWay("", Optional.of(Path.of("/usr/bin/taskset")));
        ThreadCalls calls =
                way.open(
                        () -> {
                            throw new UnsatisfiedLinkError("no room in /tmp");
                        });
        assertThat(calls.canPin()).isTrue();
        assertThat(calls.why())
                .contains("/usr/bin/taskset")
                .contains("JNA does not load")
                .contains("no room in /tmp");
    }

    @Test
    void missingProgramIsAReasonAndNoException() throws Exception {
        PinningWay way = new PinningWay("no JNA", Optional.of(Path.of("/nowhere/taskset")));
        String problem = onNewThread(() -> new ProcCalls(way).pin(CpuSet.of(0)));
        assertThat(problem).startsWith("taskset could not be run: ");
    }

    @Test
    void namesWithSpacesAndBracketsDoNotShiftTheCpuField() {
        // State, 35 numbers, the CPU, and what follows it.
        String stat = "12 (a) R (b) S " + "0 ".repeat(35) + "3 0 0\n";
        assertThat(ProcCalls.cpuOf(stat)).isEqualTo(3);
        assertThat(ProcCalls.cpuOf("12 (a) S 1 1")).isEqualTo(-1);
    }

    @Test
    void resultIsPinnedOnlyWithinWhatWasAsked() {
        CpuSet two = CpuSet.of(0, 1);
        assertThat(new PinResult(two, CpuSet.of(1), "done").pinned()).isTrue();
        assertThat(new PinResult(CpuSet.of(1), two, "refused").pinned()).isFalse();
        assertThat(new PinResult(two, CpuSet.of(), "unknown").pinned()).isFalse();
        assertThat(new PinResult(two, CpuSet.of(), "no Linux"))
                .hasToString("asked 0-1, got nothing: no Linux");
    }

    private static <T> T onNewThread(Callable<T> body) throws Exception {
        FutureTask<T> task = new FutureTask<>(body);
        Thread thread = new Thread(task, "pinning");
        thread.start();
        return task.get();
    }
}
