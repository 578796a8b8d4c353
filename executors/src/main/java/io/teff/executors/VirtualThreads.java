// SPDX-License-Identifier: Apache-2.0
package io.teff.executors;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** One virtual thread for each task, looked up, since the code is compiled for JDK 17. */
final class VirtualThreads {
    /** Executors.newVirtualThreadPerTaskExecutor, or null before JDK 21. */
    private static final MethodHandle NEW_EXECUTOR = find();

    private VirtualThreads() {}

    static boolean areAvailable() {
        return NEW_EXECUTOR != null;
    }

    static ExecutorService executor() {
        if (NEW_EXECUTOR == null) {
            throw new UnsupportedOperationException(
                    "virtual threads need JDK 21 or newer, this is JDK "
                            + Runtime.version().feature());
        }
        try {
            return (ExecutorService) NEW_EXECUTOR.invokeExact();
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new LinkageError("newVirtualThreadPerTaskExecutor declares no exception", e);
        }
    }

    private static MethodHandle find() {
        // On 19 and 20 the method is there as a preview, and throws.
        if (Runtime.version().feature() < 21) {
            return null;
        }
        try {
            return MethodHandles.publicLookup()
                    .findStatic(
                            Executors.class,
                            "newVirtualThreadPerTaskExecutor",
                            MethodType.methodType(ExecutorService.class));
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("JDK 21 and newer have virtual threads", e);
        }
    }
}
