// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.measure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.ParseException;
import java.util.ArrayList;
import java.util.List;
import jdk.jfr.Configuration;
import jdk.jfr.Recording;
import one.profiler.AsyncProfiler;

/**
 * What the measured rounds spend their time on: a flame graph by async-profiler, as a page, and a recording
 * of the JDK's Flight Recorder. Profiling costs time, so a report that has one is not clean.
 */
final class Profile {
    private static final String SAMPLES = "start,event=itimer,interval=1ms"; // needs no privilege

    private final Path flames;
    private final Path events;
    private final Recording recording;
    private final AsyncProfiler profiler; // null where it does not run
    private final String reason; // why not

    private Profile(
            Path flames, Path events, Recording recording, AsyncProfiler profiler, String reason) {
        this.flames = flames;
        this.events = events;
        this.recording = recording;
        this.profiler = profiler;
        this.reason = reason;
    }

    /** Begins one, for files of this name in a folder. */
    static Profile start(Path folder, String name) throws IOException {
        Files.createDirectories(folder);
        Recording recording;
        try {
            recording = new Recording(Configuration.getConfiguration("profile"));
        } catch (ParseException e) {
            throw new IOException("this JVM has no settings for profiles: " + e, e);
        }
        recording.start();
        AsyncProfiler profiler = null;
        String reason = "";
        try {
            profiler = AsyncProfiler.getInstance();
            profiler.execute(SAMPLES);
        } catch (LinkageError | IllegalStateException e) {
            profiler = null;
            reason = e.toString();
        }
        return new Profile(
                folder.resolve(name + "-flames.html").toAbsolutePath(),
                folder.resolve(name + ".jfr").toAbsolutePath(),
                recording,
                profiler,
                reason);
    }

    /** Ends it and writes the files, whose names it gives. */
    List<String> stop() throws IOException {
        List<String> files = new ArrayList<>();
        try (recording) {
            recording.stop();
            recording.dump(events);
            files.add(events.getFileName().toString());
        }
        if (profiler != null) {
            profiler.execute("stop,flamegraph,file=" + flames);
            files.add(flames.getFileName().toString());
        }
        return files;
    }

    /** Why there is no flame graph; empty if there is. */
    String reason() {
        return reason;
    }
}
