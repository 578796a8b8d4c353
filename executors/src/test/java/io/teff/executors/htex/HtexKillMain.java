// SPDX-License-Identifier: Apache-2.0
package io.teff.executors.htex;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** A submitting process that keeps its workers busy until somebody kills it. */
final class HtexKillMain {
    private HtexKillMain() {}

    public static void main(String[] args) throws Exception {
        HtexExecutor htex = new HtexExecutor(Children.tuned(Path.of(args[0])).build());
        List<CompletableFuture<Object>> busy = new ArrayList<>();
        System.out.println(htex.submit(() -> "running").get());
        for (int i = 0; i < 100; i++) {
            busy.add(
                    htex.submit(
                            () -> {
                                Thread.sleep(60_000);
                                return null;
                            }));
        }
        for (CompletableFuture<Object> future : busy) {
            future.join();
        }
    }
}
