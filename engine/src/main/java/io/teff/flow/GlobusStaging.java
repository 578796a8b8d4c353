// SPDX-License-Identifier: Apache-2.0
package io.teff.flow;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;

/**
 * {@code globus://endpoint/path}, by the Globus command-line client: a transfer, and a wait for it.
 * When the wait is given up, the transfer is cancelled.
 */
final class GlobusStaging implements Staging {
    private static final String FIX =
            "install the Globus command-line client by pipx install globus-cli, and log in by globus"
                    + " login";

    private final Tool globus;
    private final String configured; // null: ask the client

    GlobusStaging(Tool globus, String endpoint) {
        this.globus = globus;
        configured = endpoint;
    }

    @Override
    public boolean canStageIn(DataFile file) {
        return isMine(file);
    }

    @Override
    public boolean canStageOut(DataFile file) {
        return isMine(file);
    }

    private static boolean isMine(DataFile file) {
        if (!file.scheme().equals("globus")) {
            return false;
        }
        if (file.uri().getAuthority() == null) {
            throw new IllegalArgumentException(
                    file.uri() + " names no endpoint: write globus://endpoint/path");
        }
        return true;
    }

    @Override
    public void stageIn(DataFile file, Path to) throws IOException, InterruptedException {
        transfer(remote(file), local(to));
    }

    @Override
    public void stageOut(Path from, DataFile file) throws IOException, InterruptedException {
        transfer(local(from), remote(file));
    }

    private static String remote(DataFile file) {
        return file.uri().getAuthority() + ":" + file.uri().getPath();
    }

    private String local(Path path) throws IOException, InterruptedException {
        String endpoint = configured != null ? configured : globus.run(FIX, "endpoint", "local-id");
        return endpoint + ":" + path.toAbsolutePath();
    }

    private void transfer(String from, String to) throws IOException, InterruptedException {
        String task = ask("transfer", "task_id", "--notify", "off", from, to);
        try {
            globus.run(FIX, "task", "wait", task);
        } catch (InterruptedException e) {
            globus.run(FIX, "task", "cancel", task);
            throw e;
        }
        String status = ask("task", "status", "show", task);
        if (!status.equals("SUCCEEDED")) {
            throw new IOException("Globus task " + task + " ended as " + status);
        }
    }

    /** Runs a command and takes one word of its answer. */
    private String ask(String command, String word, String... arguments)
            throws IOException, InterruptedException {
        String[] all = new String[arguments.length + 5];
        all[0] = command;
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        all[arguments.length + 1] = "--format";
        all[arguments.length + 2] = "unix";
        all[arguments.length + 3] = "--jmespath";
        all[arguments.length + 4] = word;
        return globus.run(FIX, all);
    }

    @Override
    public Set<String> schemes() {
        return Set.of("globus");
    }

    @Override
    public String toString() {
        return "globus staging";
    }
}
