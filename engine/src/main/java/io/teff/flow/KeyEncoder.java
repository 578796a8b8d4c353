// SPDX-License-Identifier: Apache-2.0
package io.teff.flow;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.NotSerializableException;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.lang.reflect.Array;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/**
 * Makes the key of a call: SHA-256 of an encoding that is the same for equal values, whatever their
 * classes' own order is, and different for different ones. Each item is a tag, then a size where that
 * varies, then its parts; those of sets and maps are hashed by themselves and sorted. Written down in
 * checkpoints: a change of the encoding needs another {@link #SCHEME}. Immutable.
 */
final class KeyEncoder {
    private static final String SCHEME = "teff memo 1";
    private static final int MAX_DEPTH = 500;

    private static final ClassValue<Method[]> ACCESSORS =
            new ClassValue<>() {
                @Override
                protected Method[] computeValue(Class<?> type) {
                    return Arrays.stream(type.getRecordComponents())
                            .map(RecordComponent::getAccessor)
                            .peek(accessor -> accessor.setAccessible(true))
                            .toArray(Method[]::new);
                }
            };

    private final Map<Class<?>, Function<Object, ?>> encoders;

    KeyEncoder(Map<Class<?>, Function<Object, ?>> encoders) {
        this.encoders = new LinkedHashMap<>(encoders);
    }

    /** The arguments have arrived. */
    MemoKey of(Call<?> call) {
        Options options = call.app.options;
        Set<Integer> ignored = options.ignored();
        int n = call.arity();
        if (!(call.app instanceof AppList)) { // whose arity varies
            for (int i : ignored) {
                if (i >= n) {
                    throw new IllegalArgumentException(
                            "ignoreForMemo("
                                    + i
                                    + "): app "
                                    + call.app.name()
                                    + " has "
                                    + n
                                    + " arguments, numbered from 0");
                }
            }
        }
        Writer writer = new Writer();
        writer.text(SCHEME);
        writer.text(call.app.name());
        writer.size(n);
        for (int i = 0; i < n; i++) {
            if (ignored.contains(i)) {
                writer.tag(Tag.IGNORED);
            } else {
                try {
                    writer.item(Call.value(call.arg(i)), 0);
                } catch (UnknownType e) {
                    throw e.in("argument " + i, call, "; or ignoreForMemo(" + i + ")");
                }
            }
        }
        try {
            writer.item(inputs(options), 0);
            writer.item(options.outputs(), 0); // which files, not what is in them
            writer.item(options.environment(), 0);
            writer.item(options.directory(), 0);
            writer.item(text(options.stdout()), 0);
            writer.item(text(options.stderr()), 0);
        } catch (UnknownType e) {
            throw e.in("an option", call, "");
        }
        return writer.key();
    }

    private static String text(Redirect redirect) {
        return redirect == null ? null : redirect.toString();
    }

    private static List<Object> inputs(Options options) {
        List<Object> values = new ArrayList<>();
        for (Object input : options.inputs()) {
            if (input instanceof AppFuture<?> future) {
                values.add(Outcome.value(future.outcome()));
            } else if (input instanceof CompletionStage<?> stage) {
                values.add(stage.toCompletableFuture().join()); // is complete
            } else {
                values.add(input);
            }
        }
        return values;
    }

    /** Written down by {@link Tag#code}; never change one. */
    private enum Tag {
        NULL(0),
        FALSE(1),
        TRUE(2),
        BYTE(3),
        SHORT(4),
        CHARACTER(5),
        INTEGER(6),
        LONG(7),
        FLOAT(8),
        DOUBLE(9),
        LATIN_1(10),
        UTF_16(11),
        ENUM(12),
        CLASS(13),
        RECORD(14),
        LIST(15),
        SET(16),
        MAP(17),
        ARRAY(18),
        BIG_INTEGER(19),
        BIG_DECIMAL(20),
        OPTIONAL(21),
        PATH(22),
        FILE(23),
        SERIALIZED(24),
        ENCODED(25),
        IGNORED(26);

        private final byte code;

        Tag(int code) {
            this.code = (byte) code;
        }
    }

    /** An item of a type that cannot be encoded. */
    private static final class UnknownType extends RuntimeException {
        private static final long serialVersionUID = 1;

        UnknownType(String type, Throwable cause) {
            super(type, cause);
        }

