// SPDX-License-Identifier: Apache-2.0
package io.teff.remote;

/**
 * How bodies and values become bytes and back: one for the side that submits and one for the side that
 * runs the tasks of an executor. Both are thread-safe.
 */
public interface Codec {
    /**
     * A task as bytes.
     *
     * @throws RuntimeException that says what of it cannot travel
     */
    byte[] encodeTask(Object body);

    /**
     * The value that a worker sent for this task.
     *
     * @param body the task, or a class from where its code is
     * @throws RuntimeException that says what of it cannot be read
     */
    Object decodeValue(byte[] bytes, Object body);

    /**
     * What the task threw at the worker, or why that cannot be told.
     *
     * @param body the task, or a class from where its code is
     */
    Throwable decodeFailure(byte[] bytes, Object body);

    /** At the worker: runs the task; its value as bytes. */
    byte[] call(byte[] task) throws Throwable;

    /** At the worker: what the task threw, as bytes. Never throws. */
    byte[] encodeFailure(Throwable thrown);
}
