// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.peers;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What peers started by this JVM have left behind, found by their folders, not by their sessions. */
final class Leftovers {
    private Leftovers() {}

    static List<String> folders() throws IOException {
        List<String> left = new ArrayList<>();
        Path tmp = Path.of(System.getProperty("java.io.tmpdir"));
        try (DirectoryStream<Path> folders =
                Files.newDirectoryStream(tmp, PeerProcess.PREFIX + "*")) {
            folders.forEach(folder -> left.add(folder.toString()));
        }
        return left;
    }

    static List<String> processes() throws IOException {
        List<String> left = new ArrayList<>();
        try (DirectoryStream<Path> processes =
                Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
            for (Path process : processes) {
                String where = folderOf(process);
                if (where.contains(PeerProcess.PREFIX)) {
                    left.add(process.getFileName() + " in " + where);
                }
            }
        }
        return left;
    }

    private static String folderOf(Path process) {
        try {
            return Files.readSymbolicLink(process.resolve("cwd")).toString();
        } catch (IOException e) {
            return ""; // it has ended meanwhile, or is not ours to read
        }
    }
}
