// SPDX-License-Identifier: Apache-2.0
package io.teff.flow;

/**
 * Something that a flow's user should know although no task has failed by it, such as a result that
 * could not be written to the checkpoint. See {@link FlowBuilder#onWarning}.
 *
 * @param message what happened, and what the flow did about it
 * @param cause what was thrown; null if nothing was
 */
public record Warning(String message, Throwable cause) {}
