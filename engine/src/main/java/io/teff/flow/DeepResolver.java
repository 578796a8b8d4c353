// SPDX-License-Identifier: Apache-2.0
package io.teff.flow;

import java.lang.reflect.Array;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/** {@link Resolver#DEEP}. Arguments that contain themselves are refused. */
final class DeepResolver implements Resolver {
    private static final int MAX_DEPTH = 100;

    @Override
    public Collection<? extends AppFuture<?>> futures(
            Object argument, Function<Object, AppFuture<?>> adopt) {
        Set<AppFuture<?>> found = new LinkedHashSet<>();
        collect(argument, adopt, found, 0);
        return found;
    }

    private static void collect(
            Object item, Function<Object, AppFuture<?>> adopt, Set<AppFuture<?>> found, int depth) {
        if (item == null) {
            return;
        }
        AppFuture<?> future = adopt.apply(item);
        if (future != null) {
            found.add(future);
            return;
        }
        for (Object part : parts(item, depth)) {
            collect(part, adopt, found, depth + 1);
        }
    }

    private static Collection<?> parts(Object item, int depth) {
        Collection<?> parts;
        if (item instanceof List<?> || item instanceof Set<?>) {
            parts = (Collection<?>) item;
        } else if (item instanceof Map<?, ?> map) {
            List<Object> both = new ArrayList<>(map.keySet());
            both.addAll(map.values());
            parts = both;
        } else if (item instanceof Object[] array) {
            parts = Arrays.asList(array);
        } else if (item instanceof Record record) {
            parts = Arrays.asList(components(record));
        } else {
            return List.of();
        }
        if (depth >= MAX_DEPTH && !parts.isEmpty()) {
            throw new IllegalArgumentException(
                    "an argument is nested more than "
                            + MAX_DEPTH
                            + " levels deep, or contains itself; pass the futures in it as"
                            + " arguments of their own");
        }
        return parts;
    }

    @Override
    public Object unwrap(Object argument, Function<Object, Object> value) {
        if (argument == null) {
            return null;
        }
        Object item = value.apply(argument);
        if (item != argument) {
            return item;
        }
        if (argument instanceof List<?> list) {
            return Collections.unmodifiableList(unwrapAll(list, value, new ArrayList<>()));
        }
        if (argument instanceof Set<?> set) {
            return Collections.unmodifiableSet(unwrapAll(set, value, new LinkedHashSet<>()));
        }
        if (argument instanceof Map<?, ?> map) {
            Map<Object, Object> result = new LinkedHashMap<>();
            map.forEach((k, v) -> result.put(unwrap(k, value), unwrap(v, value)));
            return Collections.unmodifiableMap(result);
        }
        if (argument instanceof Object[] array) {
            return unwrapArray(array, value);
        }
        return argument instanceof Record record ? unwrapRecord(record, value) : argument;
    }

    private <C extends Collection<Object>> C unwrapAll(
            Collection<?> items, Function<Object, Object> value, C into) {
        for (Object item : items) {
            into.add(unwrap(item, value));
        }
        return into;
    }

    /** An array of futures becomes one of objects; one that can hold the values keeps its type. */
    private Object unwrapArray(Object[] array, Function<Object, Object> value) {
        Object[] values = new Object[array.length];
        Class<?> type = array.getClass().getComponentType();
        for (int i = 0; i < array.length; i++) {
            values[i] = unwrap(array[i], value);
            if (values[i] != null && !type.isInstance(values[i])) {
                type = Object.class;
            }
        }
        Object[] typed = (Object[]) Array.newInstance(type, array.length);
        System.arraycopy(values, 0, typed, 0, values.length);
        return typed;
    }

    private Object unwrapRecord(Record record, Function<Object, Object> value) {
        Object[] old = components(record);
        Object[] values = new Object[old.length];
        boolean isSame = true;
        for (int i = 0; i < old.length; i++) {
            values[i] = unwrap(old[i], value);
            isSame &= values[i] == old[i];
        }
        if (isSame) {
            return record;
        }
        RecordComponent[] components = record.getClass().getRecordComponents();
        Class<?>[] types =
                Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
        try {
            Constructor<?> constructor = record.getClass().getDeclaredConstructor(types);
            constructor.setAccessible(true);
            return constructor.newInstance(values);
        } catch (InvocationTargetException e) {
            throw new IllegalArgumentException(
                    "record " + record.getClass().getName() + " refused its values", e.getCause());
        } catch (ReflectiveOperationException | RuntimeException e) {
            throw cannotRebuild(record, e);
        }
    }

    private static Object[] components(Record record) {
        RecordComponent[] components = record.getClass().getRecordComponents();
        Object[] values = new Object[components.length];
        try {
            for (int i = 0; i < values.length; i++) {
                components[i].getAccessor().setAccessible(true);
                values[i] = components[i].getAccessor().invoke(record);
            }
        } catch (ReflectiveOperationException | RuntimeException e) {
            throw cannotRebuild(record, e);
        }
        return values;
    }

    private static IllegalArgumentException cannotRebuild(Record record, Exception e) {
        return new IllegalArgumentException(
                "cannot look into record "
                        + record.getClass().getName()
                        + " for futures: its components that hold futures need the type"
                        + " Object, or that of the value, and its package must be open",
                e);
    }
}
