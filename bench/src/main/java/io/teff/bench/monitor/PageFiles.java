// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.monitor;

import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The files of the page, read from the jar once. No other path is served. */
final class PageFiles {
    /** A file and its media type. */
    static final class PageFile {
        private final byte[] bytes;
        private final String type;

        PageFile(byte[] bytes, String type) {
            this.bytes = bytes;
            this.type = type;
        }

        /** Not to be changed. */
        byte[] bytes() {
            return bytes;
        }

        String type() {
            return type;
        }
    }

    private static final String UPLOT = "/META-INF/resources/webjars/uplot/1.6.30/dist/";
    private static final List<String> OWN =
            List.of(
                    "index.html",
                    "style.css",
                    "icon.svg",
                    "app.js",
                    "apps.js",
                    "charts.js",
                    "latency.js",
                    "overview.js",
                    "queues.js",
                    "ranks.js",
                    "steals.js",
                    "store.js",
                    "tiles.js",
                    "timeline.js",
                    "util.js");

    private final Map<String, PageFile> files = new HashMap<>();

    PageFiles() throws IOException {
        for (String name : OWN) {
            put("/" + name, name);
        }
        files.put("/", files.get("/index.html"));
        put("/uplot.js", UPLOT + "uPlot.iife.min.js");
        put("/uplot.css", UPLOT + "uPlot.min.css");
    }

    private void put(String path, String resource) throws IOException {
        try (InputStream in = PageFiles.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IOException("the jar has no " + resource);
            }
            files.put(path, new PageFile(in.readAllBytes(), type(path)));
        }
    }

    private static String type(String path) {
        String ending = path.substring(path.lastIndexOf('.') + 1);
        return switch (ending) {
            case "html" -> "text/html; charset=utf-8";
            case "css" -> "text/css; charset=utf-8";
            case "js" -> "text/javascript; charset=utf-8";
            case "svg" -> "image/svg+xml";
            default -> throw new IllegalArgumentException(path);
        };
    }

    /** The file of a path; null if there is none. */
    PageFile at(String path) {
        return files.get(path);
    }
}
