// SPDX-License-Identifier: Apache-2.0
package io.teff.engine;

import static io.teff.engine.EngineFixture.assertOnceEach;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;

class ForkStackTest {
    private static final LongTask NONE =
            new LongTask() {
                @Override
                protected long compute(Worker w, long a) {
                    return a;
                }
            };

    private final ForkStack stack = new ForkStack(1 << 12);
    private final ForkStack thief = new ForkStack(1);

    private void push(int from, int to) {
        for (int i = from; i < to; i++) {
            assertThat(stack.push(NONE, i, -i, "ref" + i)).isEqualTo(i);
        }
    }

    private Frame steal() {
        return stack.steal(thief);
    }

    @Test
    void tokensAreThePositions() {
        push(0, 1000); // grows on the way
        assertThat(stack.head).isEqualTo(1000);
        for (int i = 0; i < 1000; i++) {
            assertThat(stack.frames[i].a).isEqualTo(i);
            assertThat(stack.frames[i].b).isEqualTo(-i);
            assertThat(stack.frames[i].ref).isEqualTo("ref" + i);
            assertThat(stack.frames[i].task).isSameAs(NONE);
        }
    }

    @Test
    void nobodySeesPrivateForks() {
        push(0, 10);
        assertThat(stack.hasPublic()).isFalse();
        assertThat(steal()).isNull();
        assertThat(stack.isHungry()).as("the thief has asked").isTrue();
    }

    @Test
    void nextForkAfterAQuestionSharesTheOlderHalf() {
        push(0, 9);
        assertThat(steal()).isNull();
        push(9, 10);
        assertThat(stack.isHungry()).isFalse();
        assertThat(stack.split).isEqualTo(5);
        assertThat(stack.hasPublic()).isTrue();
        for (int i = 0; i < 5; i++) {
            Frame frame = steal();
            assertThat(frame.a).as("oldest first").isEqualTo(i);
            assertThat(frame.thief()).isSameAs(thief);
        }
        assertThat(steal()).isNull();
    }

    @Test
    void loneForkIsSharedWhole() {
        stack.askForWork();
        push(0, 1);
        assertThat(steal().a).isZero();
    }

    @Test
    void ownerTakesBackWhatNobodyStole() {
        push(0, 8);
        stack.shareAll();
        assertThat(stack.split).isEqualTo(8);
        assertThat(stack.pop(7)).isTrue();
        assertThat(stack.head).isEqualTo(7);
        assertThat(stack.split).as("the newer half is private again").isEqualTo(3);
        for (int i = 6; i >= 0; i--) {
            assertThat(stack.pop(i)).isTrue();
        }
        assertThat(stack.head).isZero();
        assertThat(stack.split).isZero();
        assertThat(steal()).isNull();
    }

    @Test
    void stolenForkIsNotPoppedUntilItHasFinished() {
        push(0, 1);
        stack.shareAll();
        Frame frame = steal();
        assertThat(stack.pop(0)).isFalse();
        assertThat(stack.head).isEqualTo(1);
        assertThat(frame.isFinished()).isFalse();
        assertThat(frame.finish(42, null)).as("nobody is parked").isFalse();
        assertThat(frame.isFinished()).isTrue();
        assertThat(frame.a).isEqualTo(42);
        assertThat(frame.takeError()).isNull();
        stack.popFinished(0);
        assertThat(stack.head).isZero();
        assertThat(stack.split).isZero();
        assertThat(stack.hasPublic()).isFalse();
    }

    @Test
    void finishTellsOfAParkedOwner() {
        push(0, 1);
        stack.shareAll();
        Frame frame = steal();
        assertThat(frame.announceWait()).isTrue();
        assertThat(frame.announceWait()).as("still waiting").isTrue();
        IllegalStateException error = new IllegalStateException("stolen");
        assertThat(frame.finish(0, error)).as("the owner wants an unpark").isTrue();
        assertThat(frame.announceWait()).as("too late to wait").isFalse();
        assertThat(frame.takeError()).isSameAs(error);
        assertThat(frame.ref).as("the frame lets go of it").isNull();
    }

    @Test
    void frameIsReusedAfterATheft() {
        push(0, 1);
        stack.shareAll();
        steal().finish(1, null);
        stack.popFinished(0);
        push(0, 2);
        stack.shareAll();
        Frame again = steal();
        assertThat(again.isFinished()).as("state of the former theft is gone").isFalse();
        assertThat(again.a).isZero();
        assertThat(stack.pop(1)).isTrue();
        assertThat(stack.pop(0)).isFalse();
    }