        IllegalArgumentException in(String where, Call<?> call, String orElse) {
            return new IllegalArgumentException(
                    where
                            + " of "
                            + call.name()
                            + " cannot be part of a memo key: it is, or holds, a "
                            + getMessage()
                            + ". Make that a record or Serializable; or say by memoEncoder(type,"
                            + " function) on the flow's builder what stands for it"
                            + orElse,
                    getCause());
        }
    }

    private final class Writer {
        private final MessageDigest digest = sha256();
        private byte[] bytes = new byte[256]; // not yet digested
        private int n;

        private static MessageDigest sha256() {
            try {
                return MessageDigest.getInstance("SHA-256");
            } catch (NoSuchAlgorithmException e) {
                throw new AssertionError("every Java platform has SHA-256", e);
            }
        }

        MemoKey key() {
            return new MemoKey(ByteBuffer.wrap(hash()));
        }

        private byte[] hash() {
            flush();
            return digest.digest();
        }

        private void flush() {
            digest.update(bytes, 0, n);
            n = 0;
        }

        private void room(int size) {
            if (bytes.length - n < size) {
                flush();
            }
        }

        void tag(Tag tag) {
            put(tag.code);
        }

        private void put(byte b) {
            room(1);
            bytes[n++] = b;
        }

        private void put(short s) {
            put((byte) (s >> 8));
            put((byte) s);
        }

        void size(int i) {
            put((short) (i >> 16));
            put((short) i);
        }

        private void put(long l) {
            size((int) (l >> 32));
            size((int) l);
        }

        private void put(byte[] all) {
            size(all.length);
            flush();
            digest.update(all);
        }

        void text(String s) {
            byte[] latin = s.getBytes(StandardCharsets.ISO_8859_1);
            if (s.equals(new String(latin, StandardCharsets.ISO_8859_1))) {
                tag(Tag.LATIN_1);
                put(latin);
            } else {
                tag(Tag.UTF_16);
                size(s.length());
                for (int i = 0; i < s.length(); i++) { // lone surrogates stay what they are
                    put((short) s.charAt(i));
                }
            }
        }

        void item(Object item, int depth) {
            if (depth > MAX_DEPTH) {
                throw new IllegalArgumentException(
                        "a value for a memo key is nested more than "
                                + MAX_DEPTH
                                + " levels deep, or contains itself; use ignoreForMemo or"
                                + " memoEncoder");
            }
            if (item == null) {
                tag(Tag.NULL);
            } else if (!encoded(item, depth) && !simple(item) && !compound(item, depth + 1)) {
                serialized(item);
            }
        }

        private boolean encoded(Object item, int depth) {
            for (Map.Entry<Class<?>, Function<Object, ?>> e : encoders.entrySet()) {
                if (e.getKey().isInstance(item)) {
                    tag(Tag.ENCODED);
                    text(e.getKey().getName());
                    item(e.getValue().apply(item), depth + 1);
                    return true;
                }
            }
            return false;
        }

        private boolean simple(Object item) {
            if (item instanceof String s) {
                text(s);
            } else if (item instanceof Integer i) {
                tag(Tag.INTEGER);
                size(i);
            } else if (item instanceof Long l) {
                tag(Tag.LONG);
                put((long) l);
            } else if (item instanceof Double d) {
                tag(Tag.DOUBLE);
                put(Double.doubleToLongBits(d));
            } else if (item instanceof Boolean b) {
                tag(b ? Tag.TRUE : Tag.FALSE);
            } else if (item instanceof Float f) {
                tag(Tag.FLOAT);
                size(Float.floatToIntBits(f));
            } else if (item instanceof Byte b) {
                tag(Tag.BYTE);
                put((byte) b);
            } else if (item instanceof Short s) {
                tag(Tag.SHORT);
                put((short) s);
            } else if (item instanceof Character c) {
                tag(Tag.CHARACTER);
                put((short) (char) c);
            } else if (item instanceof Enum<?> e) {
                tag(Tag.ENUM);
                text(e.getDeclaringClass().getName());
                text(e.name());
            } else if (item instanceof Class<?> type) {
                tag(Tag.CLASS);
                text(type.getName());
            } else if (item.getClass() == BigInteger.class) {
                tag(Tag.BIG_INTEGER);
                put(((BigInteger) item).toByteArray());
            } else if (item.getClass() == BigDecimal.class) {
                tag(Tag.BIG_DECIMAL);
                size(((BigDecimal) item).scale());
                put(((BigDecimal) item).unscaledValue().toByteArray());
            } else if (item instanceof DataFile file) {
                tag(Tag.FILE);
                text(file.uri().toString());
            } else if (item instanceof Path path) {
                tag(Tag.PATH);
                text(path.getFileSystem().provider().getScheme());
                text(path.toString());
            } else {
                return false;
            }
            return true;
        }

