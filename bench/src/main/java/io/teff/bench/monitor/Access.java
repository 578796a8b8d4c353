// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.monitor;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Set;

/**
 * Who may look. On the loopback address everybody of this machine, if the browser was told to go to this
 * machine by name: a page from elsewhere whose name was made to lead here is refused. On any other
 * address whoever shows the token.
 */
final class Access {
    private static final Set<String> OWN_NAMES = Set.of("localhost", "127.0.0.1", "[::1]", "::1");
    private static final String BEARER = "Bearer ";

    private final boolean loopback;
    private final String token;

    /**
     * Rules for an address.
     *
     * @param token null for none
     * @throws IllegalArgumentException if the address needs a token
     */
    Access(InetAddress address, String token) {
        loopback = address.isLoopbackAddress();
        this.token = token;
        if (!loopback && (token == null || token.length() < 8)) {
            throw new IllegalArgumentException(
                    "address "
                            + address.getHostAddress()
                            + " can be reached from other machines, so it needs --token with at least 8"
                            + " characters");
        }
    }

    boolean allows(HttpExchange exchange, String shown) {
        Headers headers = exchange.getRequestHeaders();
        if (token == null) {
            return OWN_NAMES.contains(hostName(headers.getFirst("Host")));
        }
        String authorization = headers.getFirst("Authorization");
        String offered =
                authorization != null && authorization.startsWith(BEARER)
                        ? authorization.substring(BEARER.length())
                        : shown;
        return offered != null
                && MessageDigest.isEqual( // takes as long for a near miss as for a far one
                        token.getBytes(StandardCharsets.UTF_8),
                        offered.getBytes(StandardCharsets.UTF_8));
    }

    private static String hostName(String host) {
        if (host == null) {
            return "";
        }
        int colon = host.lastIndexOf(':');
        return colon > host.lastIndexOf(']') ? host.substring(0, colon) : host;
    }
}
