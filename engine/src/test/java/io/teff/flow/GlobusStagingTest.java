// SPDX-License-Identifier: Apache-2.0
package io.teff.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Files of Globus endpoints, by a client that only looks like its own, on each executor. */
@ParameterizedClass
@EnumSource(On.class)
class GlobusStagingTest extends OnEachStaging {
    GlobusStagingTest(On on) {
        super(on);
    }

    /** A client that copies files of endpoint {@code there} from and to a folder. */
    private Tool fakeGlobus(String waiting, String status) throws IOException {
        Path bin = Files.createDirectories(folder.resolve("bin"));
        Files.createDirectories(folder.resolve("there"));
        Path program = bin.resolve("globus");
        Files.writeString(
                program,
                """
                #!/bin/sh
                echo "$*" >> %1$s/calls
                case "$1 $2" in
                "endpoint local-id") echo here ;;
                "transfer --notify")
                    from=$(echo "$4" | sed 's#^here:##;s#^there:#%1$s/there#')
                    to=$(echo "$5" | sed 's#^here:##;s#^there:#%1$s/there#')
                    cp "$from" "$to" && echo 11-22 ;;
                "task wait") %2$s ;;
                "task show") echo %3$s ;;
                "task cancel") touch %1$s/cancelled ;;
                *) echo "what is $*?" >&2; exit 2 ;;
                esac
                """
                        .formatted(folder, waiting, status));
        assertThat(program.toFile().setExecutable(true)).isTrue();
        return new Tool("globus", bin + ":" + System.getenv("PATH"));
    }

    @Test
    void globusFilesGoInAndOutByItsClient() throws Exception {
        use(builder().staging(new GlobusStaging(fakeGlobus("true", "SUCCEEDED"), null)));
        Files.writeString(folder.resolve("there/x"), "text");
        assertThat(read.call(DataFile.of("globus://there/x")).get()).isEqualTo("text");
        made(DataFile.of("globus://there/y").at(folder.resolve("y")), "made").get();
        assertThat(folder.resolve("there/y")).hasContent("made");
        List<String> calls = Files.readAllLines(folder.resolve("calls"));
        assertThat(calls).hasSize(8);
        assertThat(calls.get(0)).isEqualTo("endpoint local-id");
        assertThat(calls.get(1))
                .startsWith("transfer --notify off there:/x here:" + folder + "/runs/")
                .endsWith(" --format unix --jmespath task_id");
        assertThat(calls.get(2)).isEqualTo("task wait 11-22");
        assertThat(calls.get(3)).isEqualTo("task show 11-22 --format unix --jmespath status");
        assertThat(calls.get(5))
                .isEqualTo(
                        "transfer --notify off here:%s/y there:/y --format unix --jmespath task_id"
                                .formatted(folder));
    }

    @Test
    void globusFailuresAreTold() throws Exception {
        use(builder().staging(new GlobusStaging(fakeGlobus("true", "FAILED"), "here")));
        Files.writeString(folder.resolve("there/x"), "text");
        assertThat(failure(read.call(DataFile.of("globus://there/x")), DependencyError.class))
                .hasMessageEndingWith("Globus task 11-22 ended as FAILED");
        assertThat(failure(read.call(DataFile.of("globus://there/none")), DependencyError.class))
                .hasMessageContaining("globus failed with exit code 1: cp: ");
        assertThat(copies()).isZero();
    }

    @Test
    void aCancelledGlobusTransferIsCancelledThere() throws Exception {
        use(builder().staging(new GlobusStaging(fakeGlobus("exec sleep 100", "ACTIVE"), "here")));
        Files.writeString(folder.resolve("there/x"), "text");
        Path calls = folder.resolve("calls");
        assertCancelled(
                DataFile.of("globus://there/x"),
                () -> Files.exists(calls) && Files.readString(calls).contains("task wait"));
        await().atMost(SOON).until(() -> Files.exists(folder.resolve("cancelled")));
        await().atMost(SOON).until(() -> copies() == 0);
    }
}
