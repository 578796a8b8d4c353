// SPDX-License-Identifier: Apache-2.0
package io.teff.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Members of zip archives, on each executor. */
@ParameterizedClass
@EnumSource(On.class)
class ZipStagingTest extends OnEachStaging {
    ZipStagingTest(On on) {
        super(on);
    }

    @Test
    void zipMembersGoInAndOut() throws Exception {
        String archive = "zip:" + folder + "/sub/a.zip";
        List<DataFuture> made = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            made.add(made(DataFile.of(archive + "/in/side/" + i), "text " + i));
        }
        for (DataFuture each : made) {
            each.get();
        }
        made(DataFile.of(archive + "/in/side/7"), "replaced").get();
        use(builder());
        for (int i = 0; i < 20; i++) {
            assertThat(read.call(DataFile.of(archive + "/in/side/" + i)).get())
                    .isEqualTo(i == 7 ? "replaced" : "text " + i);
        }
        assertThat(failure(read.call(DataFile.of(archive + "/none")), DependencyError.class))
                .hasMessageEndingWith("none: there is no such member in the archive");
        assertThat(
                        failure(
                                read.call(DataFile.of("zip:" + folder + "/b.zip/x")),
                                DependencyError.class))
                .hasMessageEndingWith("b.zip: there is no such archive");
        assertThatThrownBy(() -> read.call(DataFile.of("zip://host/a.zip/x")))
                .hasMessageStartingWith("zip://host/a.zip/x has a host, host");
        assertThatThrownBy(() -> read.call(DataFile.of("zip:/a.tar/x")))
                .hasMessageStartingWith("zip:/a.tar/x names no member");
        Path broken = Files.writeString(folder.resolve("broken.zip"), "no archive");
        assertThat(failure(read.call(DataFile.of("zip:" + broken + "/x")), DependencyError.class))
                .hasMessageContaining("cannot fetch zip:" + broken + "/x");
    }
}
