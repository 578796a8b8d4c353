// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.monitor;

import io.teff.monitor.MonitorFiles;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLEncoder;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code teff monitor}: a page in the browser that shows what engines are at, live. */
@Command(
        name = "monitor",
        description = {
            "Serves a page that shows live what engines of this machine are at: throughput, workers,"
                    + " timeline, steals, latency, queues, tiles, apps, ranks.",
            "An engine is watched through a file that it keeps when it is started with"
                    + " -Dteff.monitor=auto, or with EngineConfig.monitor(path). It does not notice who"
                    + " watches."
        },
        mixinStandardHelpOptions = true,
        sortOptions = false)
public final class MonitorCommand implements Callable<Integer> {
    private static final int DEFAULT_PORT = 8642;

    @Spec private CommandSpec spec;

    @Parameters(
            paramLabel = "FILE",
            arity = "0..*",
            description =
                    "Monitor files, or folders of them. Default: the folder in which engines put theirs.")
    private List<Path> places = List.of();

    @Option(
            names = "--port",
            paramLabel = "N",
            defaultValue = "" + DEFAULT_PORT,
            description = "Port to listen on, 0 for any free one. Default: ${DEFAULT-VALUE}.")
    private String port;

    @Option(
            names = "--address",
            paramLabel = "HOST",
            defaultValue = "127.0.0.1",
            description =
                    "Address to listen on; any but a loopback address needs --token. Default:"
                            + " ${DEFAULT-VALUE}.")
    private String address;

    @Option(
            names = "--token",
            paramLabel = "TEXT",
            description = "What a browser must show, as ?token=TEXT, to see anything.")
    private String token;

    @Option(
            names = "--seconds",
            paramLabel = "S",
            description = "Ends after so many seconds. Default: at Ctrl-C.")
    private String seconds;

    @Option(names = "--until-eof", description = "Ends when standard input does.", hidden = true)
    private boolean untilEof;

    @Override
    public Integer call() throws InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        for (Path place : places) {
            if (!Files.exists(place)) {
                throw bad("there is no file or folder " + place);
            }
            if (Files.isRegularFile(place)) {
                MonitorFiles.Found found = MonitorFiles.look(place);
                if (found.info() == null) {
                    throw bad(found.problem());
                }
            }
        }
        List<Path> watched = places.isEmpty() ? List.of(MonitorFiles.defaultFolder()) : places;
        long limit = seconds == null ? Long.MAX_VALUE : number("--seconds", seconds, 1, 1 << 30);
        InetSocketAddress where =
                new InetSocketAddress(host(), (int) number("--port", port, 0, 65535));
        try (MonitorServer server = new MonitorServer(where, token, watched)) {
            out.println("teff monitor: " + url(where.getAddress(), server.port()));
            out.println("watches " + watched + "; Ctrl-C ends it");
            out.flush();
            awaitEnd(limit);
            return 0;
        } catch (IllegalArgumentException e) {
            throw bad(e.getMessage());
        } catch (BindException e) {
            throw bad(
                    "cannot listen on "
                            + address
                            + " port "
                            + port
                            + " ("
                            + e.getMessage()
                            + "): name another with --port, or 0 for any free one");
        } catch (IOException e) {
            throw bad("cannot serve on " + address + ": " + e.getMessage());
        }
    }

    private void awaitEnd(long limitSeconds) throws InterruptedException {
        CountDownLatch end = new CountDownLatch(1);
        if (untilEof) {
            Thread thread =
                    new Thread(
                            () -> {
                                try {
                                    while (System.in.read() >= 0) {}
                                } catch (IOException e) {
                                    // broken, which is an end too
                                }
                                end.countDown();
                            },
                            "teff-monitor-eof");
            thread.setDaemon(true);
            thread.start();
        }
        end.await(limitSeconds, TimeUnit.SECONDS);
    }

    private InetAddress host() {
        try {
            return InetAddress.getByName(address);
        } catch (UnknownHostException e) {
            throw bad("--address is no address of this machine: '" + address + "'");
        }
    }

    private long number(String option, String text, long low, long high) {
        try {
            long value = Long.parseLong(text);
            if (value >= low && value <= high) {
                return value;
            }
        } catch (NumberFormatException e) {
            // falls through to the same words
        }
        throw bad(
                option
                        + " must be a whole number from "
                        + low
                        + " to "
                        + high
                        + ": '"
                        + text
                        + "'");
    }

    private ParameterException bad(String message) {
        return new ParameterException(spec.commandLine(), message);
    }

    private String url(InetAddress host, int port) {
        String name = host.isAnyLocalAddress() ? "localhost" : host.getHostAddress();
        String query =
                token == null ? "" : "?token=" + URLEncoder.encode(token, StandardCharsets.UTF_8);
        return "http://"
                + (name.contains(":") ? "[" + name + "]" : name)
                + ":"
                + port
                + "/"
                + query;
    }
}
