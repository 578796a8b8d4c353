// SPDX-License-Identifier: Apache-2.0
package io.teff.engine;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * What owner and thieves of a {@link ForkStack} may see of each other: each fork is taken once, with
 * the arguments it was made with. Forks are numbered from 1 by their first argument.
 */
public class ForkStackStress {
    private static final LongTask TASK =
            new LongTask() {
                @Override
                protected long compute(Worker w, long a) {
                    throw new AssertionError("a stress suite runs no tasks");
                }
            };

    private static ForkStack stackOf(int... forks) {
        ForkStack stack = new ForkStack(4);
        for (int fork : forks) {
            push(stack, fork);
        }
        stack.shareAll();
        return stack;
    }

    private static void push(ForkStack stack, int fork) {
        stack.push(TASK, fork, 0, null);
    }

    /** Appends a digit: the forks that one thread got, in order, as one number. */
    private static int append(int got, Frame frame) {
        return frame == null ? got : got * 10 + (int) frame.a;
    }

    private static int pop(ForkStack stack, int got, int fork) {
        return stack.pop(fork) ? append(got, stack.frames[fork]) : got;
    }

    private static int stealAll(ForkStack stack) {
        int got = 0;
        for (Frame frame; (frame = stack.steal(null)) != null; ) {
            got = append(got, frame);
        }
        return got;
    }

    /** Owner and thief want the last public fork. */
    @JCStressTest
    @Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "the owner got it")
    @Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "the thief got it")
    @Outcome(expect = FORBIDDEN, desc = "lost, or taken twice")
    @State
    public static class PopVsSteal {
        final ForkStack stack = stackOf(1);

        @Actor
        public void owner(II_Result r) {
            r.r1 = pop(stack, 0, 0);
        }

        @Actor
        public void thief(II_Result r) {
            r.r2 = append(0, stack.steal(null));
        }
    }

    /** The owner takes the newest back, and older ones with it, while a thief takes the oldest. */
    @JCStressTest
    @Outcome(
            id = {"321, 0", "32, 1", "3, 12", "0, 123"},
            expect = ACCEPTABLE,
            desc = "each once")
    @Outcome(expect = FORBIDDEN, desc = "lost, or taken twice")
    @State
    public static class PopsVsSteals {
        final ForkStack stack = stackOf(1, 2, 3);

        @Actor
        public void owner(II_Result r) {
            int got = 0;
            for (int fork = 2; fork >= 0; fork--) {
                int more = pop(stack, got, fork);
                if (more == got) {
                    break; // stolen, and then all older ones are
                }
                got = more;
            }
            r.r1 = got;
        }

        @Actor
        public void thief(II_Result r) {
            int got = 0;
            for (int i = 0; i < 3; i++) {
                got = append(got, stack.steal(null));
            }
            r.r2 = got;
        }
    }

    /** Two thieves take one each. */
    @JCStressTest
    @Outcome(
            id = {"1, 2", "2, 1"},
            expect = ACCEPTABLE,
            desc = "one each")
    @Outcome(expect = FORBIDDEN, desc = "lost, or taken twice")
    @State
    public static class TwoThieves {
        final ForkStack stack = stackOf(1, 2);

        @Actor
        public void first(II_Result r) {
            r.r1 = append(0, stack.steal(null));
        }

        @Actor
        public void second(II_Result r) {
            r.r2 = append(0, stack.steal(null));
        }
    }

    /** The owner publishes a second fork while a thief takes the first. */
    @JCStressTest
    @Outcome(
            id = {"1, 2", "12, 0"},
            expect = ACCEPTABLE,
            desc = "each once")
    @Outcome(expect = FORBIDDEN, desc = "lost, taken twice, or seen half made")
    @State
    public static class ShareVsSteal {
        final ForkStack stack = stackOf(1);

        @Actor
        public void owner() {
            push(stack, 2);
            stack.shareAll();
        }

        @Actor
        public void thief(II_Result r) {
            int first = append(0, stack.steal(null));
            r.r1 = append(first, stack.steal(null));
        }

        @Arbiter
        public void rest(II_Result r) {
            r.r2 = stealAll(stack);
        }
    }

    /** A hungry thief asks: what the owner then publishes, and what it keeps, adds up. */
    @JCStressTest
    @Outcome(
            id = {"0, 12", "1, 2", "12, 0"},
            expect = ACCEPTABLE,
            desc = "each once")
    @Outcome(expect = FORBIDDEN, desc = "lost, taken twice, or seen half made")
    @State
    public static class HungryThief {
        final ForkStack stack = stackOf();

        @Actor
        public void owner() {
            push(stack, 1);
            push(stack, 2);
        }

        @Actor
        public void thief(II_Result r) {
            int got = 0;
            for (int i = 0; i < 3; i++) {
                got = append(got, stack.steal(null));
            }
            r.r1 = got;
        }

        @Arbiter
        public void rest(II_Result r) {
            stack.shareAll();
            r.r2 = stealAll(stack);
        }
    }

    /** The word comes round again: the thief gets what is public now, not what it saw first. */
    @JCStressTest
    @Outcome(
            id = {"1, 0, 2", "1, 2, 0"},
            expect = ACCEPTABLE,
            desc = "the owner took it back, and published another in its place")
    @Outcome(id = "0, 1, 0", expect = ACCEPTABLE, desc = "the thief got it")
    @Outcome(expect = FORBIDDEN, desc = "lost, taken twice, or seen half made")
    @State
    public static class PopAndPublishAgain {
        final ForkStack stack = stackOf(1);

        @Actor
        public void owner(III_Result r) {
            r.r1 = pop(stack, 0, 0);
            if (r.r1 != 0) {
                push(stack, 2);
                stack.shareAll();
            }
        }

        @Actor
        public void thief(III_Result r) {
            r.r2 = append(0, stack.steal(null));
        }

        @Arbiter
        public void rest(III_Result r) {
            r.r3 = stealAll(stack);
        }
    }

    /** A stolen fork's slot is the owner's again once the thief has finished, and not before. */
    @JCStressTest
    @Outcome(
            id = {"0, 0, 0", "42, 0, 2", "42, 2, 0"},
            expect = ACCEPTABLE,
            desc = "not finished yet; or finished, and the slot serves another fork")
    @Outcome(expect = FORBIDDEN, desc = "an argument for a result, lost, or taken twice")
    @State
    public static class FinishAndReuse {
        final ForkStack stack = stackOf(1);
        final Frame stolen = stack.steal(null);

        @Actor
        public void owner(III_Result r) {
            if (!stolen.isFinished()) {
                return;
            }
            r.r1 = (int) stolen.a;
            stack.popFinished(0);
            push(stack, 2);
            stack.shareAll();
        }

        @Actor
        public void thief(III_Result r) {
            stolen.finish(42, null);
            r.r2 = append(0, stack.steal(null));
        }

        @Arbiter
        public void rest(III_Result r) {
            r.r3 = stealAll(stack);
        }
    }
}
