// SPDX-License-Identifier: Apache-2.0
package io.teff.flow;

import java.io.Serializable;
import java.util.concurrent.Callable;

/** The body of a bash app, for another process: runs the command, and waits for it. */
final class RemoteCommand implements Callable<Object>, Serializable {
    private static final long serialVersionUID = 1;

    private final CommandLine command;

    RemoteCommand(CommandLine command) {
        this.command = command;
    }

    /** An interrupt kills the command. */
    @Override
    public Object call() throws Exception {
        CommandProcess running = new CommandProcess(command);
        try {
            running.process().waitFor();
        } catch (InterruptedException e) {
            running.kill();
            running.deleteOurs();
            throw e;
        }
        running.killRest();
        BashExitFailure failure = running.failure();
        if (failure != null) {
            throw failure;
        }
        return 0;
    }

    @Override
    public String toString() {
        return command.line();
    }
}
