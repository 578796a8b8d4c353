// SPDX-License-Identifier: Apache-2.0
package io.teff.engine;

import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.LauncherSessionListener;

/**
 * Lets Awaitility wait a minute instead of its ten seconds, in all tests that have this class on
 * their path: a limit is there to end what hangs, not to fail what is slow on a busy machine.
 */
public final class PatientWaits implements LauncherSessionListener {
    @Override
    public void launcherSessionOpened(LauncherSession session) {
        Awaitility.setDefaultTimeout(Duration.ofMinutes(1));
    }
}
