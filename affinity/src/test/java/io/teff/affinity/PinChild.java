// SPDX-License-Identifier: Apache-2.0
package io.teff.affinity;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;

/** A program that pins its thread and prints what the kernel says, for {@link EmbeddingTest}. */
final class PinChild {
    /** The file that JNA unpacks its native part to, as the memory map shows it. */
    private static final Pattern JNA_NATIVE_PART = Pattern.compile("jna\\d+\\.tmp");

    private PinChild() {}

    public static void main(String[] args) throws Exception {
        CpuSet before = kernelMask();
        say("before", before);
        say("available", Affinity.available());
        say("mask", Affinity.currentMask());
        say("cpuIsAllowed", before.contains(Affinity.currentCpu()));
        say("jnaBeforePin", jnaLoaded());

        int[] allowed = before.toArray();
        CpuSet last = CpuSet.of(allowed[allowed.length - 1]);
        PinResult result = Affinity.pinCurrentThread(last);
        say("asked", result.asked());
        say("got", result.got());
        say("why", result.why());
        say("pinned", result.pinned());
        say("kernelMask", kernelMask());
        say("currentMask", Affinity.currentMask());
        say("currentCpu", Affinity.currentCpu());
        say("jnaAfterPin", jnaLoaded());

        Affinity.pinCurrentThread(before);
        say("restored", kernelMask());
        if (Runtime.version().feature() >= 21) {
            pinVirtualThread(last);
        }
    }

    /** By reflection, since JDK 17 has no virtual threads. */
    private static void pinVirtualThread(CpuSet asked) throws Exception {
        Runnable body = () -> say("virtual", Affinity.pinCurrentThread(asked).why());
        Thread thread =
                (Thread)
                        Thread.class
                                .getMethod("startVirtualThread", Runnable.class)
                                .invoke(null, body);
        thread.join();
    }

    private static void say(String key, Object value) {
        System.out.println(key + "=" + value);
    }

    /** Read here by hand, so that the tested code is not its own witness. */
    private static CpuSet kernelMask() throws IOException {
        String key = "Cpus_allowed_list:";
        return Files.readAllLines(Path.of("/proc/thread-self/status")).stream()
                .filter(line -> line.startsWith(key))
                .map(line -> CpuSet.parse(line.substring(key.length())))
                .findFirst()
                .orElseThrow();
    }

    private static boolean jnaLoaded() throws IOException {
        return JNA_NATIVE_PART.matcher(Files.readString(Path.of("/proc/self/maps"))).find();
    }
}
