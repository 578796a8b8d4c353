// SPDX-License-Identifier: Apache-2.0
package io.teff.mpi.executor;

import io.teff.engine.LongPairTask;
import io.teff.engine.LongTask;
import io.teff.engine.Worker;
import java.util.function.LongBinaryOperator;
import java.util.function.LongUnaryOperator;
import java.util.function.UnaryOperator;

/**
 * A function that every rank knows by a name, so that a call of it is a number and its arguments. Make
 * them constants, and give them to {@link MpiExecutor#start} on all ranks.
 *
 * <pre>{@code
 * static final MpiFunction.Longs SQUARE = MpiFunction.longs("square", (a, b) -> a * a);
 * }</pre>
 *
 * <p>Immutable; the code is called by any number of threads of any rank. After the loss of a rank it may
 * be called again with the same arguments.
 */
public abstract sealed class MpiFunction {
    private static final int MAX_NAME = 200;

    private final String name;
    private final Class<?> code;

    private MpiFunction(String name, Object body) {
        if (name == null || name.isBlank() || name.length() > MAX_NAME) {
            throw new IllegalArgumentException(
                    "a function's name has 1 to " + MAX_NAME + " characters: " + name);
        }
        if (body == null) {
            throw new NullPointerException("the code of function " + name);
        }
        this.name = name;
        code = body.getClass();
    }

    /** Its name, the same on all ranks. */
    public final String name() {
        return name;
    }

    /** Where its code is from. */
    final Class<?> code() {
        return code;
    }

    /** Two numbers in, one out: 24 bytes of a message there, and 16 back. */
    public static Longs longs(String name, LongBinaryOperator body) {
        return new Longs(name, body);
    }

    /** Bytes in, bytes out, of any number; they are the function's own. */
    public static Bytes bytes(String name, UnaryOperator<byte[]> body) {
        return new Bytes(name, body);
    }

    /** A fork/join task, whose forks may go to other ranks. */
    public static Forks forks(String name, LongTask task) {
        return new Forks(name, task, null, task);
    }

    /** A fork/join task, whose forks may go to other ranks if their reference is null. */
    public static Forks forks(String name, LongPairTask task) {
        return new Forks(name, task, null, task);
    }

    /** A fork/join task, whose forks may go to other ranks, where their references are copies. */
    public static <T> Forks forks(String name, LongPairTask task, RefCodec<T> references) {
        if (references == null) {
            throw new NullPointerException("references of function " + name);
        }
        return new Forks(name, task, references, task);
    }

    /**
     * A loop over a range of numbers, whose parts may go to other ranks: the body gets each number once, and
     * what it returns is summed up. See {@link MpiExecutor#sum}.
     */
    public static Forks range(String name, LongUnaryOperator body) {
        if (body == null) {
            throw new NullPointerException("the body of range " + name);
        }
        return new Forks(name, new Range(body), null, body);
    }

    private static final class Range extends LongPairTask {
        private final LongUnaryOperator body;

        Range(LongUnaryOperator body) {
            this.body = body;
        }

        @Override
        protected long compute(Worker w, long lo, long hi, Object ref) {
            if (hi - lo == 1) {
                return body.applyAsLong(lo);
            }
            long middle = lo + (hi - lo >>> 1);
            int right = fork(w, middle, hi, null);
            long left = compute(w, lo, middle, null);
            return left + join(w, right);
        }
    }

    /** See {@link MpiFunction#longs}. */
    public static final class Longs extends MpiFunction {
        final LongBinaryOperator body;

        private Longs(String name, LongBinaryOperator body) {
            super(name, body);
            this.body = body;
        }
    }

    /** See {@link MpiFunction#bytes}. */
    public static final class Bytes extends MpiFunction {
        final UnaryOperator<byte[]> body;

        private Bytes(String name, UnaryOperator<byte[]> body) {
            super(name, body);
            this.body = body;
        }
    }

    /** See {@link MpiFunction#forks}. */
    public static final class Forks extends MpiFunction {
        final Object task; // a LongTask or a LongPairTask
        private final RefCodec<?> references; // null: there are none

        private Forks(String name, Object task, RefCodec<?> references, Object code) {
            super(name, code);
            this.task = task;
            this.references = references;
        }

        /** Whether a fork with this reference can leave. */
        boolean canTravel(Object ref) {
            return ref == null || references != null;
        }

        @SuppressWarnings("unchecked") // the codec came with the task whose references these are
        byte[] encode(Object ref) {
            return ref == null ? null : ((RefCodec<Object>) references).encode(ref);
        }

        Object decode(byte[] bytes) {
            return bytes == null ? null : references.decode(bytes);
        }
    }

    /**
     * How the reference of a {@link LongPairTask} travels. Called by any thread; what it throws fails the
     * fork, so that the join throws it.
     */
    public interface RefCodec<T> {
        /** As bytes. */
        byte[] encode(T ref);

        /** The other way round. */
        T decode(byte[] bytes);
    }

    @Override
    public final String toString() {
        return name;
    }
}
