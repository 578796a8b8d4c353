// SPDX-License-Identifier: Apache-2.0
package io.teff.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Very many tasks in one JVM of 256 MB: exact counts, a heap that does not grow, no garbage. */
class EnduranceTest {
    private static final long MEGABYTE = 1 << 20;

    @TempDir Path folder;

    @Test
    void tenMillionForksAndOneMillionSubmissions() throws Exception {
        assertEndures(10_000_000, 1_000_000, 50);
    }

    @Test
    @Tag("slow")
    @Timeout(value = 15, unit = TimeUnit.MINUTES)
    void billionForksAndHundredMillionSubmissions() throws Exception {
        assertEndures(1_000_000_000, 100_000_000, 800);
    }

    private void assertEndures(long forks, long submissions, long seconds) throws Exception {
        ChildJvm child =
                ChildJvm.run(
                        seconds,
                        Jdks.current(),
                        folder,
                        EnduranceMain.class,
                        List.of("-Xmx256m"),
                        Long.toString(forks),
                        Long.toString(submissions));
        System.out.print(child.stderr());
        assertThat(child.exit()).as(child.stderr()).isZero();
        Map<String, Long> numbers = new HashMap<>();
        for (String line : child.stdout().lines().toList()) {
            String[] words = line.split(" ", -1);
            numbers.put(words[0], Long.parseLong(words[1]));
        }
        System.out.println(numbers);
        assertThat(numbers.get("forked")).isGreaterThanOrEqualTo(forks);
        assertThat(numbers.get("counted")).isEqualTo(numbers.get("expectedCount"));
        assertThat(numbers.get("submitted")).isGreaterThanOrEqualTo(submissions);
        assertThat(numbers.get("ran")).isEqualTo(numbers.get("submitted"));
        assertThat(numbers.get("sum")).isEqualTo(numbers.get("expectedSum"));
        assertThat(numbers.get("heapLate") - numbers.get("heapEarly"))
                .as("growth of the heap between a tenth of the run and its end")
                .isLessThan(MEGABYTE);
        // a computation that comes in from outside is an object, its forks are not
        long perComputation = 128;
        assertThat(numbers.get("allocated"))
                .as("bytes allocated after the first tenth")
                .isLessThan(numbers.get("computations") * perComputation + 64 * 1024);
    }
}
