// SPDX-License-Identifier: Apache-2.0
package io.teff.executors.htex;

import io.teff.executors.blocks.BlockException;
import io.teff.executors.blocks.BlockJob;
import io.teff.executors.blocks.BlockProvider;
import io.teff.executors.blocks.BlockStatus;
import io.teff.remote.ByNumber;
import io.teff.remote.Codec;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The same interchange and the same managers, over the same sockets, as threads of the test's JVM;
 * tasks and values travel as the numbers of objects that stay here. So tasks may capture anything,
 * as those of a contract for all executors do, and an executor starts in milliseconds.
 */
final class InOneJvm {
    private InOneJvm() {}

    static HtexExecutor executor(int workers) {
        return executor(workers, new ByNumber(), InOneJvm::interchange);
    }

    static HtexExecutor executor(int workers, Codec codec, InterchangeStarter starter) {
        HtexConfig config =
                HtexConfig.tuned()
                        .workersPerNode(workers)
                        .threads(true)
                        .provider(new Provider(codec))
                        .build();
        return new HtexExecutor(config, codec, starter);
    }

    static InterchangeStarter.Running interchange(Settings settings, Consumer<String> onExit) {
        HtexLog log = HtexLog.open(settings, "interchange");
        Interchange interchange = new Interchange(settings, log);
        Thread thread =
                new Thread(
                        () -> {
                            try {
                                interchange.run();
                            } finally {
                                onExit.accept("its thread has ended");
                            }
                        },
                        "interchange");
        thread.start();
        return new InterchangeStarter.Running() {
            @Override
            public void kill() throws InterruptedException {
                interchange.stop();
                thread.join();
            }

            @Override
            public long pid() {
                return ProcessHandle.current().pid();
            }
        };
    }

    /** Blocks that are threads: the command names the settings and the block. */
    private static final class Provider implements BlockProvider {
        private static final Pattern COMMAND =
                Pattern.compile("env TEFF_BLOCK_ID=(\\S+) .* '?(\\S+\\.settings)'?");

        private record Block(Manager manager, Thread thread) {}

        private final Map<String, Block> blocks = new ConcurrentHashMap<>();
        private final AtomicInteger made = new AtomicInteger();
        private final Codec codec;

        Provider(Codec codec) {
            this.codec = codec;
        }

        @Override
        public String name() {
            return "local";
        }

        @Override
        public String submit(BlockJob job) throws BlockException {
            Matcher m = COMMAND.matcher(job.command());
            if (!m.find()) {
                throw new BlockException("cannot be read: " + job.command());
            }
            try {
                Path file = Path.of(m.group(2));
                Settings settings = Settings.read(file);
                HtexLog log = HtexLog.open(settings, "manager");
                Manager manager = new Manager(settings, file, m.group(1), log, codec);
                Thread thread = new Thread(manager, "manager");
                thread.start();
                String id = "" + made.getAndIncrement();
                blocks.put(id, new Block(manager, thread));
                return id;
            } catch (Exception e) {
                throw new BlockException("cannot start a manager", e);
            }
        }

        @Override
        public Map<String, BlockStatus> status(Collection<String> ids) {
            Map<String, BlockStatus> all = new LinkedHashMap<>();
            for (String id : ids) {
                boolean runs = blocks.get(id).thread.isAlive();
                all.put(
                        id,
                        BlockStatus.of(
                                runs ? BlockStatus.State.RUNNING : BlockStatus.State.COMPLETED));
            }
            return all;
        }

        @Override
        public void cancel(Collection<String> ids) throws InterruptedException {
            for (String id : ids) {
                blocks.get(id).manager.stop();
                blocks.get(id).thread.join();
            }
        }
    }
}
