// SPDX-License-Identifier: Apache-2.0
package io.teff.executors.htex;

import io.teff.remote.BadFrame;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.StringJoiner;

/**
 * What a task asks for, or a node has: cores, memory and disk in MB, accelerators. An entry that is 0
 * was not named: a task without it counts as one worker's share of the node. Immutable.
 *
 * @param cores to a thousandth
 * @param diskMb counted, not enforced
 */
public record Resources(double cores, long memoryMb, long diskMb, int accelerators) {
    static final Resources NOTHING = new Resources(0, 0, 0, 0);

    private static final String ENTRIES =
            "entries are cores (such as 2 or 0.5), memory and disk (MB) and accelerators (how many)";

    /** Refuses what is negative, too large to be meant, or no number. */
    public Resources {
        if (!(cores >= 0 && cores <= 1_000_000)) {
            throw wrong("cores", cores, "a number up to 1000000, such as 2 or 0.5");
        }
        if (cores > 0 && Math.round(cores * 1000) == 0) {
            throw wrong("cores", cores, "at least 0.001");
        }
        if (memoryMb < 0 || memoryMb > 1L << 40) {
            throw wrong("memory", memoryMb, "MB, such as 512");
        }
        if (diskMb < 0 || diskMb > 1L << 40) {
            throw wrong("disk", diskMb, "MB, such as 1000");
        }
        if (accelerators < 0 || accelerators > 1_000_000) {
            throw wrong("accelerators", accelerators, "how many, such as 1");
        }
        cores = Math.round(cores * 1000) / 1000.0;
    }

    /** Cores alone. */
    public static Resources cores(double cores) {
        return NOTHING.with("cores", cores);
    }

    /** Memory alone. */
    public static Resources memoryMb(long memoryMb) {
        return new Resources(0, memoryMb, 0, 0);
    }

    /**
     * Of a flow's {@link io.teff.flow.Options#resources}: {@code Map.of("cores", 2, "memory", 512)}.
     * Values are numbers, or strings of numbers.
     *
     * @throws IllegalArgumentException naming the entry that is wrong and what would do
     */
    public static Resources of(Map<String, ?> entries) {
        Resources all = NOTHING;
        for (Map.Entry<String, ?> entry : entries.entrySet()) {
            all = all.with(entry.getKey(), number(entry.getKey(), entry.getValue()));
        }
        return all;
    }

    /** Of a text like {@code cores=2,memory=512}; what {@link #toString} gives can be read. */
    public static Resources parse(String text) {
        if (text.equals("nothing")) {
            return NOTHING;
        }
        Map<String, Object> entries = new LinkedHashMap<>();
        for (String entry : text.split(",", -1)) {
            int equals = entry.indexOf('=');
            if (equals < 0) {
                throw new IllegalArgumentException(
                        "resources must be like cores=2,memory=512: " + text);
            }
            String name = entry.substring(0, equals).strip();
            if (entries.put(name, entry.substring(equals + 1).strip()) != null) {
                throw new IllegalArgumentException(
                        "resources name " + name + " twice, once would do: " + text);
            }
        }
        return of(entries);
    }

    private static double number(String name, Object value) {
        if (value instanceof Number number) {
            return number.doubleValue();
        }
        if (value instanceof String text) {
            try {
                return Double.parseDouble(text);
            } catch (NumberFormatException e) {
                throw wrong(name, value, "a number");
            }
        }
        throw wrong(name, value, "a number");
    }

    private Resources with(String name, double value) {
        return switch (name) {
            case "cores" -> new Resources(positive(name, value), memoryMb, diskMb, accelerators);
            case "memory" -> new Resources(cores, whole(name, value), diskMb, accelerators);
            case "disk" -> new Resources(cores, memoryMb, whole(name, value), accelerators);
            case "accelerators" ->
                    new Resources(cores, memoryMb, diskMb, Math.toIntExact(whole(name, value)));
            default ->
                    throw new IllegalArgumentException(
                            "no resource has the name " + name + "; " + ENTRIES);
        };
    }

    private static double positive(String name, double value) {
        if (!(value > 0)) {
            throw wrong(name, value, "more than 0, such as 2 or 0.5");
        }
        return value;
    }

    private static long whole(String name, double value) {
        long whole = (long) value;
        if (whole != value || whole <= 0 || whole > Integer.MAX_VALUE) {
            throw wrong(name, value, "a whole number from 1 to " + Integer.MAX_VALUE);
        }
        return whole;
    }

    private static IllegalArgumentException wrong(String name, Object value, String would) {
        return new IllegalArgumentException(
                "resource " + name + " is " + value + ", but must be " + would);
    }

    boolean isNothing() {
        return equals(NOTHING);
    }

    int milliCores() {
        return (int) Math.round(cores * 1000);
    }

    void write(Frames.Writer out) {
        out.i32(milliCores()).i64(memoryMb).i64(diskMb).i32(accelerators);
    }

    static Resources read(Frames.Reader in) throws BadFrame {
        int milliCores = in.i32();
        long memoryMb = in.i64();
        long diskMb = in.i64();
        int accelerators = in.i32();
        try {
            return new Resources(milliCores / 1000.0, memoryMb, diskMb, accelerators);
        } catch (IllegalArgumentException e) {
            throw new BadFrame(e.getMessage());
        }
    }

    @Override
    public String toString() {
        StringJoiner text = new StringJoiner(",");
        if (cores > 0) {
            text.add("cores=" + (cores == Math.rint(cores) ? "" + (long) cores : "" + cores));
        }
        if (memoryMb > 0) {
            text.add("memory=" + memoryMb);
        }
        if (diskMb > 0) {
            text.add("disk=" + diskMb);
        }
        if (accelerators > 0) {
            text.add("accelerators=" + accelerators);
        }
        return text.length() == 0 ? "nothing" : text.toString();
    }
}
