// SPDX-License-Identifier: Apache-2.0
package io.teff.executors.htex;

import io.teff.executors.blocks.BlockLoad;
import io.teff.executors.blocks.Blocks;
import io.teff.executors.blocks.BlocksConfig;
import io.teff.remote.BadFrame;
import io.teff.remote.Payload;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;
import org.zeromq.SocketType;
import org.zeromq.ZMQ;

/**
 * One interchange with all that belongs to it: the sockets of this side, the threads that own
 * them, and the blocks. When the interchange is gone, so is the session; the executor opens another.
 *
 * <p>{@link #open} and {@link #close} are called by the executor's life thread alone.
 */
final class Session {
    private static final long START_MS = 60_000;
    private static final long COMMAND_MS = 10_000;

    private final HtexConfig config;
    private final Path directory;
    private final ConcurrentLinkedQueue<Object> queue;
    private final ResultReceiver.Sink sink;
    private final BlockLoad load;
    private final HtexLog log;
    private final InterchangeStarter starter;
    private final ZMQ.Context context = ZMQ.context(1);
    private final List<ZMQ.Socket> sockets = new ArrayList<>();

    /** Completed when the session is to end: by what has gone wrong, or by null. */
    final CompletableFuture<String> end = new CompletableFuture<>();

    private Settings settings;
    private InterchangeStarter.Running interchange;
    private volatile TaskSender sender;
    private volatile ResultReceiver receiver;
    private volatile Answers answers;
    private volatile Blocks blocks;
    private volatile Gate gate;
    private volatile Strangers atResults;
    private volatile boolean wasUp;

    Session(
            HtexConfig config,
            Path directory,
            ConcurrentLinkedQueue<Object> queue,
            ResultReceiver.Sink sink,
            BlockLoad load,
            HtexLog log,
            InterchangeStarter starter) {
        this.config = config;
        this.directory = directory;
        this.queue = queue;
        this.sink = sink;
        this.load = load;
        this.log = log;
        this.starter = starter;
    }

    /** Starts everything; returns early, without error, when the session is to end meanwhile. */
    void open() throws IOException, InterruptedException {
        settings = settings();
        gate = new Gate(settings);
        ZMQ.Socket results = Zmq.server(context, SocketType.DEALER, settings);
        sockets.add(results);
        atResults = new Strangers(context, results, "results");
        results.bind("tcp://127.0.0.1:*");
        settings = settings.with("endpoint.results", results.getLastEndpoint());
        interchange =
                starter.start(settings, how -> end.complete("the interchange is gone: " + how));
        if (!awaitHello(results)) {
            return;
        }
        answers = new Answers(connect(SocketType.REQ, "endpoint.commands"), gate);
        receiver = new ResultReceiver(results, gate, atResults, sink, e -> failed("results", e));
        receiver.start();
        sender =
                new TaskSender(
                        queue,
                        connect(SocketType.DEALER, "endpoint.tasks"),
                        gate,
                        config.batching,
                        log,
                        e -> failed("tasks", e));
        sender.start();
        startBlocks();
        wasUp = true;
    }

    private void failed(String what, Throwable thrown) {
        end.complete(what + ": " + thrown);
        log.failure("the thread for " + what + " ends", thrown);
    }

    private ZMQ.Socket connect(SocketType type, String endpoint) {
        ZMQ.Socket socket = Zmq.client(context, type, settings);
        sockets.add(socket);
        socket.connect(settings.text(endpoint));
        return socket;
    }

    private Settings settings() {
        byte[] token = new byte[16];
        new SecureRandom().nextBytes(token);
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        Settings s =
                Settings.empty()
                        .with("java", java)
                        .with("classpath", classPath())
                        .with("directory", directory.toAbsolutePath())
                        .with("token", HexFormat.of().formatHex(token))
                        .with("log", config.fileLog ? "file" : "ring")
                        .with("batching", config.batching)
                        .with("threads", config.threads)
                        .with("fastLoss", config.fastLoss)
                        .with("encrypted", config.encrypted)
                        .with("address", config.address)
                        .with("ports.from", config.portFrom)
                        .with("ports.to", config.portTo)
                        .with("maxFrameBytes", config.maxFrameBytes)
                        .with("heartbeatPeriod", config.heartbeatPeriod)
                        .with("heartbeatThreshold", config.heartbeatThreshold)
                        .with("drainPeriod", config.drainPeriod)
                        .with("workers", config.workersPerNode)
                        .with("coresPerWorker", config.coresPerWorker)
                        .with("prefetch", config.prefetch)
                        .with("seed", config.seed)
                        .with("node.cores", config.node.cores())
                        .with("node.memoryMb", config.node.memoryMb())
                        .with("node.diskMb", config.node.diskMb())
                        .with("pinAccelerators", config.pinAccelerators)
                        .with("cpuAffinity", config.cpuAffinity)
                        .with("monitor", config.monitor)
                        .with("patience", config.patience);
        for (int i = 0; i < config.accelerators.size(); i++) {
            s = s.with(String.format("accelerator.%05d", i), config.accelerators.get(i));
        }
        for (int i = 0; i < config.jvmOptions.size(); i++) {
            s = s.with(String.format("worker.option.%03d", i), config.jvmOptions.get(i));
        }
        for (int i = 0; i < config.allowed.size(); i++) {
            s = s.with("allow." + i, config.allowed.get(i));
        }
        if (config.encrypted) {
            ZMQ.Curve.KeyPair server = ZMQ.Curve.generateKeyPair();
            ZMQ.Curve.KeyPair client = ZMQ.Curve.generateKeyPair();
            s =
                    s.with("curve.server.public", server.publicKey)
                            .with("curve.server.secret", server.secretKey)
                            .with("curve.client.public", client.publicKey)
                            .with("curve.client.secret", client.secretKey);
        }
        return s;
    }

