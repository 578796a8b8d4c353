// SPDX-License-Identifier: Apache-2.0
package io.teff.remote;

import java.nio.ByteBuffer;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Objects stand for themselves: for executors whose processes are all in this one, and tasks that cannot be
 * serialized. Both sides share it. Thread-safe.
 */
public final class ByNumber implements Codec {
    private static final Object NULL = new Object();

    private final ConcurrentHashMap<Long, Object> objects = new ConcurrentHashMap<>();
    private final AtomicLong next = new AtomicLong();

    private byte[] put(Object object) {
        long number = next.getAndIncrement();
        objects.put(number, object == null ? NULL : object);
        return ByteBuffer.allocate(Long.BYTES).putLong(number).array();
    }

    private Object take(byte[] bytes) {
        Object object = objects.remove(ByteBuffer.wrap(bytes).getLong());
        if (object == null) {
            throw new AssertionError("taken twice, or never put");
        }
        return object == NULL ? null : object;
    }

    @Override
    public byte[] encodeTask(Object body) {
        return put(body);
    }

    @Override
    public byte[] call(byte[] task) throws Throwable {
        Object body = take(task);
        if (body instanceof Callable<?> callable) {
            return put(callable.call());
        }
        ((Runnable) body).run();
        return put(null);
    }

    @Override
    public byte[] encodeFailure(Throwable thrown) {
        return put(thrown);
    }

    @Override
    public Object decodeValue(byte[] value, Object body) {
        return take(value);
    }

    @Override
    public Throwable decodeFailure(byte[] failure, Object body) {
        return (Throwable) take(failure);
    }
}
