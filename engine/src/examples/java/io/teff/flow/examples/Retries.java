// SPDX-License-Identifier: Apache-2.0
package io.teff.flow.examples;

import io.teff.engine.Engine;
import io.teff.flow.App1;
import io.teff.flow.AppFuture;
import io.teff.flow.Flow;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;

/** A chain whose second link fails at first; then one whose failure cannot be mended. */
public final class Retries {
    private Retries() {}

    public static void main(String[] args) throws Exception {
        AtomicInteger tries = new AtomicInteger();
        try (Engine engine = Engine.start();
                Flow flow =
                        Flow.builder()
                                .executor("engine", engine)
                                .retries(3)
                                // a wrong argument stays wrong: more than the whole budget
                                .retryHandler((e, task) -> e instanceof IOException ? 1 : 100)
                                .build()) {
            App1<String, String> fetch =
                    flow.app(
                            "fetch",
                            (String name) -> {
                                if (tries.incrementAndGet() < 3) {
                                    throw new IOException("line busy");
                                }
                                return name + " data";
                            });
            App1<String, Integer> parse = flow.app("parse", (String s) -> Integer.valueOf(s));
            App1<String, Integer> measure = flow.app("measure", (String s) -> s.length());
            App1<Integer, String> report = flow.app("report", (Integer n) -> "length " + n);

            System.out.println(report.call(measure.call(fetch.call("sensor"))).join());
            System.out.println("fetched at try " + tries);

            AppFuture<String> lost = report.call(parse.call(fetch.call("sensor")));
            try {
                lost.join();
            } catch (CompletionException e) {
                System.out.println(e.getCause().getMessage());
            }
            flow.await(Duration.ofMinutes(1));
            System.out.println(flow.summary());
        }
    }
}
