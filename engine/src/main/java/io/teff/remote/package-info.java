// SPDX-License-Identifier: Apache-2.0
/**
 * What executors have in common whose tasks run in other processes: how tasks, values and failures become
 * bytes and back.
 *
 * <pre>
 * Codec          what an executor asks for
 *   Payload      the one that crosses processes: a task by value, or a name and arguments
 *     Values       a tag for the commonest values, Java serialization for the others
 *       LambdaShape    what all lambdas of one place have in common, sent and read as a whole
 *       PayloadFilter  which classes may come in, by the PayloadRules
 *       CapturePath    what in a body cannot travel, for the message of {@link io.teff.remote.NotTransferable}
 *   ByteWriter, ByteReader   the fields of it all
 * </pre>
 *
 * <p>Bodies are lambdas of the types {@link io.teff.remote.RemoteCallable} and {@link
 * io.teff.remote.RemoteRunnable}, or serializable objects. What comes in is not believed: sizes are checked,
 * and classes that are neither values of the JDK nor of the task's own package are refused.
 */
package io.teff.remote;