        private boolean compound(Object item, int depth) {
            if (item instanceof List<?> || item.getClass() == ArrayDeque.class) {
                tag(Tag.LIST);
                all(((Collection<?>) item).toArray(), depth);
            } else if (item instanceof Set<?> set) {
                tag(Tag.SET);
                List<byte[]> hashes = new ArrayList<>();
                for (Object part : set.toArray()) {
                    Writer writer = new Writer();
                    writer.item(part, depth);
                    hashes.add(writer.hash());
                }
                sorted(hashes);
            } else if (item instanceof Map<?, ?> map) {
                tag(Tag.MAP);
                List<byte[]> hashes = new ArrayList<>();
                map.forEach(
                        (key, value) -> {
                            Writer writer = new Writer();
                            writer.item(key, depth);
                            writer.item(value, depth);
                            hashes.add(writer.hash());
                        });
                sorted(hashes);
            } else if (item.getClass().isArray()) {
                tag(Tag.ARRAY);
                text(item.getClass().getComponentType().getName());
                array(item, depth);
            } else if (item instanceof Record record) {
                tag(Tag.RECORD);
                text(record.getClass().getName());
                all(components(record), depth);
            } else if (item instanceof Optional<?> optional) {
                tag(Tag.OPTIONAL);
                item(optional.orElse(null), depth);
            } else {
                return false;
            }
            return true;
        }

        private void all(Object[] parts, int depth) {
            size(parts.length);
            for (Object part : parts) {
                item(part, depth);
            }
        }

        private void sorted(List<byte[]> hashes) {
            hashes.sort(Arrays::compare);
            size(hashes.size());
            for (byte[] hash : hashes) {
                flush();
                digest.update(hash);
            }
        }

        private void array(Object array, int depth) {
            if (array instanceof byte[] a) {
                put(a);
                return;
            } else if (array instanceof Object[] a) {
                all(a, depth);
                return;
            }
            int length = Array.getLength(array);
            size(length);
            for (int i = 0; i < length; i++) {
                if (array instanceof int[] a) {
                    size(a[i]);
                } else if (array instanceof long[] a) {
                    put(a[i]);
                } else if (array instanceof double[] a) {
                    put(Double.doubleToLongBits(a[i]));
                } else if (array instanceof float[] a) {
                    size(Float.floatToIntBits(a[i]));
                } else if (array instanceof short[] a) {
                    put(a[i]);
                } else if (array instanceof char[] a) {
                    put((short) a[i]);
                } else {
                    put((byte) (((boolean[]) array)[i] ? 1 : 0));
                }
            }
        }

        private Object[] components(Record record) {
            try {
                Method[] accessors = ACCESSORS.get(record.getClass());
                Object[] values = new Object[accessors.length];
                for (int i = 0; i < values.length; i++) {
                    values[i] = accessors[i].invoke(record);
                }
                return values;
            } catch (ReflectiveOperationException | RuntimeException e) {
                throw new UnknownType(
                        record.getClass().getName() + ", a record that cannot be looked into", e);
            }
        }

        private void serialized(Object item) {
            if (!(item instanceof Serializable)) {
                throw new UnknownType(item.getClass().getName(), null);
            }
            ByteArrayOutputStream into = new ByteArrayOutputStream();
            try (ObjectOutputStream out = new ObjectOutputStream(into)) {
                out.writeObject(item);
            } catch (NotSerializableException e) {
                throw new UnknownType(e.getMessage(), e);
            } catch (IOException | RuntimeException | StackOverflowError e) {
                throw new UnknownType(item.getClass().getName() + ", which cannot be written", e);
            }
            tag(Tag.SERIALIZED);
            put(into.toByteArray());
        }
    }
}
