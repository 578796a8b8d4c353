// SPDX-License-Identifier: Apache-2.0
package io.teff.flow.examples;

import io.teff.engine.Engine;
import io.teff.flow.App1;
import io.teff.flow.App2;
import io.teff.flow.AppFuture;
import io.teff.flow.Flow;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Sorts the lines of a file: parts are sorted side by side, then merged two by two. */
public final class SortFile {
    private static final int PART = 1000; // lines

    private SortFile() {}

    private static List<String> sorted(List<String> lines) {
        return lines.stream().sorted().toList();
    }

    private static List<String> merged(List<String> a, List<String> b) {
        List<String> all = new ArrayList<>(a.size() + b.size());
        int i = 0;
        int j = 0;
        while (i < a.size() && j < b.size()) {
            all.add(a.get(i).compareTo(b.get(j)) <= 0 ? a.get(i++) : b.get(j++));
        }
        all.addAll(a.subList(i, a.size()));
        all.addAll(b.subList(j, b.size()));
        return all;
    }

    /** Arguments: the file to read, the file to write. */
    public static void main(String[] args) throws Exception {
        if (args.length != 2) {
            throw new IllegalArgumentException(
                    "give the file to read and the file to write, not " + List.of(args));
        }
        List<String> lines = Files.readAllLines(Path.of(args[0]));
        try (Engine engine = Engine.start();
                Flow flow = Flow.on(engine)) {
            App1<List<String>, List<String>> sort = flow.app("sort", SortFile::sorted);
            App2<List<String>, List<String>, List<String>> merge =
                    flow.app("merge", SortFile::merged);
            List<AppFuture<List<String>>> parts = new ArrayList<>();
            for (int from = 0; from < lines.size(); from += PART) {
                parts.add(sort.call(lines.subList(from, Math.min(from + PART, lines.size()))));
            }
            while (parts.size() > 1) {
                List<AppFuture<List<String>>> half = new ArrayList<>();
                for (int i = 0; i + 1 < parts.size(); i += 2) {
                    half.add(merge.call(parts.get(i), parts.get(i + 1)));
                }
                if (parts.size() % 2 == 1) {
                    half.add(parts.get(parts.size() - 1));
                }
                parts = half;
            }
            List<String> result = parts.isEmpty() ? List.of() : parts.get(0).get();
            Files.write(Path.of(args[1]), result);
            System.out.println(result.size() + " lines sorted");
        }
    }
}
