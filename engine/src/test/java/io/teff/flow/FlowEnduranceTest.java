// SPDX-License-Identifier: Apache-2.0
package io.teff.flow;

import static org.assertj.core.api.Assertions.assertThat;

import io.teff.engine.ChildJvm;
import io.teff.engine.Jdks;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Very many calls in one JVM of 512 MB: exact counts, and a heap that does not grow. */
class FlowEnduranceTest {
    private static final long MEGABYTE = 1 << 20;

    @TempDir Path folder;

    @Test
    void aMillionCalls() throws Exception {
        assertEndures(1_000_000, 50);
    }

    @Test
    @Tag("slow")
    @Timeout(value = 15, unit = TimeUnit.MINUTES)
    void hundredMillionCalls() throws Exception {
        assertEndures(100_000_000, 800);
    }

    private void assertEndures(long calls, long seconds) throws Exception {
        ChildJvm child =
                ChildJvm.run(
                        seconds,
                        Jdks.current(),
                        folder,
                        FlowEnduranceMain.class,
                        List.of("-Xmx512m"),
                        Long.toString(calls));
        assertThat(child.exit()).as(child.stderr()).isZero();
        Map<String, Long> numbers = new HashMap<>();
        for (String line : child.stdout().lines().toList()) {
            String[] words = line.split(" ", -1);
            numbers.put(words[0], Long.parseLong(words[1]));
        }
        System.out.println(numbers);
        assertThat(numbers.get("called")).isEqualTo(calls);
        assertThat(numbers.get("sum")).isEqualTo(calls);
        assertThat(numbers.get("done")).isEqualTo(calls);
        assertThat(numbers.get("tasks")).isEqualTo(calls);
        assertThat(numbers.get("heapLate") - numbers.get("heapEarly"))
                .as("growth of the heap between a tenth of the run and its end")
                .isLessThan(2 * MEGABYTE);
    }
}
