// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.monitor;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.teff.bench.monitor.PageFiles.PageFile;
import io.teff.monitor.MonitorFiles;
import io.teff.monitor.MonitorSnapshot;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Serves the page of {@code teff monitor} and what it shows: a stream of snapshots as server-sent
 * events, windows of the timeline and tiles as bytes. The server of the JDK; everything is in the jar.
 */
final class MonitorServer implements AutoCloseable {
    private static final int MOST_COLUMNS = 8192;
    private static final long HEARTBEAT_MS = 1000;

    private final HttpServer server;
    private final ExecutorService threads;
    private final WatchList engines;
    private final Access access;
    private final PageFiles files = new PageFiles();
    private volatile boolean closed;

    /**
     * Starts to serve.
     *
     * @param address port 0 for any free one
     * @param token that must be shown; null for none
     * @param places files, and folders of files, that may be looked at
     * @throws IllegalArgumentException if the address needs a token
     * @throws IOException if the address cannot be had
     */
    MonitorServer(InetSocketAddress address, String token, List<Path> places) throws IOException {
        access = new Access(address.getAddress(), token);
        server = HttpServer.create(address, 0);
        engines = new WatchList(places);
        AtomicInteger number = new AtomicInteger();
        threads =
                Executors.newCachedThreadPool(
                        task -> {
                            Thread thread =
                                    new Thread(task, "teff-monitor-" + number.getAndIncrement());
                            thread.setDaemon(true);
                            return thread;
                        });
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
    }

    /** The port it listens on. */
    int port() {
        return server.getAddress().getPort();
    }

    WatchList engines() {
        return engines;
    }

