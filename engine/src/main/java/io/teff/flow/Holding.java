// SPDX-License-Identifier: Apache-2.0
package io.teff.flow;

/** A task's place in the load of one executor at most; in none when it has ended. Any thread. */
final class Holding {
    private Slot slot; // guarded by this, as is the next
    private boolean hasEnded;

    /** The task goes to this executor, unless it has ended. */
    synchronized void move(Slot next) {
        leave();
        if (!hasEnded) {
            slot = next;
            slot.load.getAndIncrement();
        }
    }

    /** The task has ended. */
    synchronized void end() {
        hasEnded = true;
        leave();
    }

    private void leave() {
        if (slot != null) {
            slot.load.getAndDecrement();
            slot = null;
        }
    }
}