    /** As this JVM's, for processes that are started in other directories. */
    private static String classPath() {
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .map(entry -> Path.of(entry).toAbsolutePath().toString())
                .collect(Collectors.joining(File.pathSeparator));
    }

    /** Waits for the interchange's first word; false: the session is to end. */
    private boolean awaitHello(ZMQ.Socket results) {
        results.setReceiveTimeOut(20);
        long deadline = System.nanoTime() + START_MS * 1_000_000;
        while (!end.isDone()) {
            byte[] frame = gate.receive(results, 0);
            if (frame != null && isHello(frame)) {
                return true;
            }
            if (System.nanoTime() - deadline > 0) {
                end.complete("the interchange did not start within " + START_MS + " ms");
            }
        }
        return false;
    }

    private boolean isHello(byte[] frame) {
        try {
            Frames.Reader in = new Frames.Reader(frame);
            if (in.type() != Frames.HELLO || !in.string().equals(settings.text("token"))) {
                throw new BadFrame("no HELLO with our token");
            }
            settings =
                    settings.with("endpoint.tasks", in.string())
                            .with("endpoint.commands", in.string())
                            .with("endpoint.workers", in.string());
            in.done();
            return true;
        } catch (BadFrame e) {
            sink.rejected(e.getMessage());
            return false;
        }
    }

    private void startBlocks() throws IOException {
        Settings forManagers = settings.with("curve.server.secret", "");
        for (var function : config.functions.entrySet()) {
            byte[] bytes = Payload.encodeFunction(function.getKey(), function.getValue());
            forManagers =
                    forManagers.with(
                            "function." + function.getKey(),
                            Base64.getEncoder().encodeToString(bytes));
        }
        Path file = directory.resolve("manager-" + settings.text("token") + ".settings");
        forManagers.write(file);
        blocks =
                new Blocks(
                        blocksConfig(),
                        config.provider,
                        config.launcher,
                        block -> managerCommand(block, file),
                        load);
        blocks.start();
    }

    private BlocksConfig blocksConfig() {
        // a look at processes of this machine costs nothing, one at a queue does
        boolean isLocal = config.provider.name().equals("local");
        BlocksConfig.Builder fixed =
                BlocksConfig.builder(directory)
                        .initBlocks(config.blocks)
                        .minBlocks(config.blocks)
                        .maxBlocks(Math.max(1, config.blocks))
                        .strategy(
                                config.blocks == 0
                                        ? BlocksConfig.Strategy.NONE
                                        : BlocksConfig.Strategy.SIMPLE)
                        .nodesPerBlock(config.nodesPerBlock)
                        .walltime(config.walltime)
                        .period(isLocal ? Duration.ofMillis(50) : Duration.ofSeconds(5))
                        .errorHandler(BlocksConfig.ErrorHandler.WINDOWED)
                        .errorWindow(Math.max(3, config.blocks));
        return config.scaling.apply(fixed).build();
    }

    private String managerCommand(String block, Path file) {
        StringBuilder line = new StringBuilder("env TEFF_BLOCK_ID=").append(block);
        line.append(' ').append(quote(settings.text("java")));
        line.append(" -XX:+ExitOnOutOfMemoryError"); // gone is better than half there
        line.append(' ').append(WorkerProcess.ENDS_AT_ONCE);
        JvmOptions.of(config.jvmOptions, System.getenv())
                .forEach(option -> line.append(' ').append(quote(option)));
        line.append(" -cp ").append(quote(settings.text("classpath")));
        return line.append(' ')
                .append(Manager.class.getName())
                .append(' ')
                .append(quote(file.toString()))
                .toString();
    }

    private static String quote(String word) {
        return word.matches("[\\w./:=+,@%-]+") ? word : "'" + word.replace("'", "'\\''") + "'";
    }

    /** Something is in the queue. */
    void wake() {
        TaskSender s = sender;
        if (s != null) {
            s.wake();
        }
        Blocks b = blocks;
        if (b != null) {
            b.wake(); // there may be no block
        }
    }

    /** Null: they have not been started. */
    Blocks blocks() {
        return blocks;
    }

    boolean isResultThread() {
        ResultReceiver r = receiver;
        return r != null && r.isThisThread();
    }

    boolean wasUp() {
        return wasUp;
    }

    long interchangePid() {
        InterchangeStarter.Running running = interchange;
        return running == null ? -1 : running.pid();
    }

    /** How many were not let in at the sockets of this side. */
    long refused() {
        Gate g = gate;
        Strangers dropped = atResults;
        return (g == null ? 0 : g.refused()) + (dropped == null ? 0 : dropped.count());
    }

    List<String> ask(String word, String argument) throws InterruptedException {
        Answers a = answers;
        if (a == null) {
            throw new IllegalStateException("the interchange has not started yet");
        }
        return a.ask(word, argument, COMMAND_MS);
    }

    /** Ends everything that belongs to it; returns when it is gone. */
    void close(boolean isGentle) throws InterruptedException {
        if (blocks != null) {
            try {
                blocks.close();
            } catch (IllegalStateException e) {
                log.failure("blocks are left", e);
            }
        }
        if (isGentle && wasUp) {
            try {
                answers.ask("stop", "", 1_000);
            } catch (IllegalStateException e) {
                log.note("the interchange is killed: " + e.getMessage());
            }
        }
        if (sender != null) {
            sender.close();
        }
        if (receiver != null) {
            receiver.close();
        }
        if (answers != null) {
            answers.close();
        }
        if (interchange != null) {
            interchange.kill();
        }
        for (ZMQ.Socket socket : sockets) {
            socket.close();
        }
        if (atResults != null) {
            atResults.close();
        }
        context.close();
    }
}
