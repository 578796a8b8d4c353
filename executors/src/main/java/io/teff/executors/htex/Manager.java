// SPDX-License-Identifier: Apache-2.0
package io.teff.executors.htex;

import io.teff.executors.htex.Message.Cancel;
import io.teff.executors.htex.Message.Task;
import io.teff.remote.BadFrame;
import io.teff.remote.Codec;
import io.teff.remote.Payload;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.zeromq.SocketType;
import org.zeromq.ZEvent;
import org.zeromq.ZMQ;
import org.zeromq.ZMonitor;

/**
 * One node of a block: takes tasks from the interchange for its workers and sends their results
 * back. Its thread owns the socket; workers' threads leave results in the outbox and ring a bell.
 *
 * <p>It ends when it is told to, when it has been drained, or when the interchange is gone: seen by
 * silence for the heartbeat threshold, and with {@code fastLoss} as soon as the connection breaks.
 */
final class Manager implements Runnable {
    private static final long REGISTER_MS = 30_000;
    private static final long ASK_AGAIN_MS = 1_000;
    private static final int SEND_MS = 1_000;
    private static final int DRAIN = 64;

    private final Settings settings;
    private final String block;
    private final HtexLog log;
    private final boolean batching;
    private final boolean fastLoss;
    private final Node node;
    private final int capacity;
    private final Workers workers;
    private final Bell bell;
    private volatile boolean isHopeless;
    private volatile boolean isStopping;
    private boolean isDraining;
    private boolean isOver;
    private int brokenEarly; // connections, before anybody answered
    private String unheard; // why it ends without ever having been registered; null: it was

    /**
     * Results on their way to the socket. Any thread adds, the manager's thread takes; guarded by
     * this. With batching all that has gathered goes in one message, otherwise each alone.
     */
    private static final class Bell implements Outbox {
        private final boolean batching;
        private final ArrayDeque<byte[]> ready = new ArrayDeque<>();
        private final Frames.Writer frame = new Frames.Writer(Frames.RESULTS).list();
        private ZMQ.Socket rope; // its uses are ordered by the monitor; null: nobody listens
        private boolean hasRung;

        Bell(boolean batching) {
            this.batching = batching;
        }

        synchronized void listen(ZMQ.Socket to) {
            rope = to;
            if (rope != null && hasRung) {
                rope.send(Outbox.NOTHING, ZMQ.DONTWAIT);
            }
        }

        @Override
        public synchronized void add(long id, byte status, byte[] bytes) {
            new Message.Result(id, status, bytes).write(frame);
            if (!batching || frame.size() > 1 << 20) {
                ready.add(frame.toBytes());
                frame.reset(Frames.RESULTS).list();
            }
            if (!hasRung) {
                hasRung = true;
                if (rope != null) {
                    rope.send(Outbox.NOTHING, ZMQ.DONTWAIT);
                }
            }
        }

        /** The next message; null: no more, until it rings again. */
        synchronized byte[] take() {
            byte[] next = ready.poll();
            if (next == null && frame.items() > 0) {
                next = frame.toBytes();
                frame.reset(Frames.RESULTS).list();
            }
            if (next == null) {
                hasRung = false;
            }
            return next;
        }
    }

    /** With worker processes, which read their settings from the same file. */
    Manager(Settings settings, Path settingsFile, String block, HtexLog log) throws Exception {
        this(settings, settingsFile, block, log, null);
    }

    /** With threads that use {@code codec}; null: as the settings say. */
    Manager(Settings settings, Path settingsFile, String block, HtexLog log, Codec codec)
            throws Exception {
        this.settings = settings;
        this.block = block;
        this.log = log;
        batching = settings.flag("batching");
        fastLoss = settings.flag("fastLoss");
        node = Node.here(settings);
        int count = node.workers();
        int prefetch = settings.number("prefetch");
        capacity = count + prefetch;
        bell = new Bell(batching);
        if (codec != null || settings.flag("threads")) {
            workers = new EngineWorkers(node, block, codec == null ? codec(settings) : codec, bell);
        } else {
            int credit = batching ? 1 + (prefetch + count - 1) / count : 1;
            workers =
                    new WorkerProcesses(
                            node,
                            credit,
                            block,
                            settings,
                            settingsFile,
                            bell,
                            log,
                            () -> isHopeless = true);
        }
    }

