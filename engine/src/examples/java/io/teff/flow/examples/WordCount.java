// SPDX-License-Identifier: Apache-2.0
package io.teff.flow.examples;

import io.teff.engine.Engine;
import io.teff.flow.App1;
import io.teff.flow.AppFuture;
import io.teff.flow.AppList;
import io.teff.flow.Flow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Map and reduce: counts the words of each file, and adds the counts up. */
public final class WordCount {
    private WordCount() {}

    private static Map<String, Integer> count(Path file) throws IOException {
        Map<String, Integer> counts = new TreeMap<>();
        for (String word : Files.readString(file).toLowerCase(Locale.ROOT).split("\\W+", -1)) {
            if (!word.isEmpty()) {
                counts.merge(word, 1, Integer::sum);
            }
        }
        return counts;
    }

    private static Map<String, Integer> sum(List<Map<String, Integer>> parts) {
        Map<String, Integer> all = new TreeMap<>();
        parts.forEach(part -> part.forEach((word, n) -> all.merge(word, n, Integer::sum)));
        return all;
    }

    /** Arguments: the files. */
    public static void main(String[] args) {
        try (Engine engine = Engine.start();
                Flow flow = Flow.on(engine)) {
            App1<Path, Map<String, Integer>> count = flow.app("count", WordCount::count);
            AppList<Map<String, Integer>, Map<String, Integer>> sum =
                    flow.listApp("sum", WordCount::sum);
            List<AppFuture<Map<String, Integer>>> parts = new ArrayList<>();
            for (String file : args) {
                parts.add(count.call(Path.of(file)));
            }
            sum.callAll(parts).join().forEach((word, n) -> System.out.println(n + " " + word));
        }
    }
}
