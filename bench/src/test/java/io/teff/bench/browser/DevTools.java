// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.browser;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * The Chrome DevTools protocol over one web socket: commands that are answered, and events.
 *
 * <p>Commands may come from any thread, one at a time; listeners are called on the socket's thread
 * and must not send commands.
 */
final class DevTools implements AutoCloseable {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final long TIMEOUT_S = 60; // a busy machine draws slowly

    private final WebSocket socket;
    private final AtomicInteger lastId = new AtomicInteger();
    private final Map<Integer, CompletableFuture<JsonNode>> open = new ConcurrentHashMap<>();
    private final List<Consumer<JsonNode>> listeners = new CopyOnWriteArrayList<>();

    DevTools(URI address) {
        socket =
                HttpClient.newHttpClient()
                        .newWebSocketBuilder()
                        .connectTimeout(Duration.ofSeconds(TIMEOUT_S))
                        .buildAsync(address, new Receiver())
                        .orTimeout(TIMEOUT_S, TimeUnit.SECONDS)
                        .join();
    }

    /** Adds a listener for all events of all sessions. */
    void listen(Consumer<JsonNode> listener) {
        listeners.add(listener);
    }

    /**
     * Sends a command and waits for its result.
     *
     * @param session of the page it is for; empty for the browser itself
     * @throws IllegalStateException if the browser refuses, or does not answer
     */
    synchronized JsonNode send(String session, String method, Map<String, ?> params) {
        int id = lastId.incrementAndGet();
        Map<String, Object> message = new LinkedHashMap<>();
        message.put("id", id);
        message.put("method", method);
        message.put("params", params);
        if (!session.isEmpty()) {
            message.put("sessionId", session);
        }
        CompletableFuture<JsonNode> answer = new CompletableFuture<>();
        open.put(id, answer);
        try {
            socket.sendText(MAPPER.writeValueAsString(message), true)
                    .get(TIMEOUT_S, TimeUnit.SECONDS);
            JsonNode node = answer.get(TIMEOUT_S, TimeUnit.SECONDS);
            if (node.has("error")) {
                throw new IllegalStateException(method + " " + params + ": " + node.get("error"));
            }
            return node.path("result");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(method + " was interrupted", e);
        } catch (ExecutionException | TimeoutException | JsonProcessingException e) {
            throw new IllegalStateException(method + " " + params + " got no answer", e);
        } finally {
            open.remove(id);
        }
    }

    /** Cuts the connection. */
    @Override
    public void close() {
        socket.abort();
    }

    private void receive(String text) {
        JsonNode message;
        try {
            message = MAPPER.readTree(text);
        } catch (JsonProcessingException e) {
            fail(e);
            return;
        }
        if (message.has("id")) {
            CompletableFuture<JsonNode> answer = open.get(message.get("id").asInt());
            if (answer != null) {
                answer.complete(message);
            }
        } else {
            listeners.forEach(listener -> listener.accept(message));
        }
    }

    private void fail(Throwable error) {
        open.values().forEach(answer -> answer.completeExceptionally(error));
    }

    /** Puts messages together that come in parts. */
    private final class Receiver implements WebSocket.Listener {
        private final StringBuilder text = new StringBuilder();

        @Override
        public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
            text.append(data);
            if (last) {
                String whole = text.toString();
                text.setLength(0);
                receive(whole);
            }
            from.request(1);
            return null;
        }

        @Override
        public CompletionStage<?> onClose(WebSocket from, int status, String reason) {
            fail(new IllegalStateException("the browser hung up: " + status + " " + reason));
            return null;
        }

        @Override
        public void onError(WebSocket from, Throwable error) {
            fail(error);
        }
    }
}
