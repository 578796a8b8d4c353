package io.teff.engine;

import java.util.function.BinaryOperator;
import java.util.function.LongConsumer;
import java.util.function.LongFunction;
import java.util.function.LongToDoubleFunction;
import java.util.function.LongUnaryOperator;

/** Stub. */
public final class LongRange {
    private LongRange() {}

    public void forEach(LongConsumer body) {
        throw new UnsupportedOperationException("stub");
    }

    public double sum(LongToDoubleFunction body) {
        throw new UnsupportedOperationException("stub");
    }

    public long sumLong(LongUnaryOperator body) {
        throw new UnsupportedOperationException("stub");
    }

    public <T> T reduce(T identity, LongFunction<T> body, BinaryOperator<T> combine) {
        throw new UnsupportedOperationException("stub");
    }
}
