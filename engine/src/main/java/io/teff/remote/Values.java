// SPDX-License-Identifier: Apache-2.0
package io.teff.remote;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InvalidClassException;
import java.io.NotSerializableException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.lang.invoke.SerializedLambda;

/**
 * Values as bytes and back: a tag that says what follows. The commonest have a short form, lambdas
 * are their {@link LambdaShape} and what they capture, all others go by Java serialization. The
 * classes of lambdas and of what is serialized pass a {@link PayloadFilter}. Thread-safe.
 */
final class Values {
    private static final byte NULL = 0;
    private static final byte JAVA = 1;
    private static final byte INT = 2;
    private static final byte LONG = 3;
    private static final byte DOUBLE = 4;
    private static final byte STRING = 5;
    private static final byte BOOLEAN = 6;
    private static final byte BYTES = 7;
    private static final byte INTS = 8;
    private static final byte LONGS = 9;
    private static final byte DOUBLES = 10;
    private static final byte LAMBDA = 11; // shape bytes, n, n values
    private static final byte CAPTURING = 12; // shape bytes, one serialized array of them

    private final PayloadRules rules;

    Values(PayloadRules rules) {
        this.rules = rules;
    }

    /**
     * Whether these can be written one by one and still be what they are together: an array that
     * two of them share would come back as two.
     */
    private static boolean areShort(Object[] captured) {
        int arrays = 0;
        for (Object value : captured) {
            byte tag = tag(value);
            if (tag == JAVA && !isSmallLambda(value)) {
                return false;
            }
            arrays += isArray(tag) ? 1 : 0;
        }
        return arrays <= 1;
    }

    /** A lambda that can share nothing with others, such as the function of an app. */
    private static boolean isSmallLambda(Object value) {
        SerializedLambda lambda = LambdaShape.serialized(value);
        if (lambda == null) {
            return false;
        }
        for (Object captured : LambdaShape.captured(lambda)) {
            byte tag = tag(captured);
            if (tag == JAVA || isArray(tag)) {
                return false;
            }
        }
        return true;
    }

    private static boolean isArray(byte tag) {
        return tag >= BYTES && tag <= DOUBLES;
    }

    private static byte tag(Object value) {
        if (value == null) {
            return NULL;
        } else if (value instanceof Integer) {
            return INT;
        } else if (value instanceof Long) {
            return LONG;
        } else if (value instanceof Double) {
            return DOUBLE;
        } else if (value instanceof String text) {
            return isUtf8(text) ? STRING : JAVA;
        } else if (value instanceof Boolean) {
            return BOOLEAN;
        } else if (value instanceof byte[]) {
            return BYTES;
        } else if (value instanceof int[]) {
            return INTS;
        } else if (value instanceof long[]) {
            return LONGS;
        } else if (value instanceof double[]) {
            return DOUBLES;
        }
        return JAVA;
    }

    /** How many bytes it takes at least. */
    private static long least(byte tag, Object value) {
        return switch (tag) {
            case STRING -> ((String) value).length();
            case BYTES -> ((byte[]) value).length;
            case INTS -> (long) Integer.BYTES * ((int[]) value).length;
            case LONGS -> (long) Long.BYTES * ((long[]) value).length;
            case DOUBLES -> (long) Double.BYTES * ((double[]) value).length;
            default -> 0; // it is short, or counted as it is written
        };
    }

