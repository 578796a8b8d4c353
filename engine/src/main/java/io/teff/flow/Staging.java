// SPDX-License-Identifier: Apache-2.0
package io.teff.flow;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;

/**
 * Brings files of some kind to this machine and back. A flow asks those that {@link
 * FlowBuilder#staging} was given, then those that {@link java.util.ServiceLoader} finds, then its
 * own, and takes the first that can. By default files are moved by tasks of their own, before and
 * after the task that needs them; {@link #inTask} makes that part of the task itself.
 *
 * <pre>{@code
 * final class FromTape implements Staging {
 *     public boolean canStageIn(DataFile file) {
 *         return file.scheme().equals("tape");
 *     }
 *
 *     public void stageIn(DataFile file, Path to) throws IOException {
 *         Files.copy(library.open(file.uri().getPath()), to);
 *     }
 * }
 * }</pre>
 *
 * Implementations must be safe for use by several threads. They may block: a pool that can will let
 * another thread run meanwhile. On an interrupt they should give up.
 */
public interface Staging {
    /** Whether it can fetch this file. */
    default boolean canStageIn(DataFile file) {
        return false;
    }

    /** Whether it can bring this file where its URI says. */
    default boolean canStageOut(DataFile file) {
        return false;
    }

    /**
     * Fetches a file. What it leaves at {@code to} when it fails is deleted; the file is seen under
     * its own name only when it is whole.
     *
     * @param to where to put it; the folder is there, the file is not
     */
    default void stageIn(DataFile file, Path to) throws IOException, InterruptedException {
        throw new UnsupportedOperationException(this + " cannot fetch " + file.uri());
    }

    /** Brings a file of this machine where its URI says, in place of what is there. */
    default void stageOut(Path from, DataFile file) throws IOException, InterruptedException {
        throw new UnsupportedOperationException(this + " cannot bring a file to " + file.uri());
    }

    /**
     * Whether files are moved by the task that needs or makes them, each try anew, rather than by
     * tasks of their own.
     */
    default boolean isInTask() {
        return false;
    }

    /** Schemes that it is for, to be named in messages. */
    default Set<String> schemes() {
        return Set.of();
    }

    /** The same, but as part of the task that needs or makes the file. */
    static Staging inTask(Staging staging) {
        return new InTask.Wrapped(staging);
    }

    /** {@code http} and {@code https}: in only, with time-outs, following redirects. */
    static Staging http() {
        return new HttpStaging();
    }

    /** {@code ftp}: in and out; anonymous unless the URI has {@code user:password@}. */
    static Staging ftp() {
        return new FtpStaging();
    }

    /** Members of archives, {@code zip:/path/archive.zip/member}: in and out. */
    static Staging zip() {
        return new ZipStaging();
    }

    /**
     * {@code rsync://host/module/path}, {@code rsync:user@host:/path} (by ssh, which must not need a
     * password) and {@code rsync:/path}: in and out, by the program rsync.
     */
    static Staging rsync() {
        return new RsyncStaging(Tool.onPath("rsync"));
    }

    /**
     * {@code globus://endpoint/path}: in and out, by the Globus command-line client, which must be
     * logged in.
     *
     * @param endpoint the endpoint (collection) that serves this machine's files under their own
     *     paths; null to ask the client for that of a local Globus Connect Personal
     */
    static Staging globus(String endpoint) {
        return new GlobusStaging(Tool.onPath("globus"), endpoint);
    }
}
