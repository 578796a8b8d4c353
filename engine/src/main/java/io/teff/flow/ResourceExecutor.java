// SPDX-License-Identifier: Apache-2.0
package io.teff.flow;

import java.util.Map;
import java.util.concurrent.Executor;

/** An executor that can look after the resources that a task asks for, such as nodes and ranks. */
public interface ResourceExecutor extends Executor {
    /**
     * Checks a specification when an app is called with it.
     *
     * @throws IllegalArgumentException naming the entry that is wrong and what would do
     */
    void check(Map<String, Object> resources);

    /** Runs the task with these resources at some time in the future. */
    void execute(Runnable task, Map<String, Object> resources);
}
