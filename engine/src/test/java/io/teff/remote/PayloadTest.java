// SPDX-License-Identifier: Apache-2.0
package io.teff.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.teff.remote.away.AwayException;
import io.teff.remote.away.SerializableLambda;
import java.io.IOException;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

final class PayloadTest {
    private static final RemoteFunction ECHO = a -> a[0];

    private final Payload payload = payload(Map.of("echo", ECHO));

    private static Payload payload(Map<String, RemoteFunction> functions, String... allowed) {
        return new Payload(
                new PayloadRules(
                        List.of(allowed), 100_000, "send less than that", "ask for allow(...)"),
                functions);
    }

    /** A value of the task's own package. */
    record Point(int x, int y) implements Serializable {}

    /** Something that cannot travel, held by something that can. */
    static final class Holder implements RemoteCallable<Integer> {
        private static final long serialVersionUID = 1L;

        @SuppressWarnings("serial") // that is the point
        private final Map<String, Object> parts = new HashMap<>();

        @Override
        public Integer call() {
            return parts.size();
        }
    }

    private Object roundTrip(Object body) throws Exception {
        byte[] value;
        try {
            value = payload.call(payload.encodeTask(body));
        } catch (Exception | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
        return payload.decodeValue(value, body);
    }

    @Test
    void lambdasAndTheirValuesTravel() throws Exception {
        int captured = 6;
        RemoteCallable<Object> body = () -> new Point(captured, 7);
        assertThat(roundTrip(body)).isEqualTo(new Point(6, 7));
        RemoteCallable<Object> values =
                () -> List.of(BigInteger.TEN, Duration.ofSeconds(1), "text", new int[] {1}.length);
        assertThat(roundTrip(values))
                .isEqualTo(List.of(BigInteger.TEN, Duration.ofSeconds(1), "text", 1));
    }

    private static RemoteCallable<Object> giving(Object value) {
        return () -> value;
    }

    @Test
    void capturedValuesComeBackAsTheyAre() throws Exception {
        for (Object value :
                new Object[] {
                    null,
                    1,
                    2L,
                    (short) 3,
                    0.5,
                    Double.NaN,
                    0.25f,
                    'c',
                    false,
                    "",
                    "grün \u2713 \ud83c\udf3e",
                    "half of a \ud83c pair",
                    new byte[] {3},
                    new int[] {Integer.MIN_VALUE, 7},
                    new long[] {Long.MAX_VALUE, -1},
                    new double[] {1e300, -0.0},
                    new String[] {"a", null},
                    new Point(1, 2),
                    List.of(4, "five")
                }) {
            assertThat(roundTrip(giving(value))).isEqualTo(value);
        }
    }

    @Test
    void lambdasOfOneShapeKeepWhatEachHasCaptured() throws Exception {
        for (long x = 0; x < 100; x++) {
            long y = x;
            RemoteCallable<Object> body = () -> "double " + 2 * y;
            assertThat(roundTrip(body)).isEqualTo("double " + 2 * x);
        }
    }

    /** What is written runs code of its own, which may submit tasks, too. */
    private static final class Submitting implements Serializable {
        private static final long serialVersionUID = 1;
        private static final RemoteCallable<Object> OTHER = () -> "another task";

        private final int value = 7;

        private void writeObject(ObjectOutputStream out) throws IOException {
            assertThat(payload(Map.of()).encodeTask(OTHER)).isNotEmpty();
            out.defaultWriteObject();
        }
    }

    @Test
    void tasksMayBeEncodedWhileOneIs() throws Exception {
        Submitting captured = new Submitting();
        RemoteCallable<Object> body = () -> captured.value;
        for (int i = 0; i < 3; i++) {
            assertThat(roundTrip(body)).isEqualTo(7);
        }
    }

    @Test
    void whatTwoCapturedValuesShareStaysShared() throws Exception {
        long[] array = {1};
        List<Object> list = new ArrayList<>(List.of(array));
        RemoteCallable<Object> arrayInList =
                () -> {
                    array[0] = 42;
                    return ((long[]) list.get(0))[0];
                };
        assertThat(roundTrip(arrayInList)).isEqualTo(42L);
        long[] sameArray = array;
        RemoteCallable<Object> arrayTwice =
                () -> {
                    array[0] = 43;
                    return sameArray[0];
                };
        assertThat(roundTrip(arrayTwice)).isEqualTo(43L);
    }

    @Test
    void runnablesAndMethodReferencesTravel() throws Exception {
        RemoteRunnable body = () -> Thread.currentThread().interrupt();
        assertThat(roundTrip(body)).isNull();
        assertThat(Thread.interrupted()).as("it has run").isTrue();
        RemoteCallable<Object> reference = " trim me "::trim;
        assertThat(roundTrip(reference)).isEqualTo("trim me");
    }

    /** A lambda as it stands on the wire, of another class or another method. */
    private static ByteWriter forged(ByteWriter task, String capturing, String method) {
        String result = "()Ljava/lang/Object;";
        ByteWriter shape = new ByteWriter().u8(16 + 6).u8(1).string(capturing.replace('.', '/'));
        shape.string(method).string(result).string(result);
        return task.u8(11).bytes(shape.toBytes()).i32(0);
    }

    /** A task of this home. */
    private static byte[] forged(String home, String capturing, String method) {
        return forged(new ByteWriter().u8('V').string(home), capturing, method).toBytes();
    }

    /** A task that is at home where it was written. */
    private static byte[] forged(String capturing, String method) {
        return forged(new ByteWriter().u8('L'), capturing, method).toBytes();
    }

    @Test
    void lambdasOfOtherPackagesAreRefused() {
        String away = SerializableLambda.class.getName();
        assertThatExceptionOfType(NotTransferable.class)
                .isThrownBy(() -> payload.call(forged("org.elsewhere", away, "lambda$0")))
                .withMessageContaining("class " + away + " is not allowed")
                .withMessageContaining("to let it in, ask for allow(...)");
        assertThatExceptionOfType(NotTransferable.class)
                .isThrownBy(() -> payload.call(forged("java.lang", "java.lang.Runtime", "exec")))
                .withMessageContaining("class java.lang.Runtime is not allowed");
        assertThatExceptionOfType(NotTransferable.class)
                .isThrownBy(() -> payload.call(forged("java.lang.Runtime", "exec")))
                .withMessageContaining("class java.lang.Runtime is not allowed");
    }

    @Test
    void whatIsNoLambdaIsRefusedWhereOneShouldBe() {
        byte[] aText = new ByteWriter().u8('L').u8(5).string("text").toBytes();
        assertThatExceptionOfType(BadFrame.class)
                .isThrownBy(() -> payload.call(aText))
                .withMessage("a value of tag 5 in the place of a lambda");
        for (int usual : new int[] {-1, 5, 127}) {
            ByteWriter shape = new ByteWriter().u8(16 + 6).u8(usual).string("a/B");
            byte[] task = new ByteWriter().u8('L').u8(11).bytes(shape.toBytes()).i32(0).toBytes();
            assertThatExceptionOfType(BadFrame.class)
                    .isThrownBy(() -> payload.call(task))
                    .withMessage("a lambda of the unknown interface " + usual);
        }
    }

    interface Rare extends Callable<Object>, Serializable {}

    @Test
    void lambdasOfAnyInterfaceTravel() throws Exception {
        int captured = 3;
        assertThat(roundTrip((Rare) () -> captured)).isEqualTo(3);
        assertThat(roundTrip((Callable<Object> & Serializable) () -> captured)).isEqualTo(3);
        assertThat(roundTrip((Runnable & Serializable) () -> {})).isNull();
        assertThat(roundTrip((Rare) "abc"::length)).isEqualTo(3); // a method of another class
    }

    @Test
    void lambdasAreShortOnTheWire() {
        long captured = 7;
        RemoteCallable<Object> body = () -> captured;
        int names =
                PayloadTest.class.getName().length()
                        + "lambda$lambdasAreShortOnTheWire$12345678$1".length()
                        + "(J)Ljava/lang/Object;".length()
                        + "()Ljava/lang/Object;".length();
        assertThat(payload.encodeTask(body).length).isLessThan(names + 45);
    }

    @Test
    void knownShapesAreStillRefusedToOtherHomes() throws Exception {
        RemoteCallable<Object> body = SerializableLambda.six();
        assertThat(roundTrip(body)).isEqualTo(6); // now the shape is known
        byte[] stranger = payload.encodeTask(new Homed(body, "org.elsewhere"));
        assertThatExceptionOfType(NotTransferable.class)
                .isThrownBy(() -> payload.call(stranger))
                .withMessageContaining("SerializableLambda is not allowed");
    }

    @Test
    void lambdasThatAreNotHereAreNamed() {
        String here = PayloadTest.class.getName();
        String home = PayloadTest.class.getPackageName();
        assertThatExceptionOfType(NotTransferable.class)
                .isThrownBy(() -> payload.call(forged(home, here, "lambda$ofAnotherBuild$0")))
                .withMessageContaining("class " + here + " has no such lambda here");
        assertThatExceptionOfType(NotTransferable.class)
                .isThrownBy(() -> payload.call(forged("org.nowhere", "org.nowhere.Job", "run")))
                .withMessageContaining("not on the class path of process ")
                .withMessageEndingWith(
                        ": org.nowhere.Job; put its jar or folder on the class path of both sides");
    }

    @Test
    void lambdaWithTheWrongValuesIsAFailureOfTheTask() {
        RemoteCallable<Object> body = giving("text");
        byte[] task = payload.encodeTask(body);
        byte[] empty = Arrays.copyOf(task, task.length - 9); // without its one value
        assertThatExceptionOfType(BadFrame.class).isThrownBy(() -> payload.call(empty));
    }

    @Test
    void namedCallsTravelAsNameAndArguments() throws Exception {
        for (Object value :
                new Object[] {
                    null, 1, 2L, 0.5, "s", true, new byte[] {3}, new Point(1, 2), List.of(4)
                }) {
            Object back = roundTrip(new NamedCall("echo", ECHO, new Object[] {value}));
            assertThat(back).isEqualTo(value);
        }
        byte[] task = payload.encodeTask(new NamedCall("echo", ECHO, new Object[] {1}));
        assertThat(task.length).as("bytes of a call by name").isLessThan(30);
    }

    @Test
    void unknownNameIsNamed() {
        byte[] task = payload.encodeTask(new NamedCall("nobody", ECHO, new Object[0]));
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> payload.call(task))
                .withMessageContaining("nobody");
    }

