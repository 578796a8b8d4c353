// SPDX-License-Identifier: Apache-2.0
package io.teff.monitor;

import io.teff.engine.Engine;
import io.teff.engine.EngineConfig;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

/** An engine with a monitor file, one worker of which is in a task that never ends. */
public final class KilledEngineMain {
    private static volatile long sink;

    private KilledEngineMain() {}

    /** Arguments: the file, and how many short tasks to run first. */
    public static void main(String[] args) throws InterruptedException {
        Engine engine =
                Engine.start(EngineConfig.builder().workers(2).monitor(Path.of(args[0])).build());
        int tasks = Integer.parseInt(args[1]);
        CountDownLatch done = new CountDownLatch(tasks);
        for (int i = 0; i < tasks; i++) {
            engine.execute(done::countDown);
        }
        done.await();
        engine.execute(KilledEngineMain::spinForEver);
        Thread.sleep(Long.MAX_VALUE);
    }

    private static void spinForEver() {
        for (; ; ) {
            sink = System.nanoTime();
        }
    }
}
