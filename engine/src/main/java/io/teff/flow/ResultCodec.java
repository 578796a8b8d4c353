// SPDX-License-Identifier: Apache-2.0
package io.teff.flow;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.ObjectInputFilter;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.ObjectStreamClass;
import java.io.StreamCorruptedException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Results as bytes: a type, then the value. Common types are written compactly, everything else by
 * Java serialization. Immutable.
 */
final class ResultCodec {
    // Written down; never change one.
    private static final byte NULL = 0;
    private static final byte FALSE = 1;
    private static final byte TRUE = 2;
    private static final byte BYTE = 3;
    private static final byte SHORT = 4;
    private static final byte CHARACTER = 5;
    private static final byte INTEGER = 6;
    private static final byte LONG = 7;
    private static final byte FLOAT = 8;
    private static final byte DOUBLE = 9;
    private static final byte LATIN_1 = 10;
    private static final byte UTF_16 = 11;
    private static final byte BYTES = 12;
    private static final byte INTS = 13;
    private static final byte LONGS = 14;
    private static final byte DOUBLES = 15;
    private static final byte SERIALIZED = 16;

    private final ObjectInputFilter filter; // null: the JVM's, if it has one
    private final ClassLoader loader;

    ResultCodec(ObjectInputFilter filter, ClassLoader loader) {
        this.filter = filter;
        this.loader = loader;
    }

    private static ByteBuffer of(byte type, int size) {
        return ByteBuffer.allocate(1 + size).put(type);
    }

    byte[] encode(Object value) throws IOException {
        if (value == null) {
            return of(NULL, 0).array();
        } else if (value instanceof Boolean b) {
            return of(b ? TRUE : FALSE, 0).array();
        } else if (value instanceof Byte b) {
            return of(BYTE, 1).put(b).array();
        } else if (value instanceof Short s) {
            return of(SHORT, 2).putShort(s).array();
        } else if (value instanceof Character c) {
            return of(CHARACTER, 2).putChar(c).array();
        } else if (value instanceof Integer i) {
            return of(INTEGER, 4).putInt(i).array();
        } else if (value instanceof Long l) {
            return of(LONG, 8).putLong(l).array();
        } else if (value instanceof Float f) {
            return of(FLOAT, 4).putInt(Float.floatToRawIntBits(f)).array();
        } else if (value instanceof Double d) {
            return of(DOUBLE, 8).putLong(Double.doubleToRawLongBits(d)).array();
        } else if (value instanceof String s) {
            return encodeString(s);
        }
        return value.getClass().isArray() ? encodeArray(value) : serialize(value);
    }

    private static byte[] encodeString(String s) {
        byte[] latin = s.getBytes(StandardCharsets.ISO_8859_1);
        if (s.equals(new String(latin, StandardCharsets.ISO_8859_1))) {
            return of(LATIN_1, latin.length).put(latin).array();
        }
        byte[] bytes = array(UTF_16, 2, s.length());
        after(bytes).asCharBuffer().put(s); // lone surrogates stay what they are
        return bytes;
    }

    private static byte[] array(byte type, int itemBytes, int n) {
        byte[] bytes = new byte[Math.addExact(1, Math.multiplyExact(itemBytes, n))];
        bytes[0] = type;
        return bytes;
    }

    /** What follows the type. */
    private static ByteBuffer after(byte[] bytes) {
        return ByteBuffer.wrap(bytes, 1, bytes.length - 1);
    }

    private static byte[] encodeArray(Object value) throws IOException {
        byte[] bytes;
        if (value instanceof byte[] a) {
            bytes = array(BYTES, 1, a.length);
            after(bytes).put(a);
        } else if (value instanceof int[] a) {
            bytes = array(INTS, 4, a.length);
            after(bytes).asIntBuffer().put(a);
        } else if (value instanceof long[] a) {
            bytes = array(LONGS, 8, a.length);
            after(bytes).asLongBuffer().put(a);
        } else if (value instanceof double[] a) {
            bytes = array(DOUBLES, 8, a.length);
            after(bytes).asDoubleBuffer().put(a);
        } else {
            bytes = serialize(value);
        }
        return bytes;
    }

    private static byte[] serialize(Object value) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.write(SERIALIZED);
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(value);
        }
        return bytes.toByteArray();
    }

    Object decode(byte[] result) throws IOException, ClassNotFoundException {
        ByteBuffer bytes = ByteBuffer.wrap(result);
        byte type = bytes.get();
        int n = bytes.remaining();
        return switch (type) {
            case NULL -> null;
            case FALSE -> false;
            case TRUE -> true;
            case BYTE -> bytes.get();
            case SHORT -> bytes.getShort();
            case CHARACTER -> bytes.getChar();
            case INTEGER -> bytes.getInt();
            case LONG -> bytes.getLong();
            case FLOAT -> Float.intBitsToFloat(bytes.getInt());
            case DOUBLE -> Double.longBitsToDouble(bytes.getLong());
            case LATIN_1 -> new String(result, 1, n, StandardCharsets.ISO_8859_1);
            case UTF_16 -> bytes.asCharBuffer().toString();
            case BYTES, INTS, LONGS, DOUBLES -> decodeArray(type, bytes, n);
            case SERIALIZED -> deserialize(new ByteArrayInputStream(result, 1, n));
            default -> throw new StreamCorruptedException("unknown type of result: " + type);
        };
    }

    private static Object decodeArray(byte type, ByteBuffer bytes, int n) {
        if (type == BYTES) {
            byte[] all = new byte[n];
            bytes.get(all);
            return all;
        } else if (type == INTS) {
            int[] all = new int[n / 4];
            bytes.asIntBuffer().get(all);
            return all;
        } else if (type == LONGS) {
            long[] all = new long[n / 8];
            bytes.asLongBuffer().get(all);
            return all;
        }
        double[] all = new double[n / 8];
        bytes.asDoubleBuffer().get(all);
        return all;
    }

    private Object deserialize(InputStream bytes) throws IOException, ClassNotFoundException {
        try (ObjectInputStream in = new Input(bytes)) {
            if (filter != null) {
                in.setObjectInputFilter(filter);
            }
            return in.readObject();
        }
    }

    /** Finds classes by the loader of whoever built the flow, whichever thread reads. */
    private final class Input extends ObjectInputStream {
        Input(InputStream in) throws IOException {
            super(in);
        }

        @Override
        protected Class<?> resolveClass(ObjectStreamClass type)
                throws IOException, ClassNotFoundException {
            try {
                return Class.forName(type.getName(), false, loader);
            } catch (ClassNotFoundException e) { // primitive types, for one
                return super.resolveClass(type);
            }
        }
    }
}
