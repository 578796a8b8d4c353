// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.trace;

import io.teff.bench.measure.Json;
import io.teff.monitor.EventBatch;
import io.teff.monitor.Latency;
import io.teff.monitor.MonitorCounter;
import io.teff.monitor.MonitorInfo;
import io.teff.monitor.MonitorSnapshot;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A page that explores runs, one file with everything in it: it opens from a disk, and asks nobody for
 * anything. Style, formats and the timeline are those of {@code teff monitor}.
 */
final class ExplorerPage implements RunSink {
    private static final long MOST_EVENTS = 2_000_000; // in all; some 100 bytes each in a browser
    private static final String MONITOR = "/io/teff/bench/monitor/";

    private final OutputStream out;
    private final long mostEvents;
    private final List<EventSpool> spools = new ArrayList<>();

    ExplorerPage(OutputStream out, List<RunReader> runs) throws IOException {
        this(out, runs, MOST_EVENTS);
    }

    ExplorerPage(OutputStream out, List<RunReader> runs, long mostEvents) throws IOException {
        this.out = out;
        this.mostEvents = mostEvents;
        boolean done = false;
        try {
            for (RunReader run : runs) {
                spools.add(new EventSpool(run.callers() + 1, run.info().startNs()));
            }
            done = true;
        } finally {
            if (!done) {
                close();
            }
        }
    }

    @Override
    public void events(RunReader run, int row, EventBatch batch) throws IOException {
        spools.get(run.index()).add(row, batch);
    }

    @Override
    public void snapshot(RunReader run, MonitorSnapshot snapshot) {
        // the last one is asked for at the end
    }

    @Override
    public void finish(List<RunReader> runs) throws IOException {
        String page = resource("explorer.html");
        int style = page.indexOf("/* style */");
        int data = page.indexOf("<!-- runs -->");
        int script = page.indexOf("/* script */");
        write(page.substring(0, style));
        write(resource(MONITOR + "style.css"));
        write(page.substring(style, data));
        for (RunReader run : runs) {
            EventSpool spool = spools.get(run.index());
            long[] surplus = spool.surplus(mostEvents / runs.size());
            write("<script type=\"application/json\" class=\"facts\">");
            write(Json.write(facts(run, spool, surplus)).replace("<", "\\u003c"));
            write("</script>\n<script type=\"text/plain\" class=\"events\">");
            spool.writeTo(out, surplus);
            write("</script>\n");
        }
        write(page.substring(data, script));
        for (String part : List.of(MONITOR + "util.js", MONITOR + "timeline.js", "explorer.js")) {
            write(withoutModules(resource(part)));
        }
        write(page.substring(script));
        out.flush();
    }

    /** As a part of one script. */
    private static String withoutModules(String script) {
        StringBuilder text = new StringBuilder();
        script.lines()
                .filter(line -> !line.startsWith("import "))
                .map(line -> line.startsWith("export ") ? line.substring(7) : line)
                .forEach(line -> text.append(line).append('\n'));
        return text.toString();
    }

    private static Map<String, Object> facts(RunReader run, EventSpool spool, long[] surplus) {
        MonitorInfo info = run.info();
        MonitorSnapshot now = run.snapshot();
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("label", run.label());
        facts.put("engine", info.engine());
        facts.put("pid", info.pid());
        facts.put("file", run.path().getFileName().toString());
        facts.put("rank", info.rank());
        facts.put("start_ms", info.startMs());
        facts.put("now_ns", now.head().nowNs() - info.startNs());
        facts.put("jvm", info.texts().getOrDefault("jvm", ""));
        facts.put("command", info.texts().getOrDefault("command", ""));
        facts.put("overwritten", run.overwritten());
        facts.put("lost_by_engine", run.lostByEngine());
        facts.put("left_out", java.util.Arrays.stream(surplus).sum());
        facts.put("regular", info.workers());
        facts.put("callers", run.callers());
        facts.put("cpus", now.workers().stream().map(w -> w.cpu()).toList());
        Map<String, String> names = new LinkedHashMap<>();
        spool.names().stream()
                .filter(id -> id > 0)
                .forEach(id -> names.put(Integer.toString(id), run.name(id)));
        facts.put("names", names);
        Map<String, Object> totals = new LinkedHashMap<>();
        for (MonitorCounter counter : info.counters()) {
            if (counter.type() == MonitorCounter.Type.COUNTER) {
                totals.put(counter.label(), now.value(counter.label()));
            }
        }
        facts.put("totals", totals);
        List<Long> tasks = new ArrayList<>();
        if (info.counter("tasks") >= 0) {
            for (int w = 0; w < info.slots(); w++) {
                tasks.add(now.value(w, "tasks"));
            }
        }
        facts.put("tasks", tasks);
        Map<String, Object> latencies = new LinkedHashMap<>();
        for (Latency.Kind kind : Latency.Kind.values()) {
            Latency latency = now.latency(kind);
            if (latency.count() > 0) {
                latencies.put(
                        kind.name().toLowerCase(java.util.Locale.ROOT),
                        List.of(
                                latency.percentileNs(50),
                                latency.percentileNs(99),
                                latency.maxNs()));
            }
        }
        facts.put("latencies", latencies);
        return facts;
    }

    private void write(String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String resource(String name) throws IOException {
        try (InputStream in = ExplorerPage.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IOException("the jar has no " + name);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Override
    public void close() throws IOException {
        for (EventSpool spool : spools) {
            spool.close();
        }
    }
}
