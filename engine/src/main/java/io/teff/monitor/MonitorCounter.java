// SPDX-License-Identifier: Apache-2.0
package io.teff.monitor;

/**
 * What one value of a file means.
 *
 * @param label unique among the counters of a file, such as {@code tasks}
 * @param unit of what it counts, such as {@code tasks} or {@code ns}
 */
public record MonitorCounter(String label, Type type, Scope scope, String unit) {
    /** Whether it may go down. */
    public enum Type {
        /** It only grows. */
        COUNTER,
        /** It says how much there is just now. */
        GAUGE;

        private static final Type[] ALL = values();

        static Type of(long code) {
            return code == 0 ? COUNTER : ALL[1];
        }

        @SuppressWarnings("EnumOrdinal") // the order is part of the layout
        long code() {
            return ordinal();
        }
    }

    /** Of whom there is one. */
    public enum Scope {
        /** Each worker has one. */
        WORKER,
        /** The engine has one. */
        ENGINE;

        private static final Scope[] ALL = values();

        static Scope of(long code) {
            return code == 0 ? WORKER : ALL[1];
        }

        @SuppressWarnings("EnumOrdinal") // the order is part of the layout
        long code() {
            return ordinal();
        }
    }

    /** A counter of each worker. */
    public static MonitorCounter ofWorkers(String label, String unit) {
        return new MonitorCounter(label, Type.COUNTER, Scope.WORKER, unit);
    }

    /** A gauge of each worker. */
    public static MonitorCounter gaugeOfWorkers(String label, String unit) {
        return new MonitorCounter(label, Type.GAUGE, Scope.WORKER, unit);
    }

    /** A counter of the engine. */
    public static MonitorCounter ofEngine(String label, String unit) {
        return new MonitorCounter(label, Type.COUNTER, Scope.ENGINE, unit);
    }

    /** A gauge of the engine. */
    public static MonitorCounter gaugeOfEngine(String label, String unit) {
        return new MonitorCounter(label, Type.GAUGE, Scope.ENGINE, unit);
    }
}
