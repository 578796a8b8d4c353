// SPDX-License-Identifier: Apache-2.0
package io.teff.flow;

import java.io.Serializable;
import java.util.Map;
import java.util.concurrent.Callable;

/**
 * One try of a task, as a {@link RemoteExecutor} is given it.
 *
 * @param app name of the app
 * @param name name of the task, for messages; that of the app if it has none
 * @param function class of the app's function, which tells where its code is from
 * @param body what is to be run elsewhere: {@link Serializable}, as far as the app's function and the
 *     arguments are
 * @param priority higher ones are to begin first; 0 if none was given
 * @param resources what it asks for; empty if nothing
 * @param <R> type of the result
 */
public record RemoteTask<R>(
        String app,
        String name,
        Class<?> function,
        Callable<R> body,
        int priority,
        Map<String, Object> resources) {}
