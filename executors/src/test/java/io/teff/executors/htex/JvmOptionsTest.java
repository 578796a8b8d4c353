// SPDX-License-Identifier: Apache-2.0
package io.teff.executors.htex;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The options of the JVMs that an executor starts. */
final class JvmOptionsTest {
    @TempDir Path dir;

    @Test
    void collectorIsSerialUnlessOneIsChosen() {
        assertThat(JvmOptions.of(List.of("-Xmx64m"), Map.of()))
                .containsExactly("-XX:+UseSerialGC", "-Xmx64m");
        assertThat(JvmOptions.of(List.of("-XX:+UseZGC"), Map.of())).containsExactly("-XX:+UseZGC");
        assertThat(JvmOptions.of(List.of("-XX:-UseG1GC"), Map.of()))
                .containsExactly("-XX:+UseSerialGC", "-XX:-UseG1GC");
        Map<String, String> environment = Map.of("JAVA_TOOL_OPTIONS", "-Xss1m -XX:+UseG1GC -Da=b");
        assertThat(JvmOptions.of(List.of("-Xmx64m"), environment)).containsExactly("-Xmx64m");
        assertThat(JvmOptions.of(List.of(), Map.of("PATH", "-XX:+UseG1GC")))
                .containsExactly("-XX:+UseSerialGC");
    }

    @Test
    void collectorOfTheUserKeepsNoProcessFromStarting() throws Exception {
        HtexConfig config =
                Children.tuned(dir)
                        .jvmOptions("-Xmx96m", "-XX:TieredStopAtLevel=1", "-XX:+UseParallelGC")
                        .build();
        try (HtexExecutor htex = new HtexExecutor(config)) {
            List<String> collectors = htex.submit(JvmOptionsTest::collectors).get(60, SECONDS);
            assertThat(collectors).contains("PS Scavenge");
        }
        Children.assertNoneLeft(dir);
    }

    private static List<String> collectors() {
        return List.copyOf(
                ManagementFactory.getGarbageCollectorMXBeans().stream()
                        .map(collector -> collector.getName())
                        .toList());
    }
}
