// SPDX-License-Identifier: Apache-2.0
package io.teff.mpi.executor;

import io.teff.engine.Engine;
import io.teff.engine.LongPairTask;
import io.teff.engine.LongTask;
import io.teff.engine.StolenFork;
import io.teff.remote.Codec;
import io.teff.remote.NotTransferable;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.LongBinaryOperator;

/**
 * Runs what other ranks call here, and answers. Any thread may call; the user's code runs in tasks of
 * the engine.
 */
final class Serving {
    /** The function that runs tasks which travel as objects; registered ones follow. */
    static final int OBJECT = 0;

    private static final int REF_AT = 2 * Long.BYTES;

    private final Engine engine;
    private final Codec codec;
    private final int mostBytes;
    private final MpiFunction[] functions;
    private final LongBinaryOperator[] longs; // null for the others
    private final ServedCalls[] served; // by rank

    /**
     * Of the functions of these options, in their order.
     *
     * @param ranks that may call
     */
    Serving(Engine engine, Codec codec, MpiConfig options, int ranks) {
        List<MpiFunction> registered = options.functions();
        served = new ServedCalls[ranks];
        Arrays.setAll(served, rank -> new ServedCalls(options.window()));
        this.engine = engine;
        this.codec = codec;
        mostBytes = options.mostBytes(); // of a result
        functions = new MpiFunction[registered.size() + 1];
        longs = new LongBinaryOperator[functions.length];
        for (int i = 1; i < functions.length; i++) {
            functions[i] = registered.get(i - 1);
            longs[i] = functions[i] instanceof MpiFunction.Longs f ? f.body : null;
        }
    }

    /** The code of a function of numbers; null if there is none of this number. */
    LongBinaryOperator longs(int function) {
        return function < longs.length ? longs[function] : null;
    }

    boolean isForks(int function) {
        return function < functions.length && functions[function] instanceof MpiFunction.Forks;
    }

    IllegalArgumentException unknown(int function) {
        return new IllegalArgumentException(
                "there is no function with the number "
                        + function
                        + " for such arguments here: give the same functions to MpiExecutor.start on"
                        + " all ranks");
    }

    /** Has another worker join in, or this one while it waits in a call of the batch. */
    void share(DrawnCalls batch) {
        try {
            engine.execute(batch);
        } catch (RejectedExecutionException e) {
            return; // the engine ends: who has the batch runs all of it
        }
    }

    /** A call of a fork/join task: a task of its own, as it may last. */
    Runnable forks(Peer from, int number, int function, long a, long b, byte[] payload) {
        return () -> {
            try {
                from.tell(Wire.LONG_RESULT, number, number(function, a, b, payload));
            } catch (Throwable error) {
                failed(from, number, error);
                from.flush();
            }
        };
    }

    /** Calls with bytes, which are now known to {@link #cancel}. */
    DrawnCalls bytes(Peer from, List<ServedCall> calls) {
        served[from.rank].addAll(calls);
        return new ServedBatch(this, from, calls);
    }

    /** A rank does not want a call's result any more; says whether it had begun. */
    void cancel(Peer from, int number, boolean interrupt) {
        ServedCall call = served[from.rank].get(number);
        boolean isDropped = call != null && call.cancel(interrupt);
        from.tell(Wire.CANCELLED, number, isDropped ? 1 : 0);
    }

    /** As {@link #call}, for another rank: what is returned can travel. */
    byte[] callForOther(int function, byte[] payload) throws Throwable {
        byte[] value = call(function, payload);
        if (value != null && value.length > mostBytes) {
            throw Inbound.tooLarge("a result", value.length, mostBytes);
        }
        return value == null ? new byte[0] : value;
    }

    /** Runs it, on this thread. */
    byte[] call(int function, byte[] payload) throws Throwable {
        if (function == OBJECT) {
            return codec.call(payload); // which knows how large a result may be
        }
        if (function < functions.length && functions[function] instanceof MpiFunction.Bytes f) {
            return f.body.apply(payload);
        }
        throw unknown(function);
    }

    /** Runs a call of this rank that no other one could. On a worker. */
    void runHere(OpenCalls.Call call) {
        Receiver receiver = call.receiver;
        long tag = call.tag;
        try {
            if (call.payload == null || isForks(call.function)) {
                receiver.returned(tag, number(call.function, call.a, call.b, call.payload));
            } else {
                receiver.returned(tag, call(call.function, call.payload));
            }
        } catch (Throwable error) {
            receiver.failed(tag, error);
        }
    }

    /** What a function of numbers, or one that forks, returns. */
    private long number(int function, long a, long b, byte[] payload) {
        if (!isForks(function)) {
            return longs(function).applyAsLong(a, b);
        }
        MpiFunction.Forks forks = (MpiFunction.Forks) functions[function];
        if (payload == null) {
            return invoke(forks, a, b, null);
        }
        ByteBuffer words = ByteBuffer.wrap(payload);
        byte[] ref = Arrays.copyOfRange(payload, REF_AT, payload.length);
        return invoke(forks, words.getLong(0), words.getLong(Long.BYTES), forks.decode(ref));
    }

    private long invoke(MpiFunction.Forks forks, long a, long b, Object ref) {
        return forks.task instanceof LongTask single
                ? engine.invoke(single, a)
                : engine.invoke((LongPairTask) forks.task, a, b, ref);
    }

    /** The arguments of a fork with a reference, as they travel. Throws what its codec does. */
    byte[] encode(int function, StolenFork fork) {
        MpiFunction.Forks forks = (MpiFunction.Forks) functions[function];
        byte[] ref = forks.encode(fork.ref());
        if (ref == null) {
            throw new NotTransferable(
                    "the RefCodec of function " + forks + " has encoded a reference as null", null);
        }
        if (ref.length > mostBytes - REF_AT) {
            throw Inbound.tooLarge("a reference of function " + forks, ref.length, mostBytes);
        }
        byte[] payload = new byte[REF_AT + ref.length];
        ByteBuffer.wrap(payload).putLong(fork.a()).putLong(fork.b()).put(ref);
        return payload;
    }

    /** Tells a rank what one of a lane's calls has thrown. */
    void laneFailed(Peer from, int number, int index, Throwable error) {
        byte[] failure = codec.encodeFailure(error);
        byte[] all = new byte[Integer.BYTES + failure.length];
        ByteBuffer.wrap(all).putInt(index).put(failure);
        from.answer(Wire.LANE_FAILURE, number, all);
    }

    /** Runs a lane's calls on a worker of this rank. */
    void runHere(LaneBatch batch) {
        LongBinaryOperator body = longs(batch.function);
        long[] value = new long[1];
        for (int i = 0; i < batch.n; i++) {
            try {
                value[0] = body.applyAsLong(batch.arguments[2 * i], batch.arguments[2 * i + 1]);
            } catch (Throwable error) {
                batch.results.fail(batch.tags[i], error);
                continue;
            }
            batch.results.give(batch.tags, i, value, 1);
        }
    }

    /** What another rank says that this registered function has thrown there. */
    Throwable failure(int function, byte[] bytes) {
        return codec.decodeFailure(bytes, functions[function].code());
    }

    /** Whether a fork of this function can leave with this reference. */
    boolean canTravel(int function, Object ref) {
        return ((MpiFunction.Forks) functions[function]).canTravel(ref);
    }

    /** Tells a rank what its call has thrown. */
    void failed(Peer from, int number, Throwable error) {
        from.answer(Wire.FAILURE, number, codec.encodeFailure(error));
    }
}
