// SPDX-License-Identifier: Apache-2.0
package io.teff.flow;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Files of an FTP server, on each executor. */
@ParameterizedClass
@EnumSource(On.class)
class FtpStagingTest extends OnEachStaging {
    FtpStagingTest(On on) {
        super(on);
    }

    @Test
    void ftpFilesGoInAndOut() throws Exception {
        try (FtpServer server = new FtpServer()) {
            byte[] big = new byte[300_000];
            new Random(1).nextBytes(big);
            server.files.put("/dir/big", big);
            App1<DataFile, byte[]> bytes =
                    flow.app("bytes", (DataFile file) -> Files.readAllBytes(file.path()));
            assertThat(bytes.call(DataFile.of(server.uri("/dir/big"))).get()).isEqualTo(big);
            made(DataFile.of(server.uri("/dir/out")), "made").get();
            assertThat(server.files.get("/dir/out")).asString().isEqualTo("made");
            assertThat(server.commands).contains("USER user", "PASS secret", "TYPE I");
            assertThat(failure(read.call(DataFile.of(server.uri("/none"))), DependencyError.class))
                    .hasMessageStartingWith("read <- stage-in ftp://user:***@127.0.0.1:")
                    .hasMessageContaining("/none: cannot fetch ftp://user:***@");
            assertThat(
                            failure(
                                    made(DataFile.of(server.uri("/readonly/x")), "y"),
                                    StagingError.class))
                    .hasMessageContaining("/readonly/x");
            server.losesHalf = true;
            assertThat(
                            failure(
                                    made(DataFile.of(server.uri("/dir/half")), "1234"),
                                    StagingError.class))
                    .hasMessageEndingWith("sent 4 bytes, but the server has 2");
        }
    }
}
