// SPDX-License-Identifier: Apache-2.0
package io.teff.engine.embedded;

import io.teff.engine.Engine;
import io.teff.engine.EngineConfig;
import io.teff.engine.LongTask;
import io.teff.engine.Worker;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * A program of somebody who embeds the engine, in a package of its own because such people see
 * public things only. EmbedTest runs it in a JVM of its own.
 */
public final class EmbedMain {
    private EmbedMain() {}

    private static final LongTask FIB =
            new LongTask() {
                @Override
                protected long compute(Worker w, long n) {
                    if (n < 2) {
                        return n;
                    }
                    int left = fork(w, n - 1);
                    long right = compute(w, n - 2);
                    return right + join(w, left);
                }
            };

    public static void main(String[] args) throws Exception {
        try (Engine engine = Engine.start(EngineConfig.builder().workers(2).build())) {
            Future<Integer> answer = engine.submit(() -> 6 * 7);
            System.out.println("submit " + answer.get());

            CountDownLatch ran = new CountDownLatch(1);
            engine.execute(ran::countDown);
            System.out.println("execute " + ran.await(10, TimeUnit.SECONDS));

            System.out.println(
                    "schedule " + engine.schedule(() -> "later", 1, TimeUnit.MILLISECONDS).get());
            System.out.println("fork " + engine.invoke(FIB, 20));
            System.out.println("loop " + engine.range(0, 1_000_000).sumLong(i -> i));
        }
        System.out.println("closed");
    }
}
