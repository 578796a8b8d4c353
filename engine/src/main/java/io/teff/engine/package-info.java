// SPDX-License-Identifier: Apache-2.0
/**
 * The engine: workers that run tasks of nanoseconds to microseconds.
 *
 * <pre>
 *                           +------------------ Worker ------------------+
 *  fork / join, loops --->  | ForkStack   [ stolen | public | private ]  |  &lt;--- thieves, oldest first
 *  submitted inside ----->  | TaskDeque   owner below, thieves above     |  &lt;--- thieves
 *                           +--------------------------------------------+
 *  submitted outside ---->    Inbox, any thread   |  drained by whoever is idle,
 *                             Submitter, a lane   |  first by the worker at home
 * </pre>
 *
 * <p>Reading order, a quarter of an hour:
 *
 * <ol>
 *   <li>{@link io.teff.engine.LongTask}: what a user writes, and what a fork costs;
 *   <li>{@code ForkStack} and {@code Frame}: where a fork lies, who may touch it, how it is stolen;
 *   <li>{@code TaskDeque}: tasks that tasks submit;
 *   <li>{@code Inbox} and {@link io.teff.engine.Submitter}: tasks from outside;
 *   <li>{@link io.teff.engine.Worker}, {@code Search}, {@code Idling}: the duty cycle; {@code Joiner}
 *       and {@code Nesting}: what a worker does while it waits;
 *   <li>{@code Sleepers}, {@code Waker}, {@code Spares}: who sleeps, who is woken, who stands in for
 *       the blocked;
 *   <li>{@code Crew}, {@code Intake}, {@code RunState}: what workers share, how tasks come in, and how
 *       an engine ends.
 * </ol>
 *
 * <p>Each of these begins with a table of its fields: who writes them, how, and who reads. Beside
 * them stand the faces: {@link io.teff.engine.Engine}, {@link io.teff.engine.EngineConfig}, {@link
 * io.teff.engine.TaskFuture}, {@link io.teff.engine.IntRange} over {@code Loop}, {@link
 * io.teff.engine.Graph} over {@code GraphLoop} and {@code Countdowns}, and {@link
 * io.teff.engine.EngineStats}. Who watches an engine from outside begins with {@code Monitor}: workers
 * note in a {@code Probe} each what they do, {@code Publisher} copies it into a file, and the package
 * {@code io.teff.monitor} reads it.
 */
package io.teff.engine;
