// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.trace;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.teff.monitor.EventBatch;
import io.teff.monitor.EventKind;
import io.teff.monitor.MonitorCounter;
import io.teff.monitor.MonitorEvent;
import io.teff.monitor.MonitorInfo;
import io.teff.monitor.MonitorSnapshot;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Locale;

/**
 * Chrome's trace event format, which Perfetto and chrome://tracing open: a process a run, a thread a
 * worker, a complete event an interval, and below them the sampled tasks and the counters. Written as
 * it comes; what it keeps in memory does not grow with the run. Times are microseconds since the start
 * of the first run.
 */
final class ChromeTrace implements RunSink {
    private static final int SAMPLES = 1 << 17; // added to the thread id for the row of samples

    private final JsonGenerator json;
    private final RunClock clock;
    private final Nesting[][] rows; // by run and row; null while nothing came
    private final Nesting[][] samples;

    ChromeTrace(OutputStream out, List<RunReader> runs) throws IOException {
        clock = new RunClock(runs.stream().map(RunReader::info).toList());
        rows = new Nesting[runs.size()][];
        samples = new Nesting[runs.size()][];
        for (RunReader run : runs) {
            rows[run.index()] = new Nesting[run.callers() + 1];
            samples[run.index()] = new Nesting[run.callers() + 1];
        }
        json = new JsonFactory().createGenerator(out);
        json.writeStartObject();
        json.writeStringField("displayTimeUnit", "ns");
        json.writeArrayFieldStart("traceEvents");
        for (RunReader run : runs) {
            for (MonitorCounter counter : run.info().counters()) {
                if (counter.type() == MonitorCounter.Type.COUNTER) {
                    counter(run, counter.label(), run.info().startNs(), 0);
                }
            }
        }
    }

    @Override
    public void events(RunReader run, int row, EventBatch batch) throws IOException {
        if (batch.dropped() > 0) {
            begin(run, "i", batch.dropped() + " events were overwritten", batch.beginNs(0));
            json.writeNumberField("tid", row + 1);
            json.writeStringField("s", "t");
            json.writeEndObject();
        }
        for (int i = 0; i < batch.size(); i++) {
            EventKind kind = batch.kind(i);
            if (kind != EventKind.NONE && kind != EventKind.OTHER) {
                event(run, row, kind, batch, i);
            }
        }
    }

    private void event(RunReader run, int row, EventKind kind, EventBatch batch, int i)
            throws IOException {
        boolean isSample = kind == EventKind.SAMPLE;
        Nesting[] rows = isSample ? samples[run.index()] : this.rows[run.index()];
        if (rows[row] == null) {
            rows[row] = new Nesting();
        }
        long end = batch.endNs(i);
        long begin = rows[row].begin(Math.min(batch.beginNs(i), end), end);
        String name = run.name(batch.name(i));
        String label = kind.name().toLowerCase(Locale.ROOT);
        begin(run, "X", name.isEmpty() ? label : name, begin);
        json.writeFieldName("dur");
        json.writeNumber(micros(end - begin));
        json.writeNumberField("tid", row + 1 + (isSample ? SAMPLES : 0));
        json.writeStringField("cat", label);
        json.writeObjectFieldStart("args");
        arguments(run, kind, batch, i);
        json.writeEndObject();
        json.writeEndObject();
    }

    private void arguments(RunReader run, EventKind kind, EventBatch batch, int i)
            throws IOException {
        switch (kind) {
            case TASKS -> json.writeNumberField("count", batch.count(i));
            case FORK -> json.writeNumberField("victim", batch.arg(i));
            case SAMPLE -> {
                json.writeFieldName("waited_us");
                json.writeNumber(micros(Math.max(0, batch.arg(i))));
            }
            case TILE -> {
                long arg = batch.arg(i);
                int board = MonitorEvent.board(arg);
                List<MonitorSnapshot.BoardView> boards = run.snapshot().boards();
                json.writeStringField(
                        "board",
                        board < boards.size() ? boards.get(board).name() : Integer.toString(board));
                json.writeNumberField("iteration", MonitorEvent.iteration(arg));
                json.writeNumberField("tile", MonitorEvent.tile(arg));
            }
            default -> {} // nothing more to say
        }
    }

