// SPDX-License-Identifier: Apache-2.0
package io.teff.remote;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.invoke.SerializedLambda;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;

/**
 * Tasks by value, or as the name of a registered function and its arguments. A class that comes
 * in is of the JDK's values, of the home of the task, or allowed by the {@link PayloadRules}.
 *
 * <pre>
 * task      kind L: a lambda as a value                kind N: name string, n, n values
 *           kind V: home string, any body as a value
 * value     a tag, and what the value is made of
 * failure   class and message, stack trace, the serialized Throwable (empty: it is not serializable)
 * </pre>
 *
 * <p>Home is the package that the task comes from: where its lambda was written, or that of its
 * class. Results and arguments may be of that package too. Thread-safe.
 */
public final class Payload implements Codec {
    private static final byte LAMBDA = 'L';
    private static final byte BY_VALUE = 'V';
    private static final byte BY_NAME = 'N';

    /** Of each thread, while it writes nothing: what is written may be code that submits a task. */
    private static final ThreadLocal<ByteWriter> WRITER = new ThreadLocal<>();

    private static final String THE_TASK = "the task";
    private static final PayloadRules NO_LIMIT =
            new PayloadRules(List.of(), Integer.MAX_VALUE - 8, "let it hold less", "");

    private final Values values;
    private final Map<String, RemoteFunction> functions;
    private final PayloadRules rules;
    private final PayloadRules ofFailures; // which travel together with their text
    private final RecentText homes = new RecentText();

    /** With functions that {@link NamedCall}s may name. */
    public Payload(PayloadRules rules, Map<String, RemoteFunction> functions) {
        this.rules = rules;
        this.functions = Map.copyOf(functions);
        values = new Values(rules);
        ofFailures =
                new PayloadRules(
                        rules.allowed(),
                        rules.maxBytes() / 2,
                        rules.ifTooLarge(),
                        rules.ifRefused());
    }

    // The submitting side

    @Override
    public byte[] encodeTask(Object body) {
        SerializedLambda lambda = LambdaShape.serialized(body);
        ByteWriter out = takeWriter();
        if (lambda != null) {
            values.writeLambda(out.u8(LAMBDA), body, lambda, THE_TASK);
        } else if (body instanceof NamedCall call) {
            out.u8(BY_NAME).string(call.name).i32(call.arguments.length);
            for (int i = 0; i < call.arguments.length; i++) {
                values.write(out, call.arguments[i], "argument " + i + " of " + call.name);
            }
        } else {
            Object travels = body instanceof Homed homed ? homed.body() : body;
            values.write(out.u8(BY_VALUE).string(home(body)), travels, THE_TASK);
        }
        if (out.size() > rules.maxBytes()) {
            throw rules.tooLarge("task " + body.getClass().getName(), out.size());
        }
        return written(out);
    }

    private static ByteWriter takeWriter() {
        ByteWriter out = WRITER.get();
        if (out == null) {
            return new ByteWriter();
        }
        WRITER.set(null);
        return out;
    }

    private static byte[] written(ByteWriter out) {
        byte[] bytes = out.toBytes();
        out.clear();
        WRITER.set(out);
        return bytes;
    }

    private static String home(Object body) {
        if (body instanceof Homed homed) {
            return homed.home();
        }
        if (body instanceof Class<?> type) {
            return type.getPackageName();
        }
        Object code = body;
        if (body instanceof NamedCall call) {
            code = call.function();
        } else if (body instanceof RunOnly only) {
            code = only.body();
        }
        return code.getClass().getPackageName(); // of a lambda: where it was written
    }

    @Override
    public Object decodeValue(byte[] bytes, Object body) {
        try {
            ByteReader in = new ByteReader(bytes);
            Object value = values.read(in, home(body), "the result");
            in.done();
            return value;
        } catch (BadFrame e) {
            throw new NotTransferable("the result cannot be read: " + e.getMessage(), e);
        }
    }

    @Override
    public Throwable decodeFailure(byte[] bytes, Object body) {
        try {
            ByteReader in = new ByteReader(bytes);
            String text = in.string();
            String trace = in.string();
            byte[] serialized = in.bytes();
            in.done();
            if (serialized.length == 0) {
                return new RemoteFailure(text, trace);
            }
            try {
                return (Throwable)
                        values.deserialize(serialized, home(body), "what the task threw");
            } catch (RuntimeException | Error e) { // of its class, too, which is the user's
                RemoteFailure failure = new RemoteFailure(text, trace);
                failure.addSuppressed(e);
                return failure;
            }
        } catch (BadFrame e) {
            return new NotTransferable("the failure cannot be read: " + e.getMessage(), e);
        }
    }

