// SPDX-License-Identifier: Apache-2.0
package io.teff.executors.htex;

import java.util.List;

/** Those who run the tasks of one manager. The manager's thread calls; results go to its outbox. */
interface Workers extends AutoCloseable {
    /** Starts them; returns when the first tasks may be given. */
    void start() throws Exception;

    void submit(List<Message.Task> tasks);

    void cancel(Message.Cancel cancel);

    /** Looks after them; in how many milliseconds at the latest it wants to be called again. */
    long tick();

    /** Ends them, whatever they do. */
    @Override
    void close();
}
