// SPDX-License-Identifier: Apache-2.0
package io.teff.engine;

import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Prints where the JVM it runs in has laid the hot field groups of the engine's objects. PadsTest
 * starts it, because each JVM and each of its header formats lays objects out anew.
 *
 * <p>One line per gap: object, group before, group after, offset of the last byte before the gap and
 * of the first byte after it. {@code start} and {@code end} are the neighbours in memory, {@code own}
 * the fields that the object's own class adds.
 */
final class FieldDistances {
    private record Group(String name, long from, long to) {}

    private final Object unsafe;
    private final Method offset;

    private FieldDistances() throws ReflectiveOperationException {
        Class<?> type = Class.forName("sun.misc.Unsafe"); // by name: javac warns of the type itself
        Field instance = type.getDeclaredField("theUnsafe");
        instance.setAccessible(true);
        unsafe = instance.get(null);
        offset = type.getMethod("objectFieldOffset", Field.class);
    }

    public static void main(String[] args) throws ReflectiveOperationException {
        FieldDistances distances = new FieldDistances();
        for (Class<?> type : PadsTest.PADDED) {
            distances.print(type);
        }
    }

    private void print(Class<?> type) throws ReflectiveOperationException {
        List<Group> groups = new ArrayList<>();
        long end = 0;
        for (Class<?> c = type; c != Object.class; c = c.getSuperclass()) {
            long from = Long.MAX_VALUE;
            long to = 0;
            for (Field field : c.getDeclaredFields()) {
                if (Modifier.isStatic(field.getModifiers())) {
                    continue;
                }
                long at = (long) offset.invoke(unsafe, field);
                end = Math.max(end, at + size(field));
                if (!field.getName().matches("p\\d{3}")) {
                    from = Math.min(from, at);
                    to = Math.max(to, at + size(field));
                }
            }
            if (to > 0) {
                boolean hot = c.getEnclosingClass() == Pads.class;
                groups.add(new Group(hot ? c.getSimpleName() : "own", from, to));
            }
        }
        groups.sort(Comparator.comparingLong(Group::from));
        Group before = new Group("start", 0, 0);
        for (Group group : groups) {
            say(type, before, group);
            before = group;
        }
        long next = (end + 7) / 8 * 8; // objects are eight bytes aligned
        say(type, before, new Group("end", next, next));
    }

    private static void say(Class<?> type, Group before, Group after) {
        System.out.println(
                type.getSimpleName()
                        + " "
                        + before.name
                        + " "
                        + after.name
                        + " "
                        + (before.to - 1)
                        + " "
                        + after.from);
    }

    /** At least: references are taken for compressed ones. */
    private static int size(Field field) {
        Class<?> type = field.getType();
        if (type == long.class || type == double.class) {
            return 8;
        }
        return type == byte.class || type == boolean.class ? 1 : 4;
    }
}
