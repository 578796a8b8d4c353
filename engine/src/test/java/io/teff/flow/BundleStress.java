// SPDX-License-Identifier: Apache-2.0
package io.teff.flow;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;

/** What those who take tasks of a {@link Bundle} may see of each other. */
public class BundleStress {
    /** A task without an app. */
    static final class Bare extends Call<Integer> {
        int taken;

        Bare() {
            super(null, null, null);
        }

        @Override
        Object invoke() {
            throw new AssertionError("is not run");
        }
    }

    /** Each task is taken by one of them. */
    @JCStressTest
    @Outcome(id = "1, 1, 1", expect = ACCEPTABLE, desc = "each once")
    @Outcome(expect = FORBIDDEN, desc = "lost, or taken twice")
    @State
    public static class TwoTakers {
        private final Bare a = new Bare();
        private final Bare b = new Bare();
        private final Bare c = new Bare();
        private final Bundle bundle = new Bundle(null, null, new Call<?>[] {a, b, c});

        private void takeAll() {
            Bare bare;
            while ((bare = (Bare) bundle.take()) != null) {
                bare.taken++;
            }
        }

        @Actor
        public void one() {
            takeAll();
        }

        @Actor
        public void other() {
            takeAll();
        }

        @Arbiter
        public void counts(III_Result r) {
            r.r1 = a.taken;
            r.r2 = b.taken;
            r.r3 = c.taken;
        }
    }
}