    @Test
    void plainLambdaIsToldHowToTravel() {
        Callable<Integer> body = () -> 1;
        assertThatExceptionOfType(NotTransferable.class)
                .isThrownBy(() -> payload.encodeTask(body))
                .withMessageContaining("PayloadTest")
                .withMessageContaining("give it the type RemoteCallable");
    }

    @Test
    void culpritIsNamedWithItsPath() {
        Thread thread = new Thread("culprit");
        List<Object> list = new ArrayList<>(List.of("fine", thread));
        RemoteCallable<Object> body = () -> list.size();
        assertThatExceptionOfType(NotTransferable.class)
                .isThrownBy(() -> payload.encodeTask(body))
                .withMessageContaining("captured argument 0 of the lambda in")
                .withMessageContaining("[1]: java.lang.Thread is not serializable");
        Holder holder = new Holder();
        holder.parts.put("key", new Object[] {null, thread});
        assertThatExceptionOfType(NotTransferable.class)
                .isThrownBy(() -> payload.encodeTask(holder))
                .withMessageContaining("field parts of " + Holder.class.getName())
                .withMessageContaining("[key] -> [1]: java.lang.Thread");
    }

    @Test
    void culpritInAnObjectOfAClosedModuleIsNamedToo() {
        AtomicReference<Object> reference = new AtomicReference<>(new Thread("culprit"));
        RemoteCallable<Object> body = () -> reference.get();
        assertThatExceptionOfType(NotTransferable.class)
                .isThrownBy(() -> payload.encodeTask(body))
                .withMessageContaining("captured argument 0 of the lambda in")
                .withMessageEndingWith(
                        "inside java.util.concurrent.atomic.AtomicReference: java.lang.Thread is"
                                + " not serializable");
    }

