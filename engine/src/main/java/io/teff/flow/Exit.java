// SPDX-License-Identifier: Apache-2.0
package io.teff.flow;

/** What {@link Flow#close()} does about tasks that have not ended. */
public enum Exit {
    /** Waits for them. */
    WAIT,
    /** Cancels them, interrupting those that run, and waits until they have stopped. */
    CANCEL,
    /** Lets them go on, and returns at once. */
    SKIP
}
