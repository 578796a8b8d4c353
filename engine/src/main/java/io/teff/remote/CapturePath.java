// SPDX-License-Identifier: Apache-2.0
package io.teff.remote;

import java.io.IOException;
import java.io.NotSerializableException;
import java.io.ObjectOutputStream;
import java.io.OutputStream;
import java.io.Serializable;
import java.lang.invoke.SerializedLambda;
import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.lang.reflect.InaccessibleObjectException;
import java.lang.reflect.Modifier;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Set;

/**
 * Finds what in an object is not serializable, and how one gets there: {@code captured argument 1 of
 * the lambda in Main -> field out: java.io.PrintStream}. One thread.
 */
final class CapturePath {
    private static final int MAX_DEPTH = 200;

    private final Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());

    private CapturePath() {}

    /** What to tell the user about {@code root}, of which {@code e} was thrown. */
    static String to(Object root, NotSerializableException e) {
        String path = new CapturePath().find(root, 0);
        if (path == null) {
            return e.getMessage() + " is not serializable";
        }
        return path.isEmpty() ? itself(root) : path + " is not serializable";
    }

    private static String itself(Object root) {
        Class<?> type = root.getClass();
        String advice =
                type.isSynthetic() || type.isHidden()
                        ? "the lambda "
                                + type.getName()
                                + " is not serializable: give it the type RemoteCallable or"
                                + " RemoteRunnable, or call submit of the executor's own class, not"
                                + " that of ExecutorService"
                        : type.getName() + " is not serializable: let it implement Serializable";
        return advice;
    }

    /** The path to the first culprit, empty if that is {@code o}; null: none here. */
    private String find(Object o, int depth) {
        if (o == null || depth > MAX_DEPTH || !seen.add(o)) {
            return null;
        }
        if (o instanceof Object[] array) {
            for (int i = 0; i < Array.getLength(array); i++) {
                String below = find(array[i], depth + 1);
                if (below != null) {
                    return step("[" + i + "]", array[i], below);
                }
            }
            return null;
        }
        if (!(o instanceof Serializable)) {
            return "";
        }
        if (o instanceof Iterable<?> items && isOfJdk(o)) {
            int i = 0;
            for (Object item : items) {
                String below = find(item, depth + 1);
                if (below != null) {
                    return step("[" + i + "]", item, below);
                }
                i++;
            }
            return null;
        }
        if (o instanceof Map<?, ?> map && isOfJdk(o)) {
            for (Map.Entry<?, ?> entry : map.entrySet()) {
                String below = find(entry.getKey(), depth + 1);
                if (below != null) {
                    return step("a key", entry.getKey(), below);
                }
                below = find(entry.getValue(), depth + 1);
                if (below != null) {
                    return step("[" + entry.getKey() + "]", entry.getValue(), below);
                }
            }
            return null;
        }
        SerializedLambda lambda = LambdaShape.serialized(o);
        return lambda != null ? findIn(lambda, depth) : findInFields(o, depth);
    }

    private String findIn(SerializedLambda lambda, int depth) {
        String where = " of the lambda in " + lambda.getCapturingClass().replace('/', '.');
        for (int i = 0; i < lambda.getCapturedArgCount(); i++) {
            Object captured = lambda.getCapturedArg(i);
            String below = find(captured, depth + 1);
            if (below != null) {
                return step("captured argument " + i + where, captured, below);
            }
        }
        return null;
    }

    private String findInFields(Object o, int depth) {
        for (Class<?> c = o.getClass(); c != null; c = c.getSuperclass()) {
            if (!Serializable.class.isAssignableFrom(c)) {
                return null; // the fields of such superclasses do not travel
            }
            for (Field field : c.getDeclaredFields()) {
                int modifiers = field.getModifiers();
                if (Modifier.isStatic(modifiers)
                        || Modifier.isTransient(modifiers)
                        || field.getType().isPrimitive()) {
                    continue;
                }
                Object value;
                try {
                    field.setAccessible(true);
                    value = field.get(o);
                } catch (InaccessibleObjectException | IllegalAccessException e) {
                    return inClosed(o);
                }
                String below = find(value, depth + 1);
                if (below != null) {
                    String at = "field " + field.getName() + " of " + c.getName();
                    return step(at, value, below);
                }
            }
        }
        return null;
    }

    /** Of an object of a closed module, such as an AtomicReference: what its serialization says. */
    private static String inClosed(Object o) {
        try (ObjectOutputStream out = new ObjectOutputStream(OutputStream.nullOutputStream())) {
            out.writeObject(o);
            return null;
        } catch (NotSerializableException e) {
            return "inside " + o.getClass().getName() + ": " + e.getMessage();
        } catch (IOException | RuntimeException e) {
            return null; // some other trouble than the one that is looked for
        }
    }

    private static String step(String at, Object there, String below) {
        return below.isEmpty() ? at + ": " + there.getClass().getName() : at + " -> " + below;
    }

    private static boolean isOfJdk(Object o) {
        return o.getClass().getClassLoader() == null;
    }
}
