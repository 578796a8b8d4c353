package io.teff.engine;

import java.util.function.BinaryOperator;
import java.util.function.IntConsumer;
import java.util.function.IntFunction;
import java.util.function.IntToDoubleFunction;
import java.util.function.IntToLongFunction;

/** Stub. */
public final class IntRange {
    private IntRange() {}

    public void forEach(IntConsumer body) {
        throw new UnsupportedOperationException("stub");
    }

    public double sum(IntToDoubleFunction body) {
        throw new UnsupportedOperationException("stub");
    }

    public long sumLong(IntToLongFunction body) {
        throw new UnsupportedOperationException("stub");
    }

    public double[] map(IntToDoubleFunction body) {
        throw new UnsupportedOperationException("stub");
    }

    public <T> T reduce(T identity, IntFunction<T> body, BinaryOperator<T> combine) {
        throw new UnsupportedOperationException("stub");
    }
}
