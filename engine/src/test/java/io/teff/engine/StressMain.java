// SPDX-License-Identifier: Apache-2.0
package io.teff.engine;

import java.io.IOException;
import java.util.SortedSet;
import org.openjdk.jcstress.JCStress;
import org.openjdk.jcstress.Options;
import org.openjdk.jcstress.vm.VMSupport;

/**
 * The main class of jcstress, but that it runs each test once on a JVM that still knows biased locking
 * and not once with it and once without. That is an affair of monitors; what these suites are about
 * uses none.
 */
final class StressMain extends JCStress {
    private static final String BIASED = "-XX:+UseBiasedLocking";

    private StressMain(Options options) {
        super(options);
    }

    public static void main(String[] args) throws Exception {
        Options options = new Options(args);
        if (!options.parse()) {
            throw new IOException("jcstress does not understand its arguments");
        }
        new StressMain(options).run();
    }

    /** Called by {@code run} once it knows which JVMs it could use. */
    @Override
    public SortedSet<String> getTests() {
        VMSupport.getAvailableVMConfigs().removeIf(config -> config.args().contains(BIASED));
        return super.getTests();
    }
}
