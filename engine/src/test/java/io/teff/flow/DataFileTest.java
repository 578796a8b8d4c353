// SPDX-License-Identifier: Apache-2.0
package io.teff.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.net.URI;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Names of files. */
class DataFileTest {
    @Test
    void pathsAreFilesOfThisMachine() {
        DataFile file = DataFile.of("/tmp/a b/ü#?.txt");
        assertThat(file.scheme()).isEqualTo("file");
        assertThat(file.path()).isEqualTo(Path.of("/tmp/a b/ü#?.txt"));
        assertThat(file.filename()).isEqualTo("ü#?.txt");
        assertThat(file).hasToString("/tmp/a b/ü#?.txt");
        assertThat(DataFile.of("x/../y").path()).isEqualTo(Path.of("y").toAbsolutePath());
        assertThat(DataFile.of("file:///tmp/x")).isEqualTo(DataFile.of("/tmp/x"));
        assertThat(DataFile.of(Path.of("/tmp/x")).uri()).isEqualTo(URI.create("file:/tmp/x"));
    }

    @Test
    void otherFilesNeedAPlaceHere() {
        DataFile file = DataFile.of("HTTPS://me:secret@host/dir/data.csv?x=1");
        assertThat(file.scheme()).isEqualTo("https");
        assertThat(file.filename()).isEqualTo("data.csv");
        assertThatThrownBy(file::path)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageStartingWith(
                        "HTTPS://me:***@host/dir/data.csv?x=1 is not on this machine");
        assertThat(file.at(Path.of("/tmp/d")).path()).isEqualTo(Path.of("/tmp/d"));
        assertThat(file.at(Path.of("/tmp/d"))).isNotEqualTo(file).hasToString("/tmp/d");
        assertThat(DataFile.of("http://host/..").filename()).isEqualTo("file");
        assertThat(DataFile.of("rsync:me@host:dir/x").filename()).isEqualTo("x");
    }

    @Test
    void badNamesAreRefused() {
        assertThatThrownBy(() -> DataFile.of(" "))
                .hasMessage("a file needs a URI or a path, not ''");
        assertThatThrownBy(() -> DataFile.of("http://host/a b"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("http://host/a b");
        assertThatThrownBy(() -> new DataFile(URI.create("//host/x")))
                .hasMessageContaining("'//host/x'");
        assertThatThrownBy(() -> DataFile.of("file:x")).hasMessageContaining("'file:x'");
    }

    @Test
    void filesCanBeWrittenDown() throws Exception {
        DataFile file = DataFile.of("ftp://host/x").at(Path.of("/tmp/x"));
        var bytes = new ByteArrayOutputStream();
        try (var out = new ObjectOutputStream(bytes)) {
            out.writeObject(file);
        }
        try (var in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
            assertThat(in.readObject()).isEqualTo(file).hasSameHashCodeAs(file);
        }
    }
}
