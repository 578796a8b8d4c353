// SPDX-License-Identifier: Apache-2.0
package io.teff.flow;

import java.io.Serializable;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * A file that tasks read or make, by its URI. Immutable. Given to an app as an argument, or named by
 * {@link Options#inputs}, a file from elsewhere is staged in before the body runs, and the body finds
 * it at {@link #path}; named by {@link Options#outputs}, it is staged out after the body has returned.
 *
 * <pre>{@code
 * App1<DataFile, Long> count = flow.app("count", (DataFile f) -> Files.lines(f.path()).count());
 * AppFuture<Long> lines = count.call(DataFile.of("https://example.org/data.csv"));
 * }</pre>
 *
 * <p>Schemes known without further ado: {@code file} (or a plain path), {@code http}, {@code https},
 * {@code ftp}, {@code zip:/path/archive.zip/member}, {@code rsync} and {@code globus://endpoint/path}.
 * {@link Staging} adds others.
 */
public final class DataFile implements Serializable {
    private static final long serialVersionUID = 1;
    private static final Pattern SCHEME = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]*:.*");

    private final URI uri;
    private final String local; // null if nobody has said yet where its copy is to lie
    private final boolean here; // whether the copy lies there

    /** A file by its URI. */
    public DataFile(URI uri) {
        this(uri, null, false);
    }

    private DataFile(URI uri, String local, boolean here) {
        if (uri.getScheme() == null) {
            throw new IllegalArgumentException(
                    "a file needs a URI with a scheme, not '" + uri + "'; for a path use of(path)");
        }
        if (uri.getScheme().equals("file") && uri.getPath() == null) {
            throw new IllegalArgumentException(
                    "'" + uri + "' names no absolute path: write file:/path, or the path alone");
        }
        this.uri = uri;
        this.local = local;
        this.here = here;
    }

    /**
     * A file by its URI, or by its path on this machine.
     *
     * @throws IllegalArgumentException if it is neither
     */
    public static DataFile of(String uriOrPath) {
        if (uriOrPath.isBlank()) {
            throw new IllegalArgumentException("a file needs a URI or a path, not ''");
        }
        return SCHEME.matcher(uriOrPath).matches()
                ? new DataFile(URI.create(uriOrPath))
                : of(Path.of(uriOrPath));
    }

    /** A file on this machine. */
    public static DataFile of(Path path) {
        try { // not toUri, whose answer depends on what lies there
            return new DataFile(
                    new URI("file", null, path.toAbsolutePath().normalize().toString(), null));
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException("no file can be called '" + path + "'", e);
        }
    }

    /** Where it comes from or goes to. */
    public URI uri() {
        return uri;
    }

    /** The URI's scheme, in lower case. */
    public String scheme() {
        return uri.getScheme().toLowerCase(Locale.ROOT);
    }

    /** The last part of its path. */
    public String filename() {
        String path = uri.getPath() == null ? uri.getSchemeSpecificPart() : uri.getPath();
        String name = path.substring(path.lastIndexOf('/') + 1);
        return name.isEmpty() || name.equals(".") || name.equals("..") ? "file" : name;
    }

    /** The same file, with its copy on this machine to lie at {@code path}. */
    public DataFile at(Path path) {
        return new DataFile(uri, path.toAbsolutePath().toString(), false);
    }

    /**
     * Where it, or its copy, lies on this machine.
     *
     * @throws IllegalStateException if it is elsewhere, and was not staged
     */
    public Path path() {
        if (local != null) {
            return Path.of(local);
        }
        if (isLocal()) {
            return Path.of(uri.getPath());
        }
        throw new IllegalStateException(
                shown()
                        + " is not on this machine: pass it to an app as an argument, or say where its"
                        + " copy is to lie by at(path)");
    }

    boolean isLocal() {
        return scheme().equals("file");
    }

    /** Whether it has been told where its copy is to lie. */
    boolean isPlaced() {
        return local != null;
    }

    /** Whether nothing needs to be fetched. */
    boolean isHere() {
        return here;
    }

    DataFile here() {
        return new DataFile(uri, local, true);
    }

    /** Its URI for messages, without a password. */
    String shown() {
        String user = uri.getRawUserInfo();
        int colon = user == null ? -1 : user.indexOf(':');
        return colon < 0
                ? uri.toString()
                : uri.toString().replace(user + "@", user.substring(0, colon) + ":***@");
    }

    /** Files are equal whose URIs and places are. */
    @Override
    public boolean equals(Object other) {
        return other instanceof DataFile file
                && uri.equals(file.uri)
                && Objects.equals(local, file.local);
    }

    @Override
    public int hashCode() {
        return 31 * uri.hashCode() + Objects.hashCode(local);
    }

    /** Its path on this machine if it has one, for command lines; its URI otherwise. */
    @Override
    public String toString() {
        return local != null || isLocal() ? path().toString() : shown();
    }
}