    @Override
    public void snapshot(RunReader run, MonitorSnapshot snapshot) throws IOException {
        for (MonitorCounter counter : run.info().counters()) {
            String label = counter.label();
            counter(run, label, snapshot.head().nowNs(), snapshot.value(label));
        }
    }

    private void counter(RunReader run, String label, long ns, long value) throws IOException {
        begin(run, "C", label, ns);
        json.writeObjectFieldStart("args");
        json.writeNumberField("value", value);
        json.writeEndObject();
        json.writeEndObject();
    }

    @Override
    public void finish(List<RunReader> runs) throws IOException {
        for (RunReader run : runs) {
            process(run);
            for (MonitorSnapshot.WorkerView worker : run.snapshot().workers()) {
                if (rows[run.index()][worker.index()] != null
                        || worker.place() == MonitorSnapshot.Place.REGULAR) {
                    thread(run, worker.index() + 1, name(worker), 2 * worker.index());
                }
                if (samples[run.index()][worker.index()] != null) {
                    String name = "samples of " + name(worker);
                    thread(run, worker.index() + 1 + SAMPLES, name, 2 * worker.index() + 1);
                }
            }
            if (rows[run.index()][run.callers()] != null) {
                thread(run, run.callers() + 1, "callers", 2 * run.callers());
            }
        }
        json.writeEndArray();
        json.writeArrayFieldStart("runs");
        for (RunReader run : runs) {
            about(run);
        }
        json.writeEndArray();
        json.writeEndObject();
        json.writeRaw('\n');
        json.flush();
    }

    private void about(RunReader run) throws IOException {
        MonitorInfo info = run.info();
        json.writeStartObject();
        json.writeStringField("file", run.path().toString());
        json.writeStringField("engine", info.engine());
        json.writeNumberField("pid", info.pid());
        json.writeNumberField("rank", info.rank());
        json.writeNumberField("start_ms", info.startMs());
        json.writeNumberField("events", run.events());
        json.writeNumberField("overwritten", run.overwritten());
        json.writeNumberField("lost_by_engine", run.lostByEngine());
        json.writeEndObject();
    }

    private static String name(MonitorSnapshot.WorkerView worker) {
        String name =
                switch (worker.place()) {
                    case REGULAR -> "worker " + worker.index();
                    case SPARE -> "spare " + worker.index();
                    case REST -> "other spares";
                };
        return worker.cpu() < 0 ? name : name + " (CPU " + worker.cpu() + ")";
    }

    private void process(RunReader run) throws IOException {
        metadata(run, "process_name", 0, "name", run.label());
        metadata(run, "process_labels", 0, "labels", run.path().getFileName().toString());
        begin(run, "M", "process_sort_index", run.info().startNs());
        int rank = run.info().rank();
        json.writeObjectFieldStart("args");
        json.writeNumberField("sort_index", rank < 0 ? run.index() : rank);
        json.writeEndObject();
        json.writeEndObject();
    }

    private void thread(RunReader run, int tid, String name, int order) throws IOException {
        metadata(run, "thread_name", tid, "name", name);
        begin(run, "M", "thread_sort_index", run.info().startNs());
        json.writeNumberField("tid", tid);
        json.writeObjectFieldStart("args");
        json.writeNumberField("sort_index", order);
        json.writeEndObject();
        json.writeEndObject();
    }

    private void metadata(RunReader run, String what, int tid, String key, String value)
            throws IOException {
        begin(run, "M", what, run.info().startNs());
        json.writeNumberField("tid", tid);
        json.writeObjectFieldStart("args");
        json.writeStringField(key, value);
        json.writeEndObject();
        json.writeEndObject();
    }

    private void begin(RunReader run, String phase, String name, long ns) throws IOException {
        json.writeRaw('\n');
        json.writeStartObject();
        json.writeStringField("ph", phase);
        json.writeStringField("name", name);
        json.writeNumberField("pid", run.index() + 1);
        json.writeFieldName("ts");
        json.writeNumber(micros(Math.max(0, clock.ns(run.index(), ns))));
    }

    private static String micros(long ns) {
        long part = ns % 1000;
        return ns / 1000 + (part < 10 ? ".00" : part < 100 ? ".0" : ".") + part;
    }

    @Override
    public void close() throws IOException {
        json.close();
    }
}