    // The worker's side

    @Override
    public byte[] call(byte[] task) throws Throwable {
        ByteReader in = new ByteReader(task);
        int kind = in.u8();
        Object value;
        String what;
        if (kind == BY_NAME) {
            String name = in.string();
            RemoteFunction function = function(name);
            Object[] arguments = arguments(in, name);
            value = run(() -> function.apply(arguments), "function " + name);
            what = "the result of " + name;
        } else if (kind == LAMBDA || kind == BY_VALUE) {
            Object body =
                    kind == LAMBDA
                            ? values.readLambda(in, THE_TASK)
                            : values.read(in, homes.read(in), THE_TASK);
            in.done();
            value = run(callable(body), THE_TASK);
            what = "the result";
        } else {
            throw new BadFrame("a task of unknown kind " + kind);
        }
        ByteWriter out = takeWriter();
        values.write(out, value, what);
        if (out.size() > rules.maxBytes()) {
            throw rules.tooLarge("the result", out.size());
        }
        return written(out);
    }

    private RemoteFunction function(String name) {
        RemoteFunction function = functions.get(name);
        if (function == null) {
            throw new IllegalArgumentException(
                    "no function is registered here under the name " + name);
        }
        return function;
    }

    private Object[] arguments(ByteReader in, String name) throws BadFrame {
        String home = home(function(name));
        Object[] arguments = new Object[in.list(1)];
        for (int i = 0; i < arguments.length; i++) {
            arguments[i] = values.read(in, home, "argument " + i + " of " + name);
        }
        in.done();
        return arguments;
    }

    /** A class that the body alone names is missed when it is first used, in the midst of it. */
    private static Object run(Callable<?> body, String what) throws Exception {
        try {
            return body.call();
        } catch (NoClassDefFoundError e) {
            if (e.getCause() instanceof ClassNotFoundException) {
                throw Values.missing(what, e);
            }
            throw e; // it is here, and could not be initialized
        }
    }

    private static Callable<?> callable(Object body) {
        if (body instanceof Callable<?> callable) {
            return callable;
        } else if (body instanceof Runnable runnable) {
            return Executors.callable(runnable);
        }
        throw new IllegalArgumentException("a task that is neither Callable nor Runnable: " + body);
    }

    @Override
    public byte[] encodeFailure(Throwable thrown) {
        ByteWriter out = new ByteWriter();
        out.string(describe(thrown)).string(trace(thrown));
        byte[] serialized;
        try {
            serialized = Values.serialize(thrown, "what the task threw", thrown, ofFailures);
        } catch (NotTransferable | StackOverflowError | OutOfMemoryError e) {
            serialized = new byte[0]; // the text says what it was
        }
        return out.bytes(serialized).toBytes();
    }

    private static String describe(Throwable thrown) {
        String name = thrown.getClass().getName();
        try {
            String message = thrown.getMessage();
            return message == null ? name : cut(name + ": " + message);
        } catch (RuntimeException | Error e) {
            return name + ", whose getMessage threw " + e.getClass().getName();
        }
    }

    private static String trace(Throwable thrown) {
        try {
            StringWriter text = new StringWriter();
            thrown.printStackTrace(new PrintWriter(text));
            return cut(text.toString());
        } catch (RuntimeException | Error e) {
            return "no stack trace: printStackTrace threw " + e.getClass().getName();
        }
    }

    private static String cut(String text) {
        return text.length() <= 20_000 ? text : text.substring(0, 20_000) + "...";
    }

    // Functions, which travel in the settings

    /** A function for another process, where {@link #decodeFunctions} reads it. */
    public static byte[] encodeFunction(String name, RemoteFunction function) {
        return Values.serialize(function, "the function " + name, function, NO_LIMIT);
    }

    /** Of settings, which only the owner of the executor writes: no class is refused. */
    public static Map<String, RemoteFunction> decodeFunctions(Map<String, byte[]> encoded)
            throws IOException, ClassNotFoundException {
        Map<String, RemoteFunction> functions = new HashMap<>();
        for (Map.Entry<String, byte[]> entry : encoded.entrySet()) {
            try (ObjectInputStream in =
                    new ObjectInputStream(new ByteArrayInputStream(entry.getValue()))) {
                functions.put(entry.getKey(), (RemoteFunction) in.readObject());
            }
        }
        return functions;
    }
}
