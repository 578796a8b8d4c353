// SPDX-License-Identifier: Apache-2.0
package io.teff.flow;

import io.teff.engine.Engine;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.locks.LockSupport;

/**
 * A wavefront with a checkpoint, to be killed. Arguments: executor, checkpoint, log of bodies, number
 * of this life, whether to force to the disk. Prints "ready", then the result.
 */
final class CheckpointKillMain {
    static final int SIZE = 20;

    private CheckpointKillMain() {}

    /** What the cell comes to; depends on all cells above and to the left. */
    static long cell(int x, int y, long up, long left) {
        return (up * 31 + left * 17 + x * 1000L + y) ^ (up >>> 7);
    }

    /** A cell's result, by which a record tells whose it is. */
    static String text(int x, int y, long value) {
        return x + "," + y + ":" + value;
    }

    static long value(String text) {
        return Long.parseLong(text.substring(text.indexOf(':') + 1));
    }

    public static void main(String[] args) throws Exception {
        On on = On.valueOf(args[0]);
        String life = args[3];
        Executor executor = on == On.ENGINE ? Engine.start() : on.open();
        try (FileOutputStream log = new FileOutputStream(args[2], true);
                Flow flow =
                        Flow.builder()
                                .executor("x", executor)
                                .checkpoint(Path.of(args[1]), CheckpointMode.TASK_EXIT)
                                .checkpointForce(Boolean.parseBoolean(args[4]))
                                .build()) {
            App4<Integer, Integer, String, String, String> cell =
                    flow.<Integer, Integer, String, String, String>app(
                                    "cell",
                                    (x, y, up, left) -> {
                                        write(log, life + " " + x + "," + y + "\n");
                                        LockSupport.parkNanos(200_000);
                                        return text(x, y, cell(x, y, value(up), value(left)));
                                    })
                            .with(o -> o.memoize(true));
            System.out.println("ready");
            if (args.length > 5) {
                System.in.read(); // goes on when it is told to
            }
            AppFuture<String> edge = flow.value("edge:1");
            AppFuture<String>[] row = row(edge);
            for (int y = 0; y < SIZE; y++) {
                AppFuture<String> left = edge;
                for (int x = 0; x < SIZE; x++) {
                    left = cell.call(flow.value(x), flow.value(y), row[x], left);
                    row[x] = left;
                }
            }
            System.out.println("result " + row[SIZE - 1].get());
            if (!flow.warnings().isEmpty()) {
                System.out.println("warning " + flow.warnings().get(0).message());
            }
        } finally {
            if (executor instanceof ExecutorService service) {
                service.shutdown(); // or its threads keep a program that has failed
            }
        }
    }

    private static AppFuture<String>[] row(AppFuture<String> edge) {
        @SuppressWarnings({"unchecked", "rawtypes"})
        AppFuture<String>[] row = new AppFuture[SIZE];
        java.util.Arrays.fill(row, edge);
        return row;
    }

    private static void write(FileOutputStream log, String line) {
        try {
            log.write(line.getBytes(StandardCharsets.US_ASCII)); // one call of the system
        } catch (IOException e) {
            throw new AssertionError("the log of bodies", e);
        }
    }
}
