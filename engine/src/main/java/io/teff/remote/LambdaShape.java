// SPDX-License-Identifier: Apache-2.0
package io.teff.remote;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.invoke.SerializedLambda;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What all lambdas of one class have in common: a {@link SerializedLambda} without what it captures.
 * Java serialization describes all of it anew for each lambda. A shape is made once, and read once:
 * afterwards its bytes are found in a table. Immutable.
 *
 * <pre>
 * shape     kind of method, + 16 if it is of the capturing class itself; which of the usual interfaces, or 0;
 *           capturing class; [interface, its method, that one's type]; [class of the method];
 *           the method, its type; the type of the interface's method that the lambda is made for
 * </pre>
 *
 * <p>As in Java serialization, the one class that a shape loads is the one in which the lambda was
 * written, which must pass the filter of each value; the compiler has put a method there that makes
 * the lambda, and makes no other than those of that class.
 */
final class LambdaShape {
    private static final String MAKER = "$deserializeLambda$";
    private static final int MOST_KNOWN = 4096; // shapes of a program: as many as it has lambdas
    private static final int OF_CAPTURING = 16; // above all kinds of methods

    /** What most tasks are: with their one method and its type. */
    private static final String[][] USUAL = {
        {"io/teff/remote/RemoteCallable", "call", "()Ljava/lang/Object;"},
        {"io/teff/remote/RemoteRunnable", "run", "()V"},
        {"java/util/concurrent/Callable", "call", "()Ljava/lang/Object;"},
        {"java/lang/Runnable", "run", "()V"},
    };

    private static final ClassValue<Replacing> REPLACING =
            new ClassValue<>() {
                @Override
                protected Replacing computeValue(Class<?> type) {
                    return new Replacing(type);
                }
            };

    private static final ConcurrentHashMap<Key, LambdaShape> KNOWN = new ConcurrentHashMap<>();

    /** The class of a lambda, or another; {@code shape} is written by whoever is first. */
    private static final class Replacing {
        // Of (Object)Object; null: it is no lambda that can travel. A Method of a hidden class
        // would
        // be called by way of native code each time.
        final MethodHandle replace;
        volatile byte[] shape;

        Replacing(Class<?> type) {
            MethodHandle found = null;
            if (type.isHidden() && type.isSynthetic()) { // as the JDK makes those of lambdas
                try {
                    Method method = type.getDeclaredMethod("writeReplace");
                    if (method.trySetAccessible()) {
                        found =
                                MethodHandles.lookup()
                                        .unreflect(method)
                                        .asType(MethodType.genericMethodType(1));
                    }
                } catch (NoSuchMethodException | IllegalAccessException e) {
                    found = null; // it is not serializable
                }
            }
            replace = found;
        }
    }

    /** Shapes by their bytes: an array is equal to itself only. */
    private static final class Key {
        private final byte[] bytes;
        private final int hash;

        Key(byte[] bytes) {
            this.bytes = bytes;
            hash = Arrays.hashCode(bytes);
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Key key && Arrays.equals(bytes, key.bytes);
        }

        @Override
        public int hashCode() {
            return hash;
        }
    }

    private static volatile LambdaShape last; // whichever was read last, by any thread

    private final byte[] bytes;
    private final Class<?> capturing;
    private final Method maker;
    private final int kind;
    private final String[] names; // from the interface on, in the order of encode

    private LambdaShape(byte[] bytes, Class<?> capturing, Method maker, int kind, String[] names) {
        this.bytes = bytes;
        this.capturing = capturing;
        this.maker = maker;
        this.kind = kind;
        this.names = names;
    }

    // Where lambdas come from

    /** What a serializable lambda is written as; null for other objects. */
    static SerializedLambda serialized(Object body) {
        MethodHandle replace = REPLACING.get(body.getClass()).replace;
        if (replace == null) {
            return null;
        }
        try {
            return (Object) replace.invokeExact(body) instanceof SerializedLambda lambda
                    ? lambda
                    : null;
        } catch (Error e) {
            throw e;
        } catch (Throwable e) {
            return null; // no lambda of the compiler's making
        }
    }

    /** The shape of {@code body}, as which {@code lambda} was written. */
    static byte[] bytes(Object body, SerializedLambda lambda) {
        Replacing replacing = REPLACING.get(body.getClass());
        byte[] shape = replacing.shape;
        if (shape == null) {
            shape = encode(lambda);
            replacing.shape = shape;
        }
        return shape;
    }

    private static byte[] encode(SerializedLambda lambda) {
        String[] made = {
            lambda.getFunctionalInterfaceClass(),
            lambda.getFunctionalInterfaceMethodName(),
            lambda.getFunctionalInterfaceMethodSignature()
        };
        int usual = 0;
        while (usual < USUAL.length && !Arrays.equals(USUAL[usual], made)) {
            usual++;
        }
        boolean isUsual = usual < USUAL.length;
        boolean isOfCapturing = lambda.getImplClass().equals(lambda.getCapturingClass());
        ByteWriter out = new ByteWriter();
        out.u8(lambda.getImplMethodKind() | (isOfCapturing ? OF_CAPTURING : 0));
        out.u8(isUsual ? usual + 1 : 0).string(lambda.getCapturingClass());
        for (int i = 0; i < made.length && !isUsual; i++) {
            out.string(made[i]);
        }
        if (!isOfCapturing) {
            out.string(lambda.getImplClass());
        }
        out.string(lambda.getImplMethodName()).string(lambda.getImplMethodSignature());
        return out.string(lambda.getInstantiatedMethodType()).toBytes();
    }

    static Object[] captured(SerializedLambda lambda) {
        Object[] all = new Object[lambda.getCapturedArgCount()];
        for (int i = 0; i < all.length; i++) {
            all[i] = lambda.getCapturedArg(i);
        }
        return all;
    }

    // Where they go

    /**
     * The shape that follows.
     *
     * @param home of the task; null: where the lambda was written
     * @throws NotTransferable if its class is not here, is refused, or has no lambdas
     */
    static LambdaShape read(ByteReader in, String home, PayloadRules rules, String what)
            throws BadFrame {
        LambdaShape shape = last;
        if (shape != null && in.skipsIf(shape.bytes)) { // mostly many of one kind come
            check(shape.capturing, home, rules, what);
            return shape;
        }
        shape = find(in.bytes(), home, rules, what);
        last = shape;
        return shape;
    }

    private static LambdaShape find(byte[] bytes, String home, PayloadRules rules, String what)
            throws BadFrame {
        Key key = new Key(bytes);
        LambdaShape shape = KNOWN.get(key);
        if (shape != null) {
            check(shape.capturing, home, rules, what);
            return shape;
        }
        shape = decode(bytes, home, rules, what);
        if (KNOWN.size() >= MOST_KNOWN) {
            KNOWN.clear(); // they are read again; what others send must not fill the memory
        }
        KNOWN.put(key, shape);
        return shape;
    }

    private static LambdaShape decode(byte[] bytes, String home, PayloadRules rules, String what)
            throws BadFrame {
        ByteReader in = new ByteReader(bytes);
        int kind = in.u8();
        int usual = in.u8();
        if (usual < 0 || usual > USUAL.length) {
            throw new BadFrame("a lambda of the unknown interface " + usual);
        }
        String capturing = in.string();
        String[] names = new String[7];
        for (int i = 0; i < names.length; i++) {
            boolean isFollowing = i < 3 ? usual == 0 : i > 3 || (kind & OF_CAPTURING) == 0;
            String name = isFollowing ? in.string() : i < 3 ? USUAL[usual - 1][i] : capturing;
            names[i] = name.intern(); // the maker compares them with constants
        }
        in.done();
        String name = capturing.replace('/', '.');
        try {
            Class<?> type = Class.forName(name, false, LambdaShape.class.getClassLoader());
            check(type, home, rules, what);
            Method maker = type.getDeclaredMethod(MAKER, SerializedLambda.class);
            if (!maker.trySetAccessible()) {
                throw new NotTransferable(
                        what
                                + " cannot be read: the module of class "
                                + name
                                + " is not open; put it on the class path",
                        null);
            }
            return new LambdaShape(bytes, type, maker, kind & ~OF_CAPTURING, names);
        } catch (ClassNotFoundException | NoClassDefFoundError e) {
            throw Values.missing(what, e);
        } catch (NoSuchMethodException e) {
            throw new NotTransferable(what + " cannot be read: " + otherBuild(name), e);
        }
    }

    /** The package in which the lambda was written. */
    String home() {
        return capturing.getPackageName();
    }

    private static void check(Class<?> capturing, String home, PayloadRules rules, String what) {
        String from = home == null ? capturing.getPackageName() : home;
        PayloadFilter filter = new PayloadFilter(from, rules);
        if (!filter.lets(capturing)) {
            throw new NotTransferable(what + " was refused: " + filter.reason(null), null);
        }
    }

    /** A lambda that has captured these. */
    Object make(Object[] captured, String what) {
        SerializedLambda lambda =
                new SerializedLambda(
                        capturing, names[0], names[1], names[2], kind, names[3], names[4], names[5],
                        names[6], captured);
        try {
            return maker.invoke(null, lambda);
        } catch (InvocationTargetException e) {
            Throwable cause = e.getCause();
            if (cause instanceof NoClassDefFoundError) {
                throw Values.missing(what, cause);
            }
            throw new NotTransferable(
                    what
                            + " cannot be read: "
                            + (cause instanceof IllegalArgumentException
                                    ? otherBuild(capturing.getName())
                                    : cause.toString()),
                    cause);
        } catch (IllegalAccessException e) {
            throw new AssertionError("was made accessible", e);
        }
    }

    private static String otherBuild(String name) {
        return "class " + name + " has no such lambda here; give both sides the same class path";
    }
}