    /** What its files begin with: a directory is shared by all nodes, and a block has several. */
    static String nameHere(String block) {
        return "block-" + block + "-manager-" + host() + "-" + ProcessHandle.current().pid();
    }

    private static String host() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "unknown"; // a node that cannot resolve its own name works all the same
        }
    }

    /** Names this manager among all: its process and host. */
    static String poolId() {
        return ProcessHandle.current().pid() + "@" + host();
    }

    /** The codec of a worker. */
    static Codec codec(Settings settings) throws IOException, ClassNotFoundException {
        Map<String, byte[]> functions = new TreeMap<>();
        settings.group("function.")
                .forEach((name, text) -> functions.put(name, Base64.getDecoder().decode(text)));
        List<String> allowed = List.copyOf(settings.group("allow.").values());
        return new Payload(
                HtexConfig.rules(allowed, settings.number("maxFrameBytes")),
                Payload.decodeFunctions(functions));
    }

    /** Ends it soon; any thread. */
    void stop() {
        isStopping = true;
    }

    @Override
    public void run() {
        ZMQ.Context context = ZMQ.context(1);
        ZMQ.Socket socket = Zmq.client(context, SocketType.DEALER, settings);
        ZMQ.Socket monitor = Zmq.monitor(context, socket, "manager");
        ZMQ.Socket bellEnd = context.socket(SocketType.PULL);
        ZMQ.Socket rope = context.socket(SocketType.PUSH);
        try {
            byte[] identity = new byte[6];
            new SecureRandom().nextBytes(identity);
            identity[0] |= 1; // ZeroMQ keeps identities that begin with zero to itself
            socket.setIdentity(identity);
            // Without a limit, a send waits for ever once JeroMQ has given up a connection whose
            // handshake failed, and then nothing here ends the manager.
            socket.setSendTimeOut(SEND_MS);
            bellEnd.bind("inproc://bell");
            rope.connect("inproc://bell");
            bell.listen(rope);
            workers.start();
            socket.connect(settings.text("endpoint.workers"));
            byte[] registration = registration().toBytes();
            socket.send(registration);
            loop(context, socket, monitor, bellEnd, registration);
        } catch (Exception e) {
            log.failure("the manager of block " + block + " stops", e);
            throw new IllegalStateException("the manager of block " + block + " stops", e);
        } finally {
            bell.listen(null);
            workers.close();
            socket.setLinger(isOver ? 0 : 100);
            for (ZMQ.Socket s : Arrays.asList(socket, monitor, bellEnd, rope)) {
                s.close();
            }
            context.close();
        }
    }

    private Registration registration() {
        return new Registration(
                settings.text("token"),
                Integer.getInteger("teff.htex.test.protocol", Frames.VERSION),
                Runtime.version().feature(),
                block,
                host(),
                ProcessHandle.current().pid(),
                node.workers(),
                capacity,
                node.size(),
                Registration.packagesHere());
    }

    private void loop(
            ZMQ.Context context,
            ZMQ.Socket socket,
            ZMQ.Socket monitor,
            ZMQ.Socket bellEnd,
            byte[] registered) {
        ZMQ.Poller poller = context.poller(3);
        poller.register(socket, ZMQ.Poller.POLLIN);
        poller.register(bellEnd, ZMQ.Poller.POLLIN);
        poller.register(monitor, ZMQ.Poller.POLLIN);
        long begin = System.nanoTime();
        long asked = begin;
        Heartbeats beats =
                new Heartbeats(
                        settings.time("heartbeatPeriod"),
                        settings.time("heartbeatThreshold"),
                        begin);
        long drainMs = settings.time("drainPeriod").toMillis();
        long registerMs = Math.min(REGISTER_MS, settings.time("heartbeatThreshold").toMillis());
        long heard = begin;
        boolean isRegistered = false;
        try {
            while (!isStopping && !isHopeless && !isOver) {
                long now = System.nanoTime();
                long wait = Math.min(Math.min(100, workers.tick()), beats.msToNext(now));
                poller.poll(wait);
                now = System.nanoTime();
                int most = batching ? DRAIN : 1;
                for (int i = 0; poller.pollin(0) && i < most; i++) {
                    byte[] frame = socket.recv(ZMQ.DONTWAIT);
                    if (frame == null) {
                        break;
                    }
                    heard = now;
                    isRegistered = true;
                    received(frame);
                }
                if (poller.pollin(1)) {
                    bellEnd.recv(ZMQ.DONTWAIT);
                    byte[] results;
                    while (!isOver && (results = bell.take()) != null) {
                        if (!socket.send(results)) {
                            lost("it takes no results"); // it will count their tasks as lost
                        }
                    }
                }
                if (poller.pollin(2)) {
                    ZEvent event = ZEvent.recv(monitor, ZMQ.DONTWAIT);
                    if (event != null && !isRegistered) {
                        brokenEarly++;
                    } else if (event != null
                            && event.getEvent() == ZMonitor.Event.DISCONNECTED
                            && fastLoss) {
                        lost("its connection broke");
                    }
                }
                if (beats.isDue(now)) {
                    socket.send(Frames.empty(Frames.HEARTBEAT));
                    if (workers instanceof WorkerProcesses processes) {
                        processes.watch();
                    }
                }
                if (isRegistered && beats.isLost(heard, now)) {
                    lost("it was silent for too long");
                }
                if (!isRegistered && (now - asked) / 1_000_000 > ASK_AGAIN_MS) {
                    asked = now;
                    socket.send(registered);
                }
                if (!isRegistered && (now - begin) / 1_000_000 > registerMs) {
                    unheard = unheard(registerMs);
                    log.failure(unheard, null);
                    isOver = true;
                }
                if (drainMs > 0 && !isDraining && (now - begin) / 1_000_000 > drainMs) {
                    isDraining = true;
                    socket.send(Frames.empty(Frames.DRAINING));
                }
            }
        } finally {
            poller.close();
        }
    }

    private String unheard(long ms) {
        return "the interchange at "
                + settings.text("endpoint.workers")
                + " did not answer the registration within "
                + ms
                + " ms; "
                + (brokenEarly == 0
                        ? "see that this node reaches that address"
                        : "its connections broke "
                                + brokenEarly
                                + " times: see that the settings of this manager, with the curve"
                                + " keys, are those of this executor");
    }

    private void lost(String why) {
        log.failure("the interchange is gone: " + why, null);
        isOver = true;
    }

    private void received(byte[] frame) {
        try {
            Frames.Reader in = new Frames.Reader(frame);
            switch (in.type()) {
                case Frames.TASKS -> workers.submit(Task.read(in));
                case Frames.CANCEL -> Cancel.read(in).forEach(workers::cancel);
                case Frames.HEARTBEAT, Frames.REGISTERED -> in.done();
                case Frames.DIE -> isOver = true;
                default -> throw new BadFrame("frame of type " + in.type());
            }
        } catch (BadFrame e) {
            log.failure("ignored from the interchange: " + e.getMessage(), null);
        }
    }

    /** A process of its own: the argument is the file with its settings. */
    public static void main(String[] args) throws Exception {
        Path file = Path.of(args[0]);
        Settings settings = Settings.read(file);
        String block = System.getenv().getOrDefault("TEFF_BLOCK_ID", "0");
        String name = nameHere(block);
        boolean hopeless;
        String unheard;
        try (HtexLog log = HtexLog.open(settings, name)) {
            Manager manager = new Manager(settings, file, block, log);
            manager.run();
            hopeless = manager.isHopeless;
            unheard = manager.unheard;
        }
        if (unheard != null) {
            System.err.println(unheard);
            Runtime.getRuntime().halt(4);
        }
        if (hopeless) {
            System.err.println("workers die before they are ready; see their output beside this");
        }
        Runtime.getRuntime().halt(hopeless ? 3 : 0);
    }
}
