// SPDX-License-Identifier: Apache-2.0
package io.teff.flow;

import io.teff.monitor.AppSource;
import io.teff.monitor.MonitoredExecutor;
import java.util.ArrayList;
import java.util.List;

/** A flow as those of its executors see it that show apps to whoever watches. Any thread. */
final class Apparent implements AppSource {
    private final Flow flow;
    private final List<Runnable> ends = new ArrayList<>(); // guarded by this

    Apparent(Flow flow) {
        this.flow = flow;
    }

    /** Whether somebody can watch. */
    synchronized boolean begin() {
        for (Slot slot : flow.slots()) {
            if (slot.executor instanceof MonitoredExecutor monitored) {
                Runnable end = monitored.show(this);
                if (end != null) {
                    ends.add(end);
                }
            }
        }
        return !ends.isEmpty();
    }

    /** The flow is closed: its counts are final. */
    synchronized void end() {
        ends.forEach(Runnable::run);
        ends.clear();
    }

    @Override
    public void tell(Sink sink) {
        Summary.tell(flow, sink);
        if (flow.feeds != null) {
            flow.feeds.tell(sink);
        }
    }
}