    @Test
    void tooLargeTaskIsRefusedWithBothSizes() {
        byte[] large = new byte[200_000];
        RemoteCallable<Object> body = () -> large.length;
        assertThatExceptionOfType(NotTransferable.class)
                .isThrownBy(() -> payload.encodeTask(body))
                .withMessageContaining("200")
                .withMessageContaining("the limit is 100000: send less than that");
    }

    @Test
    void tooLargeResultIsTheTasksFailure() {
        RemoteCallable<Object> body = () -> new byte[200_000];
        byte[] task = payload.encodeTask(body);
        assertThatExceptionOfType(NotTransferable.class)
                .isThrownBy(() -> payload.call(task))
                .withMessageContaining("the result has 200");
    }

    @Test
    void tooLargeObjectsAreMeasuredNotKept() {
        RemoteCallable<Object> body =
                () -> {
                    Object[] all = new Object[3 << 10];
                    for (int i = 0; i < all.length; i++) {
                        all[i] = new Mebibyte();
                    }
                    return all;
                };
        byte[] task = payload.encodeTask(body);
        assertThatExceptionOfType(NotTransferable.class)
                .isThrownBy(() -> payload.call(task))
                .withMessageMatching(
                        "the result has 32\\d{8} bytes, the limit is 100000: send less than that");
        RemoteCallable<Object> longs = () -> new long[12_501];
        byte[] numbers = payload.encodeTask(longs);
        assertThatExceptionOfType(NotTransferable.class)
                .isThrownBy(() -> payload.call(numbers))
                .withMessageContaining("the result has 100008 bytes, the limit is 100000");
    }

