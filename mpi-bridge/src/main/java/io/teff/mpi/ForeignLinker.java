// SPDX-License-Identifier: Apache-2.0
package io.teff.mpi;

import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import java.lang.invoke.MethodHandle;
import java.lang.reflect.Array;

/**
 * Downcalls of {@code java.lang.foreign}, final since JDK 22 and reached by reflection, as this code is
 * compiled for 17. All that is reflective happens when a handle is made.
 */
final class ForeignLinker {
    private static volatile NativeLibrary library;

    private ForeignLinker() {}

    /** Whether this JVM has it, and may use it without a warning. */
    static boolean isAvailable() {
        if (Runtime.version().feature() < 22) {
            return false;
        }
        try {
            Module module = ForeignLinker.class.getModule();
            return (boolean) Module.class.getMethod("isNativeAccessEnabled").invoke(module);
        } catch (ReflectiveOperationException e) {
            return false;
        }
    }

    /** Which library the handles are to call. */
    static void use(NativeLibrary opened) {
        library = opened;
    }

    /**
     * A function that returns an int.
     *
     * @param arguments one letter each: J for an address, a handle or another long, I for an int
     */
    static MethodHandle handle(String name, String arguments) {
        try {
            Class<?> layouts = Class.forName("java.lang.foreign.MemoryLayout");
            Class<?> values = Class.forName("java.lang.foreign.ValueLayout");
            Object ofLong = values.getField("JAVA_LONG").get(null);
            Object ofInt = values.getField("JAVA_INT").get(null);
            Object parameters = Array.newInstance(layouts, arguments.length());
            for (int i = 0; i < arguments.length(); i++) {
                Array.set(parameters, i, arguments.charAt(i) == 'J' ? ofLong : ofInt);
            }
            Class<?> descriptors = Class.forName("java.lang.foreign.FunctionDescriptor");
            Object descriptor =
                    descriptors
                            .getMethod("of", layouts, parameters.getClass())
                            .invoke(null, ofInt, parameters);
            Class<?> segments = Class.forName("java.lang.foreign.MemorySegment");
            long symbol = Pointer.nativeValue(library.getGlobalVariableAddress(name));
            Object address = segments.getMethod("ofAddress", long.class).invoke(null, symbol);
            Class<?> options = Class.forName("java.lang.foreign.Linker$Option");
            Object none = Array.newInstance(options, 0);
            Class<?> linkers = Class.forName("java.lang.foreign.Linker");
            Object linker = linkers.getMethod("nativeLinker").invoke(null);
            MethodHandle handle =
                    (MethodHandle)
                            linkers.getMethod(
                                            "downcallHandle",
                                            segments,
                                            descriptors,
                                            none.getClass())
                                    .invoke(linker, address, descriptor, none);
            return handle;
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("java.lang.foreign cannot call " + name, e);
        }
    }
}
