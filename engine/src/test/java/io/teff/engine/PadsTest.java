// SPDX-License-Identifier: Apache-2.0
package io.teff.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Fields that different threads write never meet in one pair of cache lines, on every JVM and header
 * format, wherever the object lies.
 */
class PadsTest {
    static final List<Class<?>> PADDED =
            List.of(
                    Worker.class,
                    TaskDeque.class,
                    Inbox.class,
                    Submitter.class,
                    Counters.class,
                    Sleepers.class,
                    Probe.class);
    private static final int PAIR_OF_LINES = 128;
    private static final int ALIGNMENT = 8; // of objects

    @TempDir Path folder;

    static Stream<Arguments> jvms() {
        List<Arguments> jvms = new ArrayList<>();
        for (Path jdk : Jdks.toTest()) {
            jvms.add(Arguments.of(jdk, "-XX:+UseCompressedOops"));
            if (Jdks.releaseOf(jdk) >= 25) {
                jvms.add(Arguments.of(jdk, "-XX:+UseCompactObjectHeaders"));
            }
        }
        return jvms.stream();
    }

    @ParameterizedTest
    @MethodSource("jvms")
    void hotGroupsNeverShareLines(Path jdk, String option) throws Exception {
        List<String> options = new ArrayList<>(List.of(option));
        if (Jdks.releaseOf(jdk) >= 24) {
            options.add("--sun-misc-unsafe-memory-access=allow"); // the offsets come from Unsafe
        }
        ChildJvm child = ChildJvm.run(jdk, folder, FieldDistances.class, options);

        assertThat(child.stderr()).isEmpty();
        Set<String> seen = new HashSet<>();
        int hotGroups = 0;
        for (String line : child.stdout().lines().toList()) {
            String[] gap = line.split(" ", -1);
            seen.add(gap[0]);
            if (!gap[2].equals("own") && !gap[2].equals("end")) {
                hotGroups++;
            }
            boolean cold = gap[1].equals("own") || gap[1].equals("start") && gap[2].equals("own");
            if (!cold) {
                int last = Integer.parseInt(gap[3]);
                int first = Integer.parseInt(gap[4]);
                for (int at = 0; at < PAIR_OF_LINES; at += ALIGNMENT) {
                    assertThat(Math.floorDiv(at + last, PAIR_OF_LINES))
                            .as("%s, in an object at %s modulo %s", line, at, PAIR_OF_LINES)
                            .isNotEqualTo(Math.floorDiv(at + first, PAIR_OF_LINES));
                }
            }
        }
        assertThat(seen).hasSize(PADDED.size());
        assertThat(hotGroups).as("groups in Pads that hold fields").isEqualTo(hotGroupsInPads());
    }

    private static int hotGroupsInPads() {
        return (int)
                Stream.of(Pads.class.getDeclaredClasses())
                        .filter(
                                group ->
                                        Stream.of(group.getDeclaredFields())
                                                .anyMatch(f -> !f.getName().matches("p\\d{3}")))
                        .count();
    }
}
