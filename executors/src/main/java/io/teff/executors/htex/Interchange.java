// SPDX-License-Identifier: Apache-2.0
package io.teff.executors.htex;

import io.teff.executors.htex.Message.Cancel;
import io.teff.executors.htex.Message.Task;
import io.teff.remote.BadFrame;
import io.teff.remote.ByteWriter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.zeromq.SocketType;
import org.zeromq.ZMQ;
import org.zeromq.ZMQException;
import zmq.ZError;

/**
 * Between the submitting process and the managers: takes tasks, keeps them in order of priority,
 * hands each manager as many as it has room for ({@link ManagerLink}), and passes results back. One
 * thread, one poll loop: it alone calls what it is made of.
 */
final class Interchange implements Runnable {
    private static final int DRAIN = 64; // messages taken from a socket before the others' turn
    private static final long MOST_MS = 100; // isStopping is seen

    private final Settings settings;
    private final HtexLog log;
    private final boolean batching;
    private final PendingTasks pending = new PendingTasks();
    private final List<AutoCloseable> open = new ArrayList<>();

    private Gate gate;
    private ZMQ.Socket tasks;
    private ZMQ.Socket commandSocket;
    private ZMQ.Socket workers;
    private ZMQ.Socket monitor;
    private Strangers atTasks;
    private Strangers atCommands;
    private Uplink uplink;
    private ManagerLink managers;
    private LossWatch losses;
    private Commands commands;
    private volatile boolean isStopping;

    Interchange(Settings settings, HtexLog log) {
        this.settings = settings;
        this.log = log;
        batching = settings.flag("batching");
    }

    /** Ends the loop soon; any thread. */
    void stop() {
        isStopping = true;
    }

    @Override
    public void run() {
        ZMQ.Context context = ZMQ.context(1);
        try {
            open(context);
            loop(context);
        } finally {
            open.forEach(Interchange::close);
            context.close();
        }
    }

    private void open(ZMQ.Context context) {
        gate = new Gate(settings);
        tasks = toClose(Zmq.server(context, SocketType.DEALER, settings));
        ZMQ.Socket results = toClose(Zmq.client(context, SocketType.DEALER, settings));
        commandSocket = toClose(Zmq.server(context, SocketType.REP, settings));
        workers = toClose(Zmq.server(context, SocketType.ROUTER, settings));
        workers.setRouterMandatory(true);
        monitor = toClose(Zmq.monitor(context, workers, "workers"));
        atTasks = toClose(new Strangers(context, tasks, "tasks"));
        atCommands = toClose(new Strangers(context, commandSocket, "commands"));
        uplink = new Uplink(results, gate, () -> atTasks.count() + atCommands.count(), log);
        managers = new ManagerLink(settings, pending, workers, uplink, log);
        losses = new LossWatch(settings, managers, uplink);
        commands = new Commands(commandSocket, gate, pending, managers, uplink, this::stop);
        String endpoint = bindWorkers();
        tasks.bind("tcp://127.0.0.1:*");
        results.connect(settings.text("endpoint.results"));
        commandSocket.bind("tcp://127.0.0.1:*");
        ByteWriter hello = new Frames.Writer(Frames.HELLO).string(settings.text("token"));
        hello.string(tasks.getLastEndpoint());
        hello.string(commandSocket.getLastEndpoint()).string(endpoint);
        uplink.send(hello.toBytes());
        log.note("interchange at " + endpoint);
    }

    private <T extends AutoCloseable> T toClose(T opened) {
        open.add(opened);
        return opened;
    }

    private static void close(AutoCloseable opened) {
        try {
            opened.close();
        } catch (Exception e) {
            throw new IllegalStateException("cannot close " + opened, e);
        }
    }

    private String bindWorkers() {
        String address = "tcp://" + settings.text("address") + ":";
        int from = settings.number("ports.from");
        int to = settings.number("ports.to");
        boolean bound = false;
        for (int port = from; !bound && port <= to; port++) {
            try {
                workers.bind(address + (port == 0 ? "*" : port));
                bound = true;
            } catch (ZMQException e) {
                if (e.getErrorCode() != ZError.EADDRINUSE) {
                    throw e;
                }
            }
        }
        if (!bound) {
            throw new IllegalStateException(
                    "all ports of " + address + from + " to " + to + " are in use");
        }
        return workers.getLastEndpoint();
    }

    private void loop(ZMQ.Context context) {
        ZMQ.Poller poller = context.poller(4);
        poller.register(commandSocket, ZMQ.Poller.POLLIN);
        poller.register(tasks, ZMQ.Poller.POLLIN);
        poller.register(workers, ZMQ.Poller.POLLIN);
        poller.register(monitor, ZMQ.Poller.POLLIN);
        try {
            while (!isStopping) {
                poller.poll(Math.min(MOST_MS, losses.timeoutMs()));
                if (poller.pollin(0)) {
                    commands.take();
                }
                int most = batching ? DRAIN : 1;
                for (int i = 0; poller.pollin(1) && i < most; i++) {
                    byte[] frame = gate.receive(tasks, ZMQ.DONTWAIT);
                    if (frame == null) {
                        break;
                    }
                    fromSubmit(frame);
                }
                for (int i = 0; poller.pollin(2) && i < most; i++) {
                    byte[] identity = workers.recv(ZMQ.DONTWAIT);
                    if (identity == null) {
                        break;
                    }
                    managers.take(identity);
                }
                if (poller.pollin(3)) {
                    losses.connectionChanged(monitor);
                }
                atTasks.look();
                atCommands.look();
                losses.look(System.nanoTime());
                managers.dispatch();
            }
            managers.end();
            uplink.end();
        } finally {
            poller.close();
        }
    }

    private void fromSubmit(byte[] frame) {
        try {
            Frames.Reader in = new Frames.Reader(frame);
            switch (in.type()) {
                case Frames.TASKS -> {
                    for (Task task : Task.read(in)) {
                        log.debug("task arrived", task.id(), task.payload().length);
                        pending.add(task);
                    }
                }
                case Frames.CANCEL -> {
                    for (Cancel cancel : Cancel.read(in)) {
                        cancel(cancel);
                    }
                }
                default -> uplink.reject("frame of type " + in.type() + " on the task socket");
            }
        } catch (BadFrame e) {
            uplink.reject(e.getMessage());
        }
    }

    private void cancel(Cancel cancel) {
        if (pending.remove(cancel.id())) {
            uplink.report(cancel.id(), Frames.DROPPED, "");
            return;
        }
        managers.cancel(cancel);
    }

    /** A process of its own: the settings come by standard input, whose end is the parent's end. */
    public static void main(String[] args) throws IOException {
        Settings settings = ParentPipe.settings();
        ParentPipe.exitAtEnd("interchange");
        try (HtexLog log = HtexLog.open(settings, "interchange")) {
            try {
                new Interchange(settings, log).run();
            } catch (RuntimeException | Error e) {
                log.failure("the interchange stops", e);
                throw e;
            }
        }
        Runtime.getRuntime()
                .halt(0); // the thread that waits for the parent's end is not waited for
    }
}
