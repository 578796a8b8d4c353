// SPDX-License-Identifier: Apache-2.0
package io.teff.mpi.executor;

import static org.assertj.core.api.Assertions.assertThat;

import io.teff.engine.LongPairTask;
import io.teff.engine.Worker;
import io.teff.remote.NotTransferable;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Forks whose references cannot be encoded: they have left their worker, and their joins wait. */
@Timeout(60)
class ForkCodecTest {
    private static final int MOST_BYTES = 1 << 16;

    /** What encode does; the reference is a text. */
    private enum Fault implements MpiFunction.RefCodec<String> {
        EXCEPTION(IllegalStateException.class, "no bytes for ref") {
            @Override
            public byte[] encode(String ref) {
                throw new IllegalStateException("no bytes for " + ref);
            }
        },
        ERROR(StackOverflowError.class, "too deep for ref") {
            @Override
            public byte[] encode(String ref) {
                throw new StackOverflowError("too deep for " + ref);
            }
        },
        NULL(
                NotTransferable.class,
                "the RefCodec of function fib has encoded a reference as null") {
            @Override
            public byte[] encode(String ref) {
                return null;
            }
        },
        TOO_LARGE(
                NotTransferable.class,
                "a reference of function fib of 65535 bytes; the most is 65536: send it in parts") {
            @Override
            public byte[] encode(String ref) {
                return new byte[MOST_BYTES - 1]; // which leaves no room for the arguments
            }
        };

        final Class<? extends Throwable> type;
        final String message;

        Fault(Class<? extends Throwable> type, String message) {
            this.type = type;
            this.message = message;
        }

        @Override
        public String decode(byte[] bytes) {
            throw new AssertionError("nothing was sent");
        }
    }

    private static final LongPairTask FIB =
            new LongPairTask() {
                @Override
                protected long compute(Worker w, long n, long b, Object ref) {
                    if (n < 2) {
                        return n;
                    }
                    int right = fork(w, n - 1, 0, ref);
                    long left = compute(w, n - 2, 0, ref);
                    return left + join(w, right);
                }
            };

    @ParameterizedTest
    @EnumSource(Fault.class)
    void forkThatCannotBeEncodedFailsItsJoin(Fault fault) {
        MpiFunction.Forks fib = MpiFunction.forks("fib", FIB, fault);
        MpiFunction.Longs square = MpiFunction.longs("square", (a, b) -> a * a);
        try (InOneJvm ranks =
                new InOneJvm(2, b -> b.functions(fib, square).mostBytes(MOST_BYTES))) {
            Throwable thrown = null;
            while (thrown == null) { // until a fork is stolen
                try {
                    assertThat(ranks.root().forkJoin(fib, 22, 0, "ref")).isEqualTo(17711);
                } catch (Throwable e) {
                    thrown = e;
                }
            }
            assertThat(thrown).isInstanceOf(fault.type).hasMessage(fault.message);
            long given = ranks.root().stats().given();
            while (ranks.root().stats().given() == given) { // forks without one still leave
                assertThat(ranks.root().forkJoin(fib, 22, 0, null)).isEqualTo(17711);
            }
            assertThat(ranks.root().call(Placement.rank(1), square, 7, 0).join()).isEqualTo(49);
        }
    }
}