    /** Is written as if it were large. */
    private static final class Mebibyte implements Serializable {
        private static final long serialVersionUID = 1L;

        private void writeObject(ObjectOutputStream out) throws IOException {
            byte[] part = new byte[1 << 16];
            for (int i = 0; i < 16; i++) {
                out.write(part);
            }
        }
    }

    @Test
    void resultThatCannotTravelIsNamed() {
        RemoteCallable<Object> body = () -> List.of(new Thread("stays"));
        byte[] task = payload.encodeTask(body);
        assertThatExceptionOfType(NotTransferable.class)
                .isThrownBy(() -> payload.call(task))
                .withMessageContaining("the result cannot travel: [0]: java.lang.Thread");
    }

    @Test
    void classesOfOtherPackagesNeedToBeAllowed() throws Exception {
        RemoteCallable<Object> body = () -> new AwayException("from another package");
        byte[] task = payload.encodeTask(body);
        byte[] value;
        try {
            value = payload.call(task);
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
        assertThatExceptionOfType(NotTransferable.class)
                .isThrownBy(() -> payload.decodeValue(value, body))
                .withMessageContaining("class " + AwayException.class.getName() + " is not allowed")
                .withMessageContaining("to let it in, ask for allow(...)");
        for (String pattern :
                new String[] {
                    AwayException.class.getName(), "io.teff.remote.away.*", "io.teff.remote.**"
                }) {
            Payload open = payload(Map.of(), pattern);
            assertThat(open.decodeValue(value, body)).isInstanceOf(AwayException.class);
        }
        Payload other = payload(Map.of(), "io.teff.remote.awa.*");
        assertThatExceptionOfType(NotTransferable.class)
                .isThrownBy(() -> other.decodeValue(value, body));
    }

    @Test
    void classesOfTheTasksOwnPackageComeIn() throws Exception {
        RemoteCallable<Object> body = SerializableLambda.ofThisPackage();
        assertThat(roundTrip(body)).isInstanceOf(AwayException.class);
        byte[] failure = payload.encodeFailure(new AwayException("thrown"));
        assertThat(payload.decodeFailure(failure, AwayException.class))
                .isInstanceOf(AwayException.class)
                .hasMessage("thrown");
        assertThat(payload.decodeFailure(failure, PayloadTest.class))
                .isInstanceOf(RemoteFailure.class)
                .hasMessage(AwayException.class.getName() + ": thrown");
    }

    @Test
    void failuresTravelAsTheyAreOrAsTheirText() {
        RemoteCallable<Object> body = () -> null;
        Throwable back =
                payload.decodeFailure(
                        payload.encodeFailure(new IllegalStateException("as it is")), body);
        assertThat(back).isExactlyInstanceOf(IllegalStateException.class).hasMessage("as it is");
        RuntimeException odd =
                new RuntimeException("odd") {
                    private static final long serialVersionUID = 1L;

                    @SuppressWarnings({"serial", "unused"}) // that is the point
                    private final Object stays = new Object();
                };
        back = payload.decodeFailure(payload.encodeFailure(odd), body);
        assertThat(back).isInstanceOf(RemoteFailure.class).hasMessageContaining("odd");
        assertThat(((RemoteFailure) back).remoteTrace()).contains("failuresTravelAsTheyAre");
    }

    @Test
    void garbageIsAFailureOfTheTask() {
        byte[] garbage = new ByteWriter().u8('V').string("x").u8(1).bytes(new byte[9]).toBytes();
        assertThatExceptionOfType(NotTransferable.class)
                .isThrownBy(() -> payload.call(garbage))
                .withMessageContaining("cannot be read");
    }
}
