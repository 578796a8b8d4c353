// SPDX-License-Identifier: Apache-2.0
package io.teff.mpi.executor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ServedCallsTest {
    private static final int WINDOW = 1 << 10;

    private final ServedCalls calls = new ServedCalls(WINDOW);

    private static ServedCall call(int number) {
        return new ServedCall(number, 1, new byte[0]);
    }

    @Test
    void callsAreFoundByTheirNumbers() {
        ServedCall first = call(3);
        ServedCall last = call(WINDOW - 1); // beyond the table's first slots
        calls.addAll(List.of(first, last));
        assertThat(calls.get(3)).isSameAs(first);
        assertThat(calls.get(WINDOW - 1)).isSameAs(last);
        assertThat(calls.get(4)).isNull();
        assertThat(calls.get(3 + WINDOW)).as("a later use of the slot").isNull();
    }

    @Test
    void nextCallOfASlotTakesThePlaceOfTheLast() {
        ServedCall next = call(5 + WINDOW);
        calls.addAll(List.of(call(5)));
        calls.addAll(List.of(next)); // the answer to the first has left
        assertThat(calls.get(5)).isNull();
        assertThat(calls.get(5 + WINDOW)).isSameAs(next);
    }

    @Test
    void numbersGrowBelowZero() {
        ServedCall call = call(-WINDOW + 7);
        calls.addAll(List.of(call));
        assertThat(calls.get(-WINDOW + 7)).isSameAs(call);
        assertThat(calls.get(7)).isNull();
    }
}
