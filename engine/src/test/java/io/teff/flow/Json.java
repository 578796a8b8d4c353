// SPDX-License-Identifier: Apache-2.0
package io.teff.flow;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads JSON strictly: maps, lists, strings, doubles, booleans, null. For tests. */
final class Json {
    private final String text;
    private int at;

    Json(String text) {
        this.text = text;
    }

    Object read() {
        Object value = value();
        space();
        if (at != text.length()) {
            throw wrong("the end");
        }
        return value;
    }

    private Object value() {
        space();
        char c = peek();
        return switch (c) {
            case '{' -> map();
            case '[' -> list();
            case '"' -> string();
            default -> word();
        };
    }

    private Map<String, Object> map() {
        Map<String, Object> map = new LinkedHashMap<>();
        expect('{');
        space();
        while (peek() != '}') {
            String key = string();
            space();
            expect(':');
            if (map.containsKey(key)) {
                throw wrong("another key than " + key);
            }
            map.put(key, value());
            space();
            if (peek() == '}') {
                break;
            }
            expect(',');
            space();
        }
        expect('}');
        return map;
    }

    private List<Object> list() {
        List<Object> list = new ArrayList<>();
        expect('[');
        space();
        if (peek() != ']') {
            list.add(value());
            space();
            while (peek() == ',') {
                at++;
                list.add(value());
                space();
            }
        }
        expect(']');
        return list;
    }

    private String string() {
        StringBuilder out = new StringBuilder();
        expect('"');
        while (peek() != '"') {
            char c = text.charAt(at++);
            if (c < ' ') {
                throw wrong("no control character");
            }
            if (c == '\\') {
                char escaped = text.charAt(at++);
                switch (escaped) {
                    case 'n' -> out.append('\n');
                    case 'u' -> {
                        out.append((char) Integer.parseInt(text.substring(at, at + 4), 16));
                        at += 4;
                    }
                    case '"', '\\', '/' -> out.append(escaped);
                    default -> throw wrong("an escape");
                }
            } else {
                out.append(c);
            }
        }
        at++;
        return out.toString();
    }

    private Object word() {
        int from = at;
        while (at < text.length() && "+-.".indexOf(text.charAt(at)) >= 0
                || at < text.length() && Character.isLetterOrDigit(text.charAt(at))) {
            at++;
        }
        String word = text.substring(from, at);
        return switch (word) {
            case "null" -> null;
            case "true" -> true;
            case "false" -> false;
            default -> {
                if (!word.matches("-?(0|[1-9]\\d*)(\\.\\d+)?")) {
                    throw wrong("a value, not '" + word + "'");
                }
                yield Double.valueOf(word);
            }
        };
    }

    private void space() {
        while (at < text.length() && " \n".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
    }

    private char peek() {
        if (at >= text.length()) {
            throw wrong("more");
        }
        return text.charAt(at);
    }

    private void expect(char c) {
        if (peek() != c) {
            throw wrong("'" + c + "'");
        }
        at++;
    }

    private IllegalArgumentException wrong(String expected) {
        return new IllegalArgumentException(
                "expected "
                        + expected
                        + " at "
                        + at
                        + ": "
                        + text.substring(Math.max(0, at - 40), Math.min(text.length(), at + 10)));
    }
}
