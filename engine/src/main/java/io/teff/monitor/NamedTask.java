// SPDX-License-Identifier: Apache-2.0
package io.teff.monitor;

/** A task that has a better name than its class has. */
public interface NamedTask {
    /** One of few: tasks of the same kind have the same name. Any thread, at any time. */
    String taskName();
}
