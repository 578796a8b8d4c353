// SPDX-License-Identifier: Apache-2.0
package io.teff.engine;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;
import org.openjdk.jcstress.infra.results.ZZ_Result;

/** What the owner of a stolen {@link Frame} and its thief may see of each other. */
public class FrameStress {
    private static Frame frame() {
        Frame frame = new Frame();
        frame.a = 1;
        frame.makeReady();
        return frame;
    }

    /** A finished frame holds its result. */
    @JCStressTest
    @Outcome(id = "-1", expect = ACCEPTABLE, desc = "not finished")
    @Outcome(id = "42", expect = ACCEPTABLE, desc = "the result")
    @Outcome(expect = FORBIDDEN, desc = "finished, and the argument is still there")
    @State
    public static class Result {
        final Frame frame = frame();

        @Actor
        public void thief() {
            frame.finish(42, null);
        }

        @Actor
        public void owner(I_Result r) {
            r.r1 = frame.isFinished() ? (int) frame.a : -1;
        }
    }

    /** A failed frame holds its error. */
    @JCStressTest
    @Outcome(id = "-1", expect = ACCEPTABLE, desc = "not finished")
    @Outcome(id = "42", expect = ACCEPTABLE, desc = "the error")
    @Outcome(expect = FORBIDDEN, desc = "failed without its error")
    @State
    public static class Failure {
        final Frame frame = frame();
        final Throwable error = new IllegalStateException();

        @Actor
        public void thief() {
            frame.finish(0, error);
        }

        @Actor
        public void owner(I_Result r) {
            r.r1 = !frame.isFinished() ? -1 : frame.takeError() == error ? 42 : 0;
        }
    }

    /** A thief that frees the frame before it runs what was in it has read that. */
    @JCStressTest
    @Outcome(id = "1", expect = ACCEPTABLE, desc = "the argument")
    @Outcome(expect = FORBIDDEN, desc = "what the owner has put there since")
    @State
    public static class FreedVsReused {
        final Frame frame = frame();

        @Actor
        public void thief(I_Result r) {
            r.r1 = (int) frame.a;
            frame.finish(0, null);
        }

        @Actor
        public void owner() {
            if (frame.isFinished()) {
                frame.a = 7;
            }
        }
    }

    /** The owner goes to sleep while the thief finishes: the thief wakes whom it must. */
    @JCStressTest
    @Outcome(id = "true, true", expect = ACCEPTABLE, desc = "parks, and is woken")
    @Outcome(id = "false, false", expect = ACCEPTABLE, desc = "saw that it is finished")
    @Outcome(expect = FORBIDDEN, desc = "parks for ever")
    @State
    public static class WaitVsFinish {
        final Frame frame = frame();

        @Actor
        public void owner(ZZ_Result r) {
            r.r1 = frame.announceWait();
        }

        @Actor
        public void thief(ZZ_Result r) {
            r.r2 = frame.finish(42, null);
        }
    }

    /** The owner, woken without reason, announces itself once more. */
    @JCStressTest
    @Outcome(
            id = {"true, true", "false, true"},
            expect = ACCEPTABLE,
            desc = "the first announcement stands")
    @Outcome(expect = FORBIDDEN, desc = "parks for ever")
    @State
    public static class WaitAgainVsFinish {
        final Frame frame = frame();
        final boolean announced = frame.announceWait();

        @Actor
        public void owner(ZZ_Result r) {
            r.r1 = frame.announceWait();
        }

        @Actor
        public void thief(ZZ_Result r) {
            r.r2 = frame.finish(42, null);
        }
    }
}
