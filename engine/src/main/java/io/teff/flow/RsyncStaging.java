// SPDX-License-Identifier: Apache-2.0
package io.teff.flow;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Set;

/** {@code rsync}, by the program of that name. */
final class RsyncStaging implements Staging {
    private static final String FIX = "install it, for example by apt-get install rsync";

    private final Tool rsync;

    RsyncStaging(Tool rsync) {
        this.rsync = rsync;
    }

    @Override
    public boolean canStageIn(DataFile file) {
        return file.scheme().equals("rsync");
    }

    @Override
    public boolean canStageOut(DataFile file) {
        return file.scheme().equals("rsync");
    }

    @Override
    public void stageIn(DataFile file, Path to) throws IOException, InterruptedException {
        transfer(remote(file.uri()), to.toString());
    }

    @Override
    public void stageOut(Path from, DataFile file) throws IOException, InterruptedException {
        transfer(from.toString(), remote(file.uri()));
    }

    private void transfer(String from, String to) throws IOException, InterruptedException {
        boolean isServer = from.startsWith("rsync://") || to.startsWith("rsync://");
        // told of a shell, rsync would reach servers through it; ssh must not ask for a password
        String how = isServer ? "--contimeout=20" : "--rsh=ssh -oBatchMode=yes";
        rsync.run(FIX, "--times", "--timeout=60", how, "--", from, to); // no options after --
    }

    private static String remote(URI uri) {
        return uri.getRawAuthority() == null ? uri.getSchemeSpecificPart() : uri.toString();
    }

    @Override
    public Set<String> schemes() {
        return Set.of("rsync");
    }

    @Override
    public String toString() {
        return "rsync staging";
    }
}
