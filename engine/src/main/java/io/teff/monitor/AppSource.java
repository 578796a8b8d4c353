// SPDX-License-Identifier: Apache-2.0
package io.teff.monitor;

import java.util.List;

/** Who can say how many tasks of each app are in which state, such as a flow. Any thread. */
public interface AppSource {
    /** The states, in Parsl's words, in the order in which they are counted. */
    List<String> STATES =
            List.of(
                    "PENDING",
                    "LAUNCHED",
                    "RUNNING",
                    "FAIL_RETRYABLE",
                    "JOINING",
                    "EXEC_DONE",
                    "MEMO_DONE",
                    "FAILED",
                    "DEP_FAIL",
                    "CANCELLED");

    /** What gets the counts. */
    interface Sink {
        /**
         * Tasks of an app.
         *
         * @param counts by state, in the order of {@link #STATES}; the sink does not keep the array
         */
        void app(String name, long[] counts);

        /** How often tasks of one app were given a future of another's, by their places in that order. */
        void feed(int from, int to, long count);
    }

    /** Tells the counts of all apps, always in the same order, new ones last; then which feeds which. */
    void tell(Sink sink);
}
