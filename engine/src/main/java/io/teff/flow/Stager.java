// SPDX-License-Identifier: Apache-2.0
package io.teff.flow;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A flow's files: finds the {@link Staging} for each, and sees that a file is fetched once, however
 * many tasks ask for it. Any thread.
 */
final class Stager {
    private final Flow flow;
    private final List<Staging> given;
    private final Map<URI, Map<DataFile, StageCall>> fetched = new ConcurrentHashMap<>();
    private final Map<URI, Path> outPlaces = new ConcurrentHashMap<>();
    private List<Staging> all; // guarded by this
    private StagingApp in; // guarded by this
    private StagingApp out; // guarded by this
    private final List<String> labels;

    Stager(Flow flow, List<Staging> given, List<String> labels) {
        this.flow = flow;
        this.given = List.copyOf(given);
        this.labels = List.copyOf(labels);
    }

    // Finding

    private synchronized List<Staging> all() {
        if (all == null) {
            List<Staging> list = new ArrayList<>(given);
            ServiceLoader.load(Staging.class).forEach(list::add);
            list.add(LocalStaging.INSTANCE);
            list.add(Staging.http());
            list.add(Staging.ftp());
            list.add(Staging.zip());
            list.add(Staging.rsync());
            list.add(Staging.globus(null));
            all = List.copyOf(list);
        }
        return all;
    }

    private Staging forInput(DataFile file) {
        for (Staging staging : all()) {
            if (staging.canStageIn(file)) {
                return staging;
            }
        }
        throw unknown(file, "fetch");
    }

    Staging forOutput(DataFile file) {
        for (Staging staging : all()) {
            if (staging.canStageOut(file)) {
                return staging;
            }
        }
        throw unknown(file, "bring a file to");
    }

    private IllegalArgumentException unknown(DataFile file, String what) {
        Set<String> schemes = new TreeSet<>();
        all().forEach(staging -> schemes.addAll(staging.schemes()));
        return new IllegalArgumentException(
                "nothing can "
                        + what
                        + " "
                        + file.shown()
                        + (schemes.contains(file.scheme())
                                ? ""
                                : ": its scheme '" + file.scheme() + "' is not one of " + schemes)
                        + "; FlowBuilder.staging adds a Staging that can");
    }

    /** Refuses options with files that nothing can move. */
    void check(Options options) {
        for (Object input : options.inputs()) {
            if (input instanceof DataFile file && !file.isHere()) {
                forInput(file);
            }
        }
        options.outputs().forEach(this::forOutput);
    }

    // In

    /** As {@link #argument}, but always a future: for a file deep in an argument. */
    AppFuture<DataFile> future(DataFile file, List<DataFile> outputs) {
        Object item = argument(file, outputs);
        if (item instanceof InTask) {
            return future(file, forInput(file));
        }
        return item instanceof DataFile there ? flow.value(there) : (StageCall) item;
    }

    /**
     * A file as a call keeps it: the file itself if there is nothing to do, the future of its copy, or
     * {@link InTask}.
     *
     * @param outputs files that the call is to make, which are not fetched
     */
    Object argument(DataFile file, List<DataFile> outputs) {
        for (DataFile output : outputs) {
            if (output.uri().equals(file.uri())) {
                return placed(output);
            }
        }
        if (file.isHere()) {
            return file;
        }
        Staging staging = forInput(file);
        if (staging == LocalStaging.INSTANCE) {
            return file;
        }
        if (staging.isInTask()) {
            return new InTask(staging, file.isPlaced() ? file : file.at(flow.run.place(file)));
        }
        return future(file, staging);
    }

    private AppFuture<DataFile> future(DataFile file, Staging staging) {
        Map<DataFile, StageCall> calls =
                fetched.computeIfAbsent(file.uri(), uri -> new ConcurrentHashMap<>());
        StageCall running = calls.get(file);
        if (running != null) {
            return running;
        }
        DataFile placed = file.isPlaced() ? file : file.at(flow.run.place(file));
        StageCall call = StageCall.in(app(true, file), staging, placed);
        StageCall earlier = calls.putIfAbsent(file, call);
        if (earlier != null) {
            return earlier;
        }
        call.whenEnded(
                runner -> {
                    if (call.isFailed()) {
                        calls.remove(file, call); // who asks later has another try
                    }
                });
        call.begin();
        return call;
    }

    /** Fetches a file to its place, in this thread. */
    static DataFile fetch(Staging staging, DataFile file) {
        Path to = file.path();
        try {
            Files.createDirectories(to.getParent());
            Path part = Files.createTempFile(to.getParent(), "." + to.getFileName(), ".part");
            Files.delete(part);
            try {
                Blocking.run(
                        () -> {
                            staging.stageIn(file, part);
                            return null;
                        });
                move(part, to);
            } finally {
                Files.deleteIfExists(part);
            }
        } catch (Exception e) {
            keepInterrupt(e);
            throw StagingError.in(file, e);
        }
        return file.here();
    }

    private static void keepInterrupt(Exception e) {
        if (e instanceof InterruptedException || e.getClass() == InterruptedIOException.class) {
            Thread.currentThread().interrupt();
        }
    }

    private static void move(Path part, Path to) throws IOException {
        try {
            Files.move(part, to, StandardCopyOption.ATOMIC_MOVE);
        } catch (AtomicMoveNotSupportedException e) {
            Files.move(part, to, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    // Out

    /** An output with a place on this machine. */
    DataFile placed(DataFile output) {
        if (output.isPlaced() || forOutput(output) == LocalStaging.INSTANCE) {
            return output;
        }
        return output.at(outPlaces.computeIfAbsent(output.uri(), uri -> flow.run.place(output)));
    }

    /** What was fetched of a file that is made anew is of no use any more. */
    void forget(DataFile file) {
        fetched.remove(file.uri());
    }

    /** Brings a file where it belongs when {@code maker} has made it. */
    AppFuture<DataFile> stageOut(AppFuture<?> maker, Staging staging, DataFile file) {
        StageCall call = StageCall.out(app(false, file), staging, file, maker);
        call.begin();
        return call;
    }

    /** Brings a file where it belongs, in this thread. */
    DataFile bring(Staging staging, DataFile file) {
        try {
            Blocking.run(
                    () -> {
                        staging.stageOut(file.path(), file);
                        return null;
                    });
        } catch (Exception e) {
            keepInterrupt(e);
            throw StagingError.out(file, e);
        }
        forget(file);
        return file.here();
    }

    private synchronized StagingApp app(boolean isIn, DataFile file) {
        if (isIn && in == null) {
            in = new StagingApp(flow.kind("stage-in", App.Type.STAGING), labels);
        } else if (!isIn && out == null) {
            out = new StagingApp(flow.kind("stage-out", App.Type.STAGING), labels);
        }
        StagingApp app = isIn ? in : out;
        return app.named(app.name() + " " + file.shown());
    }
}
