// SPDX-License-Identifier: Apache-2.0
package io.teff.affinity;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * The decision how to pin: JNA where that is silent, {@code taskset} otherwise, or not at all.
 *
 * <p>Deciding loads nothing; {@link #open} loads JNA when the decision was for it.
 *
 * @param jnaObstacle why JNA is not to be loaded; empty when it is
 * @param taskset the program, if there is one that may be used
 */
record PinningWay(String jnaObstacle, Optional<Path> taskset) {
    private static final int FIRST_JDK_TO_ASK = 22;
    private static final String FIX =
            "start Java with --enable-native-access=ALL-UNNAMED to call sched_setaffinity directly";

    /** Decides for this JVM and system. */
    static PinningWay decide() {
        return decide(System.getProperty("os.name", "unknown"), PinningWay::jnaObstacleHere);
    }

    static PinningWay decide(String os, Supplier<String> jnaObstacle) {
        return os.equals("Linux")
                ? new PinningWay(jnaObstacle.get(), findTaskset())
                : new PinningWay("pinning needs Linux and this is " + os, Optional.empty());
    }

    boolean canPin() {
        return jnaObstacle.isEmpty() || taskset.isPresent();
    }

    /** The way in words; when there is none, the reason. */
    String why() {
        if (jnaObstacle.isEmpty()) {
            return LibcCalls.WHY;
        }
        return taskset.map(program -> "by " + program + ", since " + jnaObstacle)
                .orElse("cannot pin: " + jnaObstacle);
    }

    /** Makes the calls usable; when {@code libc} does not load, the next best way. */
    ThreadCalls open(Supplier<ThreadCalls> libc) {
        if (!jnaObstacle.isEmpty()) {
            return new ProcCalls(this);
        }
        try {
            return libc.get();
        } catch (VirtualMachineError e) {
            throw e;
        } catch (Error e) {
            // Link errors, and the plain Error of JNA for a native part of another version.
            return new ProcCalls(new PinningWay("JNA does not load (" + e + ")", taskset));
        }
    }

    /** Why JNA cannot be loaded, or not without a warning on stderr; empty when it can. */
    private static String jnaObstacleHere() {
        Class<?> jna;
        try {
            // Without initializing it, which would load the native part.
            jna = Class.forName("com.sun.jna.Native", false, PinningWay.class.getClassLoader());
        } catch (ClassNotFoundException | LinkageError e) {
            return "JNA is not on the class path";
        }
        return nativeAccessGranted(jna.getModule())
                ? ""
                : "JNA has no native access and would warn on stderr; " + FIX;
    }

    private static boolean nativeAccessGranted(Module module) {
        if (Runtime.version().feature() < FIRST_JDK_TO_ASK) {
            return true; // nothing to grant yet
        }
        try {
            // By reflection, since JDK 17 does not have it.
            return (boolean) Module.class.getMethod("isNativeAccessEnabled").invoke(module);
        } catch (ReflectiveOperationException e) {
            return false;
        }
    }

    private static Optional<Path> findTaskset() {
        String path = Optional.ofNullable(System.getenv("PATH")).orElse("");
        return Stream.concat(
                        Arrays.stream(path.split(File.pathSeparator, -1)),
                        Stream.of("/usr/bin", "/bin"))
                .filter(dir -> dir.startsWith("/"))
                .map(dir -> Path.of(dir, "taskset"))
                .filter(Files::isExecutable)
                .findFirst();
    }
}
