// SPDX-License-Identifier: Apache-2.0
package io.teff.engine;

import java.time.Duration;
import java.util.List;

/**
 * A worker that has been in one task for longer than {@link EngineConfig#watchdog()}.
 *
 * @param engine the engine's name
 * @param worker the worker's index
 * @param thread its thread
 * @param since for how long, at least
 * @param stack where it was when it was found, innermost first
 */
public record StuckWorker(
        String engine, int worker, Thread thread, Duration since, List<StackTraceElement> stack) {

    /** Copies the stack. */
    public StuckWorker {
        stack = List.copyOf(stack);
    }

    /** Several lines, as of an exception. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        text.append("worker ")
                .append(worker)
                .append(" of engine ")
                .append(engine)
                .append(" has been in one task for ")
                .append(since.toMillis())
                .append(" ms: thread ")
                .append(thread.getName())
                .append(", ")
                .append(thread.getState());
        stack.forEach(frame -> text.append("\n\tat ").append(frame));
        return text.toString();
    }
}
