// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.monitor;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;

/** The page of the engines whose files are in a folder, at any free port of the loopback address. */
final class Pages {
    private Pages() {}

    static MonitorServer serve(Path folder) throws IOException {
        return serve(folder, null);
    }

    static MonitorServer serve(Path folder, String token) throws IOException {
        return new MonitorServer(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), token, List.of(folder));
    }

    static URI address(MonitorServer server) {
        return URI.create("http://127.0.0.1:" + server.port() + "/");
    }
}
