// SPDX-License-Identifier: Apache-2.0
package io.teff.executors.htex;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The options with which the JVMs of an executor start. */
final class JvmOptions {
    private static final Pattern COLLECTOR = Pattern.compile("-XX:\\+Use\\w+GC\\b");
    private static final List<String> VARIABLES =
            List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS");

    private JvmOptions() {}

    /**
     * These, behind the serial collector unless they or the environment choose another one: many
     * JVMs share a machine, and one that is told of two collectors does not start.
     */
    static List<String> of(Collection<String> options, Map<String, String> environment) {
        boolean isChosen =
                Stream.concat(options.stream(), VARIABLES.stream().map(environment::get))
                        .anyMatch(text -> text != null && COLLECTOR.matcher(text).find());
        List<String> all = new ArrayList<>(options.size() + 1);
        if (!isChosen) {
            all.add("-XX:+UseSerialGC");
        }
        all.addAll(options);
        return all;
    }
}
