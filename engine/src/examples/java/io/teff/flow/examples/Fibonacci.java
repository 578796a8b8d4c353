// SPDX-License-Identifier: Apache-2.0
package io.teff.flow.examples;

import io.teff.engine.Engine;
import io.teff.flow.App1;
import io.teff.flow.App2;
import io.teff.flow.AppFuture;
import io.teff.flow.Flow;
import java.time.Duration;

/**
 * Fibonacci's numbers by a join app that calls itself: no thread waits for the two below. Argument:
 * n, 20 unless given.
 */
public final class Fibonacci {
    private final App2<Integer, Integer, Integer> add;
    private final App1<Integer, Integer> fibonacci;

    private Fibonacci(Flow flow) {
        add = flow.app("add", (Integer a, Integer b) -> a + b);
        fibonacci = flow.joinApp("fibonacci", this::of);
    }

    private AppFuture<Integer> of(int n) {
        if (n < 2) {
            return add.flow().value(n);
        }
        return add.call(fibonacci.call(n - 1), fibonacci.call(n - 2));
    }

    public static void main(String[] args) throws Exception {
        int n = args.length > 0 ? Integer.parseInt(args[0]) : 20;
        try (Engine engine = Engine.start();
                Flow flow = Flow.on(engine)) {
            System.out.println(new Fibonacci(flow).fibonacci.call(n).join());
            flow.await(Duration.ofMinutes(1)); // everything has ended: the summary is exact
            System.out.println(flow.summary());
        }
    }
}
