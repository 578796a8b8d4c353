// SPDX-License-Identifier: Apache-2.0
package io.teff.flow.examples;

import io.teff.engine.Engine;
import io.teff.flow.App1;
import io.teff.flow.AppFuture;
import io.teff.flow.CheckpointMode;
import io.teff.flow.Flow;
import io.teff.flow.TaskState;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletionException;

/**
 * A chain that keeps its results in a file: what an earlier run has done is not done again. Arguments:
 * the checkpoint, and how many steps this run may make before its disk is full.
 */
public final class Restart {
    private static final int STEPS = 10;

    private Restart() {}

    public static void main(String[] args) throws Exception {
        if (args.length != 2) {
            throw new IllegalArgumentException("two arguments: the checkpoint and how many steps");
        }
        int most = Integer.parseInt(args[1]);
        try (Engine engine = Engine.start();
                Flow flow =
                        Flow.builder()
                                .executor("engine", engine)
                                .checkpoint(Path.of(args[0]), CheckpointMode.TASK_EXIT)
                                .build()) {
            int[] made = new int[1]; // links of a chain run one after the other
            App1<Long, Long> step =
                    flow.app(
                                    "step",
                                    (Long x) -> {
                                        if (made[0] == most) {
                                            throw new IOException("disk full");
                                        }
                                        made[0]++;
                                        return 3 * x + 1;
                                    })
                            .with(o -> o.memoize(true));
            AppFuture<Long> x = flow.value(1L);
            for (int i = 0; i < STEPS; i++) {
                x = step.call(x);
            }
            try {
                System.out.println("result " + x.join());
            } catch (CompletionException e) {
                System.out.println("stopped: " + e.getCause().getCause().getMessage());
            }
            flow.await(Duration.ofMinutes(1));
            System.out.println(
                    flow.summary().count(TaskState.EXEC_DONE)
                            + " steps made, "
                            + flow.summary().count(TaskState.MEMO_DONE)
                            + " known");
        }
    }
}