    @Test
    void growthKeepsAStolenFrame() {
        push(0, 256);
        stack.shareAll();
        Frame stolen = steal();
        push(256, 2000);
        assertThat(stack.frames[0]).isSameAs(stolen);
        stolen.finish(7, null);
        assertThat(stack.frames[0].isFinished()).isTrue();
    }

    @Test
    void growthKeepsAQuestion() {
        push(0, 256);
        stack.askForWork();
        push(256, 257);
        assertThat(stack.hasPublic()).isTrue();
    }

    @Test
    void tooManyForksNameTheOptionAndLeaveTheStackWhole() {
        ForkStack small = new ForkStack(3);
        for (int i = 0; i < 3; i++) {
            assertThat(small.push(NONE, i, 0, null)).isEqualTo(i);
        }
        assertThatThrownBy(() -> small.push(NONE, 3, 0, null))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage(
                        "more than 3 forks are open on one worker: join before forking on, or raise"
                                + " EngineConfig.maxForks");
        assertThat(small.head).isEqualTo(3);
        assertThat(small.pop(2)).isTrue();
        assertThat(small.push(NONE, 9, 0, null)).isEqualTo(2);
        assertThat(small.frames[2].a).isEqualTo(9);
    }

    @Test
    void forgetsWhatItsFramesHeld() {
        push(0, 20);
        for (int i = 19; i >= 5; i--) {
            assertThat(stack.pop(i)).isTrue();
        }
        stack.forget();
        for (int i = 0; i < 20; i++) {
            assertThat(stack.frames[i].ref).as("frame %s", i).isEqualTo(i < 5 ? "ref" + i : null);
            assertThat(stack.frames[i].task).as("frame %s", i).isEqualTo(i < 5 ? NONE : null);
        }
    }

    /** An owner that pushes, shares and pops at random among two thieves: each fork is done once. */
    @Test
    void eachForkIsTakenOnceAmongThieves() throws Exception {
        SplittableRandom random = new SplittableRandom(EngineFixture.seed(this));
        int forks = 300_000;
        AtomicIntegerArray taken = new AtomicIntegerArray(forks);
        AtomicBoolean done = new AtomicBoolean();
        CountDownLatch started = new CountDownLatch(2);
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            threads.add(
                    new Thread(
                            () -> {
                                started.countDown();
                                ForkStack own = new ForkStack(1);
                                while (!done.get()) {
                                    Frame frame = stack.steal(own);
                                    if (frame != null) {
                                        taken.incrementAndGet((int) frame.a);
                                        frame.finish(~frame.a, null);
                                    } else {
                                        Thread.yield();
                                    }
                                }
                            }));
        }
        threads.forEach(Thread::start);
        EngineFixture.pass(started);
        int next = 1;
        long stolen = 0;
        int[] open = new int[1 << 12];
        stack.push(NONE, 0, 0, null);
        stack.share();
        while (taken.get(0) == 0) { // at least this one
            Thread.yield();
        }
        while (next < forks || stack.head > 0) {
            boolean up = (next / 1000 & 1) == 0; // the stack swells and shrinks in turn
            if (stack.hasPublic() && random.nextInt(16) == 0) {
                Thread.yield(); // thieves may have no core of their own
            }
            if (next < forks
                    && stack.head < 600
                    && (stack.head == 0 || random.nextInt(5) < (up ? 3 : 2))) {
                int token = stack.push(NONE, next, 0, null);
                open[token] = next++;
                continue;
            }
            int newest = stack.head - 1;
            Frame frame = stack.frames[newest];
            if (stack.pop(newest)) {
                assertThat(frame.a).isEqualTo(open[newest]);
                taken.incrementAndGet(open[newest]);
            } else {
                while (!frame.isFinished()) {
                    Thread.onSpinWait();
                }
                assertThat(frame.a).as("the thief's result").isEqualTo(~(long) open[newest]);
                stack.popFinished(newest);
                stolen++;
            }
        }
        done.set(true);
        for (Thread thread : threads) {
            thread.join();
        }
        System.out.println("stolen " + stolen + " of " + forks);
        assertThat(stolen).isPositive();
        assertOnceEach(taken);
    }
}
