// SPDX-License-Identifier: Apache-2.0
package io.teff.monitor;

/** An executor that keeps a monitor file, in which others may have their apps. Any thread. */
public interface MonitoredExecutor {
    /**
     * Shows the apps of this source from now on, if there is a file at all.
     *
     * @return to be run when the source has come to its end; it is asked once more then, and never again;
     *     null if there is no file
     */
    Runnable show(AppSource source);
}
