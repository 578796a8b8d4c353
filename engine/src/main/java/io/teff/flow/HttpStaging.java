// SPDX-License-Identifier: Apache-2.0
package io.teff.flow;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;

/**
 * {@code http} and {@code https}. By {@link HttpURLConnection}, which unlike the newer client leaves
 * no thread behind.
 */
final class HttpStaging implements Staging {
    static final int CONNECT_TIMEOUT_MS = 20_000;
    static final int READ_TIMEOUT_MS = 60_000;
    private static final int MAX_REDIRECTS = 10;

    private final int readTimeoutMs;

    HttpStaging() {
        this(READ_TIMEOUT_MS);
    }

    HttpStaging(int readTimeoutMs) {
        this.readTimeoutMs = readTimeoutMs;
    }

    @Override
    public boolean canStageIn(DataFile file) {
        return schemes().contains(file.scheme());
    }

    @Override
    public void stageIn(DataFile file, Path to) throws IOException {
        URI uri = file.uri();
        for (int i = 0; i <= MAX_REDIRECTS; i++) {
            HttpURLConnection connection = (HttpURLConnection) uri.toURL().openConnection();
            connection.setInstanceFollowRedirects(false); // they would stop at a change of scheme
            connection.setConnectTimeout(CONNECT_TIMEOUT_MS);
            connection.setReadTimeout(readTimeoutMs);
            connection.setRequestProperty("Connection", "close"); // else a thread waits for reuse
            try {
                int status = connection.getResponseCode();
                if (status == HttpURLConnection.HTTP_OK) {
                    receive(connection, to);
                    return;
                }
                String location = connection.getHeaderField("Location");
                if (status / 100 != 3 || location == null) {
                    throw new IOException(
                            "the server says " + status + " " + connection.getResponseMessage());
                }
                uri = uri.resolve(location);
                if (!schemes().contains(String.valueOf(uri.getScheme()))) {
                    throw new IOException("the server redirects to " + uri + ", not to http(s)");
                }
            } finally {
                connection.disconnect();
            }
        }
        throw new IOException("the server redirects more than " + MAX_REDIRECTS + " times");
    }

    private static void receive(HttpURLConnection connection, Path to) throws IOException {
        long expected = connection.getContentLengthLong();
        try (InputStream in = connection.getInputStream();
                OutputStream out = Files.newOutputStream(to)) {
            long got = Copy.all(in, out);
            if (expected >= 0 && got != expected) {
                throw new IOException("got " + got + " of " + expected + " bytes");
            }
        }
    }

    @Override
    public Set<String> schemes() {
        return Set.of("http", "https");
    }

    @Override
    public String toString() {
        return "http staging";
    }
}
