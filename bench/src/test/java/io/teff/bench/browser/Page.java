// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.browser;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * A page of a {@link Browser}: what it shows, what it asks for, what it complains about; and the hand that
 * moves the mouse and types.
 */
public final class Page implements AutoCloseable {
    private static final long TIMEOUT_S = 60;
    private static final Map<String, Integer> KEY_CODES =
            Map.of(
                    "Tab",
                    9,
                    "Enter",
                    13,
                    "Escape",
                    27,
                    " ",
                    32,
                    "End",
                    35,
                    "Home",
                    36,
                    "ArrowLeft",
                    37,
                    "ArrowUp",
                    38,
                    "ArrowRight",
                    39,
                    "ArrowDown",
                    40);

    private final DevTools tools;
    private final String target;
    private final String session;
    private final List<String> problems = new CopyOnWriteArrayList<>();
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final CountDownLatch loaded = new CountDownLatch(1);

    Page(DevTools tools, String target, String session) {
        this.tools = tools;
        this.target = target;
        this.session = session;
        tools.listen(this::hear);
        for (String domain : List.of("Page", "Runtime", "Log", "Network", "DOM")) {
            send(domain + ".enable", Map.of());
        }
        size(1280, 800);
    }

    void load(URI address) {
        JsonNode answer = send("Page.navigate", Map.of("url", address.toString()));
        if (answer.hasNonNull("errorText")) {
            throw new IllegalStateException(address + ": " + answer.get("errorText").asText());
        }
        try {
            if (!loaded.await(TIMEOUT_S, TimeUnit.SECONDS)) {
                throw new IllegalStateException(address + " is not loaded after a minute");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while " + address + " was loading", e);
        }
    }

    /** Errors and warnings on the console, exceptions that nobody caught, requests that failed. */
    public List<String> problems() {
        return List.copyOf(problems);
    }

    /** Every address that was asked for, the page's own first; {@code data:} ones are not listed. */
    public List<String> requests() {
        return List.copyOf(requests);
    }

    /** The part of the page that is seen, in CSS pixels. */
    public void size(int width, int height) {
        send(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", false));
    }

    /** What a reader prefers: {@code dark} or {@code light}. */
    public void colorScheme(String scheme) {
        send(
                "Emulation.setEmulatedMedia",
                Map.of(
                        "features",
                        List.of(Map.of("name", "prefers-color-scheme", "value", scheme))));
    }

    /**
     * The value of an expression, by JSON; a promise is waited for.
     *
     * @throws IllegalStateException if it throws
     */
    public JsonNode evaluate(String expression) {
        JsonNode answer =
                send(
                        "Runtime.evaluate",
                        Map.of(
                                "expression",
                                expression,
                                "returnByValue",
                                true,
                                "awaitPromise",
                                true));
        if (answer.has("exceptionDetails")) {
            throw new IllegalStateException(expression + ": " + thrown(answer));
        }
        return answer.path("result").path("value");
    }

    /**
     * Waits until an expression is true.
     *
     * @throws IllegalStateException if it is not after a minute
     */
    public void waitFor(String expression) throws InterruptedException {
        long start = System.nanoTime();
        while (!evaluate("!!(" + expression + ")").asBoolean()) {
            if (System.nanoTime() - start > TimeUnit.SECONDS.toNanos(TIMEOUT_S)) {
                throw new IllegalStateException("never true: " + expression);
            }
            Thread.sleep(20);
        }
    }

    /** Scrolls an element into sight and moves the mouse onto its middle. */
    public void hover(String selector) {
        double[] middle = middle(selector);
        mouse("mouseMoved", middle[0], middle[1], 0);
    }

    /** Clicks the middle of an element. */
    public void click(String selector) {
        double[] middle = middle(selector);
        mouse("mouseMoved", middle[0], middle[1], 0);
        mouse("mousePressed", middle[0], middle[1], 1);
        mouse("mouseReleased", middle[0], middle[1], 0);
    }

    /** Presses the mouse in the middle of an element, moves it by so many pixels and lets go. */
    public void drag(String selector, double dx, double dy) {
        double[] middle = middle(selector);
        mouse("mouseMoved", middle[0], middle[1], 0);
        mouse("mousePressed", middle[0], middle[1], 1);
        int steps = 8;
        for (int i = 1; i <= steps; i++) {
            mouse("mouseMoved", middle[0] + dx * i / steps, middle[1] + dy * i / steps, 1);
        }
        mouse("mouseReleased", middle[0] + dx, middle[1] + dy, 0);
    }

    /** Turns the wheel over the middle of an element; positive turns scroll down. */
    public void wheel(String selector, double dy) {
        double[] middle = middle(selector);
        send(
                "Input.dispatchMouseEvent",
                Map.of(
                        "type",
                        "mouseWheel",
                        "x",
                        middle[0],
                        "y",
                        middle[1],
                        "deltaX",
                        0,
                        "deltaY",
                        dy));
    }

    /** Presses a key and lets it go: {@code Tab}, {@code ArrowRight}, or a letter. */
    public void press(String key) {
        Map<String, Object> event = new LinkedHashMap<>();
        event.put("key", key);
        event.put(
                "windowsVirtualKeyCode",
                KEY_CODES.getOrDefault(key, (int) Character.toUpperCase(key.charAt(0))));
        if (key.length() == 1) {
            event.put("text", key);
        } else if (key.equals("Enter")) {
            event.put("text", "\r");
        }
        event.put("type", "keyDown");
        send("Input.dispatchKeyEvent", event);
        event.remove("text");
        event.put("type", "keyUp");
        send("Input.dispatchKeyEvent", event);
    }

    /** What is seen, as a PNG file. */
    public void screenshot(Path file) throws IOException {
        write(file, Map.of("format", "png"));
    }

    /** The whole page, as a PNG file. */
    public void screenshotOfAll(Path file) throws IOException {
        write(file, Map.of("format", "png", "captureBeyondViewport", true));
    }

    private void write(Path file, Map<String, ?> params) throws IOException {
        String data = send("Page.captureScreenshot", params).path("data").asText();
        Files.write(file, Base64.getDecoder().decode(data));
    }

    /** Closes the page. */
    @Override
    public void close() {
        tools.send("", "Target.closeTarget", Map.of("targetId", target));
    }

    /** Where it is once the page has been told of the scrolling, which it hears with a later frame. */
    private double[] middle(String selector) {
        JsonNode at =
                evaluate(
                        "(async () => { const e = document.querySelector("
                                + quoted(selector)
                                + "); if (!e) { return null; }"
                                + " e.scrollIntoView({block: 'center', behavior: 'instant'});"
                                + " await new Promise(go => { setTimeout(go, 500);"
                                + " requestAnimationFrame(() => requestAnimationFrame(go)); });"
                                + " const r = e.getBoundingClientRect();"
                                + " return [r.x + r.width / 2, r.y + r.height / 2]; })()");
        if (!at.isArray()) {
            throw new IllegalStateException("no element matches " + selector);
        }
        return new double[] {at.get(0).asDouble(), at.get(1).asDouble()};
    }

    private static String quoted(String text) {
        return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'";
    }

    private void mouse(String type, double x, double y, int buttons) {
        boolean moves = type.equals("mouseMoved");
        send(
                "Input.dispatchMouseEvent",
                Map.of(
                        "type",
                        type,
                        "x",
                        x,
                        "y",
                        y,
                        "button",
                        moves && buttons == 0 ? "none" : "left",
                        "buttons",
                        buttons,
                        "clickCount",
                        moves ? 0 : 1));
    }

    private JsonNode send(String method, Map<String, ?> params) {
        return tools.send(session, method, params);
    }

    private void hear(JsonNode event) {
        if (!event.path("sessionId").asText().equals(session)) {
            return;
        }
        JsonNode params = event.path("params");
        switch (event.path("method").asText()) {
            case "Page.loadEventFired" -> loaded.countDown();
            case "Runtime.exceptionThrown" -> problems.add("uncaught: " + thrown(params));
            case "Runtime.consoleAPICalled" -> {
                String type = params.path("type").asText();
                if (type.equals("error") || type.equals("warning") || type.equals("assert")) {
                    problems.add(type + ": " + params.path("args"));
                }
            }
            case "Log.entryAdded" -> {
                JsonNode entry = params.path("entry");
                String level = entry.path("level").asText();
                if (level.equals("error") || level.equals("warning")) {
                    problems.add(level + ": " + entry.path("text").asText());
                }
            }
            case "Network.requestWillBeSent" ->
                    request(params.path("request").path("url").asText());
            case "Network.webSocketCreated" -> request(params.path("url").asText());
            case "Network.loadingFailed" -> {
                if (!params.path("canceled").asBoolean()) { // by the page: a stream that it closes
                    problems.add("not loaded: " + params.path("errorText").asText());
                }
            }
            default -> {} // of no interest here
        }
    }

    private void request(String address) {
        if (!address.startsWith("data:") && !address.equals("about:blank")) {
            requests.add(address);
        }
    }

    private static String thrown(JsonNode event) {
        JsonNode details = event.path("exceptionDetails");
        String text = details.path("exception").path("description").asText();
        return text.isEmpty() ? details.path("text").asText() : text;
    }
}
