// SPDX-License-Identifier: Apache-2.0
package io.teff.flow;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URLConnection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;

/**
 * {@code ftp}, by the JDK's own connection. That does not say how a server liked what it was sent, so
 * what was sent is read back, and counted.
 */
final class FtpStaging implements Staging {
    @Override
    public boolean canStageIn(DataFile file) {
        return file.scheme().equals("ftp");
    }

    @Override
    public boolean canStageOut(DataFile file) {
        return file.scheme().equals("ftp");
    }

    @Override
    public void stageIn(DataFile file, Path to) throws IOException {
        try (InputStream in = connect(file).getInputStream();
                OutputStream out = Files.newOutputStream(to)) {
            Copy.all(in, out);
        }
    }

    @Override
    public void stageOut(Path from, DataFile file) throws IOException {
        URLConnection connection = connect(file);
        connection.setDoOutput(true);
        long sent;
        try (InputStream in = Files.newInputStream(from);
                OutputStream out = connection.getOutputStream()) {
            sent = Copy.all(in, out);
        }
        long there;
        try (InputStream in = connect(file).getInputStream()) {
            there = Copy.all(in, OutputStream.nullOutputStream());
        }
        if (there != sent) {
            throw new IOException("sent " + sent + " bytes, but the server has " + there);
        }
    }

    private static URLConnection connect(DataFile file) throws IOException {
        URLConnection connection = file.uri().toURL().openConnection();
        connection.setConnectTimeout(HttpStaging.CONNECT_TIMEOUT_MS);
        connection.setReadTimeout(HttpStaging.READ_TIMEOUT_MS);
        return connection;
    }

    @Override
    public Set<String> schemes() {
        return Set.of("ftp");
    }

    @Override
    public String toString() {
        return "ftp staging";
    }
}
