// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.report;

import io.teff.bench.measure.Json;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The page: one file that asks for no other. Its template, style and script are resources. */
final class PageWriter {
    private PageWriter() {}

    /**
     * The page's text.
     *
     * @param files all records, which are embedded with their raw points
     */
    static String write(List<ResultFile> files, List<Chapter> chapters) {
        List<Map<String, Object>> records =
                files.stream()
                        .map(
                                file -> {
                                    Map<String, Object> map = new LinkedHashMap<>();
                                    map.put("name", file.name());
                                    map.put("bench", file.bench());
                                    map.put("command", file.command());
                                    map.put("doubts", file.doubts());
                                    map.put("record", file.record());
                                    return map;
                                })
                        .toList();
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("chapters", chapters);
        data.put("files", records);
        // A script ends at the first "</", wherever that is.
        String json = Json.write(data).replace("<", "\\u003c");
        return resource("report.html")
                .replace("/*STYLE*/", resource("report.css"))
                .replace("/*SCRIPT*/", resource("report.js"))
                .replace("/*DATA*/", json);
    }

    private static String resource(String name) {
        try (InputStream in = PageWriter.class.getResourceAsStream(name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new IllegalStateException("the jar is damaged: " + name, e);
        }
    }
}