    /** Surrogates may be without their other half, which UTF-8 would lose. */
    private static boolean isUtf8(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isSurrogate(text.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    /**
     * @throws NotTransferable with the path to what is not serializable in {@code what}
     */
    void write(ByteWriter out, Object value, String what) {
        byte tag = tag(value);
        if (tag == JAVA) {
            SerializedLambda lambda = LambdaShape.serialized(value);
            if (lambda != null) {
                writeLambda(out, value, lambda, what);
                return;
            }
        }
        if (least(tag, value) > rules.maxBytes()) {
            throw rules.tooLarge(what, least(tag, value));
        }
        out.u8(tag);
        switch (tag) {
            case NULL -> {
                // the tag says it
            }
            case INT -> out.i32((Integer) value);
            case LONG -> out.i64((Long) value);
            case DOUBLE -> out.i64(Double.doubleToRawLongBits((Double) value));
            case STRING -> out.string((String) value);
            case BOOLEAN -> out.u8((Boolean) value ? 1 : 0);
            case BYTES -> out.bytes((byte[]) value);
            case INTS -> {
                int[] all = (int[]) value;
                out.i32(all.length);
                for (int v : all) {
                    out.i32(v);
                }
            }
            case LONGS -> {
                long[] all = (long[]) value;
                out.i32(all.length);
                for (long v : all) {
                    out.i64(v);
                }
            }
            case DOUBLES -> {
                double[] all = (double[]) value;
                out.i32(all.length);
                for (double v : all) {
                    out.i64(Double.doubleToRawLongBits(v));
                }
            }
            default -> out.bytes(serialize(value, what, value, rules));
        }
    }

    /** As {@link #write}, a lambda: see {@link LambdaShape#serialized}. */
    void writeLambda(ByteWriter out, Object value, SerializedLambda lambda, String what) {
        byte[] shape = LambdaShape.bytes(value, lambda);
        Object[] captured = LambdaShape.captured(lambda);
        if (areShort(captured)) {
            out.u8(LAMBDA).bytes(shape).i32(captured.length);
            for (Object one : captured) {
                write(out, one, what);
            }
        } else {
            out.u8(CAPTURING).bytes(shape).bytes(serialize(captured, what, value, rules));
        }
    }

    Object read(ByteReader in, String home, String what) throws BadFrame {
        int tag = in.u8();
        return switch (tag) {
            case NULL -> null;
            case INT -> in.i32();
            case LONG -> in.i64();
            case DOUBLE -> Double.longBitsToDouble(in.i64());
            case STRING -> in.string();
            case BOOLEAN -> in.u8() != 0;
            case BYTES -> in.bytes();
            case INTS -> {
                int[] all = new int[in.list(4)];
                for (int i = 0; i < all.length; i++) {
                    all[i] = in.i32();
                }
                yield all;
            }
            case LONGS -> {
                long[] all = new long[in.list(8)];
                for (int i = 0; i < all.length; i++) {
                    all[i] = in.i64();
                }
                yield all;
            }
            case DOUBLES -> {
                double[] all = new double[in.list(8)];
                for (int i = 0; i < all.length; i++) {
                    all[i] = Double.longBitsToDouble(in.i64());
                }
                yield all;
            }
            case LAMBDA, CAPTURING -> readLambda(tag, in, home, what);
            case JAVA -> deserialize(in.bytes(), home, what);
            default -> throw new BadFrame("a value of unknown tag " + tag);
        };
    }

    /** As {@link #read}, of a lambda whose home is where it was written. */
    Object readLambda(ByteReader in, String what) throws BadFrame {
        int tag = in.u8();
        if (tag != LAMBDA && tag != CAPTURING) {
            throw new BadFrame("a value of tag " + tag + " in the place of a lambda");
        }
        return readLambda(tag, in, null, what);
    }

    /** With a home, or null: where it was written. */
    private Object readLambda(int tag, ByteReader in, String from, String what) throws BadFrame {
        LambdaShape shape = LambdaShape.read(in, from, rules, what);
        String home = from == null ? shape.home() : from;
        if (tag == CAPTURING) {
            if (!(deserialize(in.bytes(), home, what) instanceof Object[] captured)) {
                throw new BadFrame("a lambda without the array of what it captures");
            }
            return shape.make(captured, what);
        }
        Object[] captured = new Object[in.list(1)];
        for (int i = 0; i < captured.length; i++) {
            captured[i] = read(in, home, what);
        }
        return shape.make(captured, what);
    }

    /** If it cannot travel, the path to the culprit is that from {@code root}. */
    static byte[] serialize(Object value, String what, Object root, PayloadRules rules) {
        CountedBytes bytes = new CountedBytes(rules.maxBytes());
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(value);
        } catch (NotSerializableException e) {
            throw new NotTransferable(what + " cannot travel: " + CapturePath.to(root, e), e);
        } catch (IOException | RuntimeException e) {
            throw new NotTransferable(what + " cannot travel, its serialization failed: " + e, e);
        }
        if (bytes.isTooLarge()) {
            throw rules.tooLarge(what, bytes.size());
        }
        return bytes.toBytes();
    }

    Object deserialize(byte[] bytes, String home, String what) {
        PayloadFilter filter = new PayloadFilter(home, rules);
        try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes))) {
            in.setObjectInputFilter(filter);
            return in.readObject();
        } catch (InvalidClassException e) {
            throw new NotTransferable(what + " was refused: " + filter.reason(e.getMessage()), e);
        } catch (ClassNotFoundException | NoClassDefFoundError e) {
            throw missing(what, e);
        } catch (IOException | RuntimeException e) {
            String refused = filter.reason(null);
            throw new NotTransferable(
                    refused == null
                            ? what + " cannot be read: " + e
                            : what + " was refused: " + refused,
                    e);
        }
    }

    /** What to say of a class that is not here, which the message of {@code e} names. */
    static NotTransferable missing(String what, Throwable e) {
        return new NotTransferable(
                what
                        + " needs a class that is not on the class path of process "
                        + ProcessHandle.current().pid() // mostly not the one that reads this
                        + ": "
                        + String.valueOf(e.getMessage()).replace('/', '.')
                        + "; put its jar or folder on the class path of both sides",
                e);
    }
}
