// SPDX-License-Identifier: Apache-2.0
/**
 * Where the processes of remote executors come from.
 *
 * <pre>
 * executor: "one manager is started by this command"
 *    |
 * Launcher        makes of it the command line of a block of several nodes
 *    |
 * BlockProvider   starts blocks, says what they do, cancels them: local processes, batch systems
 * </pre>
 *
 * {@link io.teff.executors.blocks.Blocks} lets blocks come and go with the work. A batch system is
 * data, a {@link io.teff.executors.blocks.BatchSystem}: its commands, the directives of its scripts,
 * and how its answers are read; {@link io.teff.executors.blocks.BatchProvider} runs them all. What the
 * scaling asks the executor is {@link io.teff.executors.blocks.BlockLoad}.
 */
package io.teff.executors.blocks;