    // Requests

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            try {
                answer(exchange);
            } catch (BadRequest e) {
                send(exchange, e.status, "text/plain; charset=utf-8", bytes(e.getMessage()));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // the server closes
        }
    }

    /** Something that was asked wrongly; what is told. */
    private static final class BadRequest extends Exception {
        private static final long serialVersionUID = 1;
        final int status;

        BadRequest(int status, String message) {
            super(message);
            this.status = status;
        }
    }

    private void answer(HttpExchange exchange)
            throws IOException, BadRequest, InterruptedException {
        Map<String, String> query = query(exchange.getRequestURI().getRawQuery());
        String path = exchange.getRequestURI().getPath();
        // Scripts and styles hold no secret, and a page cannot add a token to them.
        boolean open = path.indexOf('/', 1) < 0 && !path.equals("/") && files.at(path) != null;
        if (!open && !access.allows(exchange, query.get("token"))) {
            throw new BadRequest(
                    403, "wrong or missing token, or a host name that is not this machine's");
        }
        if (!exchange.getRequestMethod().equals("GET")) {
            throw new BadRequest(405, "only GET is served, not " + exchange.getRequestMethod());
        }
        switch (path) {
            case "/api/engines" -> json(exchange, list(query.containsKey("totals")));
            case "/api/stream" -> stream(exchange, engine(query));
            case "/api/timeline" -> timeline(exchange, engine(query), query);
            case "/api/tiles" -> tiles(exchange, engine(query), query);
            case "/api/names" -> json(exchange, names(engine(query), query));
            default -> {
                PageFile file = files.at(path);
                if (file == null) {
                    throw new BadRequest(404, "nothing is served at this path");
                }
                send(exchange, 200, file.type(), file.bytes());
            }
        }
    }

    private Watched engine(Map<String, String> query) throws BadRequest {
        String id = query.getOrDefault("engine", "");
        try {
            Watched watched = engines.watch(id);
            if (watched == null) {
                throw new BadRequest(404, "no engine '" + id + "': its file may be gone");
            }
            return watched;
        } catch (IOException e) {
            throw new BadRequest(410, e.getMessage());
        }
    }

    private static long number(Map<String, String> query, String name, long low, long high)
            throws BadRequest {
        String text = query.getOrDefault(name, "");
        try {
            return Math.max(low, Math.min(high, Long.parseLong(text)));
        } catch (NumberFormatException e) {
            throw new BadRequest(400, name + " must be a whole number: '" + text + "'");
        }
    }

    private List<Object> list(boolean totals) throws IOException {
        List<Object> all = new ArrayList<>();
        for (MonitorFiles.Found found : engines.list()) {
            if (found.info() == null) {
                continue;
            }
            Map<String, Object> one =
                    new LinkedHashMap<>(SnapshotJson.facts(WatchList.id(found), found.info()));
            one.keySet().removeAll(List.of("counters", "states"));
            one.put("alive", found.life() == MonitorFiles.Life.LIVE);
            one.put("killed", found.life() == MonitorFiles.Life.KILLED);
            if (totals) {
                addTotals(one, WatchList.id(found));
            }
            all.add(one);
        }
        return all;
    }

    private void addTotals(Map<String, Object> one, String id) throws IOException {
        Watched watched = engines.watch(id);
        if (watched == null) {
            return; // gone since it was listed
        }
        MonitorSnapshot snapshot = watched.snapshot();
        long run = 0;
        long all = 0;
        for (int w = 0; w < SnapshotJson.shownWorkers(snapshot); w++) {
            long[] ns = watched.stateNs(w);
            run += ns[PageState.RUN.code()];
            for (int state = 0; state < PageState.STOPPED.code(); state++) {
                all += ns[state];
            }
        }
        one.put("timeNs", watched.nowNs());
        one.put("tasks", total(snapshot, "tasks"));
        one.put("failed", total(snapshot, "failed"));
        one.put("queued", snapshot.queues().stream().mapToLong(q -> q.depth()).sum());
        one.put("runNs", run);
        one.put("allNs", all);
    }

    private static long total(MonitorSnapshot snapshot, String counter) {
        return snapshot.info().counter(counter) < 0 ? 0 : snapshot.value(counter);
    }

    private static Map<String, String> names(Watched watched, Map<String, String> query)
            throws IOException, BadRequest {
        Map<String, String> names = new LinkedHashMap<>();
        for (String id : query.getOrDefault("ids", "").split(",", 256)) {
            try {
                names.put(id, watched.reader().name(Integer.parseInt(id)));
            } catch (NumberFormatException e) {
                throw new BadRequest(400, "ids must be whole numbers: '" + id + "'");
            }
        }
        return names;
    }

    private static void timeline(HttpExchange exchange, Watched watched, Map<String, String> query)
            throws IOException, BadRequest {
        long most = 1L << 53;
        long low = number(query, "from", 0, most);
        long high = number(query, "to", low + 1, most);
        int columns = (int) number(query, "columns", 1, MOST_COLUMNS);
        send(exchange, 200, "application/octet-stream", watched.timeline(low, high, columns));
    }

    private static void tiles(HttpExchange exchange, Watched watched, Map<String, String> query)
            throws IOException, BadRequest {
        int iteration = (int) number(query, "iteration", -1, Integer.MAX_VALUE);
        int board = query.containsKey("board") ? (int) number(query, "board", -1, 1 << 16) : -1;
        byte[] tiles = watched.tiles(board, iteration);
        if (tiles == null) {
            exchange.sendResponseHeaders(204, -1);
        } else {
            send(exchange, 200, "application/octet-stream", tiles);
        }
    }

    // The stream of one page: its own thread, until either side has enough

    private void stream(HttpExchange exchange, Watched watched)
            throws IOException, InterruptedException {
        String id = Long.toHexString(watched.reader().info().id());
        headers(exchange, "text/event-stream; charset=utf-8");
        exchange.sendResponseHeaders(200, 0);
        OutputStream out = exchange.getResponseBody();
        event(out, "engine", Watched.toJson(SnapshotJson.facts(id, watched.reader().info())));
        long seen = -1;
        while (!closed) {
            boolean ended = watched.isEnded();
            if (watched.problem() != null) {
                event(
                        out,
                        "problem",
                        Watched.toJson(Map.of("message", watched.problem().getMessage())));
                return;
            }
            long looks = watched.looks();
            if (looks > seen) {
                seen = looks;
                event(out, "snapshot", watched.json());
            } else if (!ended) {
                out.write(bytes(": still here\n\n"));
                out.flush();
            }
            if (ended) {
                event(out, "ended", Watched.toJson(Map.of("killed", watched.isKilled())));
                return;
            }
            try {
                engines.watch(id); // so that it stays watched
            } catch (IOException e) {
                continue; // the next round tells
            }
            watched.awaitLook(seen, HEARTBEAT_MS);
        }
    }

    private static void event(OutputStream out, String name, byte[] data) throws IOException {
        out.write(bytes("event: " + name + "\ndata: "));
        out.write(data);
        out.write(bytes("\n\n"));
        out.flush();
    }

    // Answers

    private static void json(HttpExchange exchange, Object value) throws IOException {
        send(exchange, 200, "application/json", Watched.toJson(value));
    }

    private static void send(HttpExchange exchange, int status, String type, byte[] body)
            throws IOException {
        headers(exchange, type);
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
    }

    private static void headers(HttpExchange exchange, String type) {
        Headers headers = exchange.getResponseHeaders();
        headers.set("Content-Type", type);
        headers.set("Cache-Control", "no-store");
        headers.set("X-Content-Type-Options", "nosniff");
        headers.set("Referrer-Policy", "no-referrer");
        headers.set("Content-Security-Policy", "default-src 'self'; frame-ancestors 'none'");
    }

    private static Map<String, String> query(String raw) {
        Map<String, String> query = new HashMap<>();
        if (raw != null) {
            for (String part : raw.split("&", -1)) {
                int equals = part.indexOf('=');
                String name = equals < 0 ? part : part.substring(0, equals);
                query.put(decode(name), equals < 0 ? "" : decode(part.substring(equals + 1)));
            }
        }
        return query;
    }

    private static String decode(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return text; // a stray percent sign stands for itself
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        closed = true;
        server.stop(0);
        engines.close();
        threads.shutdownNow();
    }
}
