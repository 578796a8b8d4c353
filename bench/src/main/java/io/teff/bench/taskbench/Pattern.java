// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.taskbench;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.IntConsumer;
import java.util.stream.Collectors;

/**
 * Who depends on whom: column {@code i} of a timestep on columns of the timestep before, by one of
 * several sets that take turns. Columns are those of a full row; where a row is narrower, {@link
 * TaskGraph} leaves out what does not exist.
 */
enum Pattern {
    /** On nothing. */
    TRIVIAL {
        @Override
        void dependencies(Shape g, int set, int i, IntConsumer to) {}

        @Override
        void consumers(Shape g, int set, int i, IntConsumer to) {}
    },
    /** On itself alone. */
    NO_COMM {
        @Override
        void dependencies(Shape g, int set, int i, IntConsumer to) {
            to.accept(i);
        }

        @Override
        void consumers(Shape g, int set, int i, IntConsumer to) {
            to.accept(i);
        }
    },
    /** On itself and its neighbours. */
    STENCIL_1D {
        @Override
        void dependencies(Shape g, int set, int i, IntConsumer to) {
            span(i - 1L, i + 1L, g.width(), to);
        }

        @Override
        void consumers(Shape g, int set, int i, IntConsumer to) {
            span(i - 1L, i + 1L, g.width(), to);
        }
    },
    /** Likewise, in a ring. */
    STENCIL_1D_PERIODIC {
        @Override
        void dependencies(Shape g, int set, int i, IntConsumer to) {
            STENCIL_1D.dependencies(g, set, i, to);
            if (i == 0) {
                to.accept(g.width() - 1);
            }
            if (i == g.width() - 1) {
                to.accept(0);
            }
        }

        @Override
        void consumers(Shape g, int set, int i, IntConsumer to) {
            dependencies(g, set, i, to);
        }
    },
    /** A wavefront in a square: on itself and the neighbour to the left. */
    DOM {
        @Override
        int offset(int steps, int width, int t) {
            return Math.max(0, t + width - steps);
        }

        @Override
        int width(int steps, int width, int t) {
            return Math.min(width, Math.min(t + 1, steps - t));
        }

        @Override
        boolean isFull() {
            return false;
        }

        @Override
        void dependencies(Shape g, int set, int i, IntConsumer to) {
            span(i - 1L, i, g.width(), to);
        }

        @Override
        void consumers(Shape g, int set, int i, IntConsumer to) {
            span(i, i + 1L, g.width(), to);
        }
    },
    /** Each row twice as wide as the one before, until it is full. */
    TREE {
        @Override
        int width(int steps, int width, int t) {
            return (int) Math.min(width, 1L << Math.min(t, 62));
        }

        @Override
        boolean isFull() {
            return false;
        }

        @Override
        void dependencies(Shape g, int set, int i, IntConsumer to) {
            to.accept(i / 2);
        }

        @Override
        void consumers(Shape g, int set, int i, IntConsumer to) {
            span(2L * i, 2L * i + 1, g.width(), to);
        }
    },
    /** On itself and those 2^set columns away. */
    FFT {
        @Override
        int sets(int width, int period) {
            return Integer.SIZE - Integer.numberOfLeadingZeros(width - 1);
        }

        @Override
        int set(int sets, int t) {
            return (t + sets - 1) % sets;
        }

        @Override
        void dependencies(Shape g, int set, int i, IntConsumer to) {
            long reach = 1L << set;
            if (i - reach >= 0) {
                to.accept((int) (i - reach));
            }
            to.accept(i);
            if (i + reach < g.width()) {
                to.accept((int) (i + reach));
            }
        }

        @Override
        void consumers(Shape g, int set, int i, IntConsumer to) {
            dependencies(g, set, i, to);
        }
    },
    /** On all. */
    ALL_TO_ALL {
        @Override
        void dependencies(Shape g, int set, int i, IntConsumer to) {
            span(0, g.width() - 1L, g.width(), to);
        }

        @Override
        void consumers(Shape g, int set, int i, IntConsumer to) {
            dependencies(g, set, i, to);
        }
    },
    /** On the so many columns around it. */
    NEAREST {
        @Override
        void dependencies(Shape g, int set, int i, IntConsumer to) {
            if (g.radix() > 0) {
                span(i - (long) g.radix() / 2, i + (g.radix() - 1L) / 2, g.width(), to);
            }
        }

        @Override
        void consumers(Shape g, int set, int i, IntConsumer to) {
            if (g.radix() > 0) {
                span(i - (g.radix() - 1L) / 2, i + (long) g.radix() / 2, g.width(), to);
            }
        }
    },
    /** On so many columns at equal distances, all but the first of which move from set to set. */
    SPREAD {
        @Override
        boolean hasPeriod() {
            return true;
        }

        @Override
        int sets(int width, int period) {
            return period;
        }

        @Override
        int set(int sets, int t) {
            return t % sets;
        }

        @Override
        void dependencies(Shape g, int set, int i, IntConsumer to) {
            for (int k = 0; k < g.radix(); k++) {
                to.accept(Math.floorMod(i + distance(g, set, k), g.width()));
            }
        }

        @Override
        void consumers(Shape g, int set, int i, IntConsumer to) {
            for (int k = 0; k < g.radix(); k++) {
                to.accept(Math.floorMod(i - distance(g, set, k), g.width()));
            }
        }

        private long distance(Shape g, int set, int k) {
            return (long) k * g.width() / g.radix() + (k > 0 ? set : 0);
        }
    },
    /** On itself and a random part of the columns around it. */
    RANDOM_NEAREST {
        @Override
        boolean hasPeriod() {
            return true;
        }

        @Override
        int sets(int width, int period) {
            return period;
        }

        @Override
        int set(int sets, int t) {
            return t % sets;
        }

        @Override
        void dependencies(Shape g, int set, int i, IntConsumer to) {
            NEAREST.dependencies(g, set, i, j -> acceptIf(isConnected(g, set, j, i), j, to));
        }

        @Override
        void consumers(Shape g, int set, int i, IntConsumer to) {
            NEAREST.consumers(g, set, i, j -> acceptIf(isConnected(g, set, i, j), j, to));
        }

        private void acceptIf(boolean connected, int j, IntConsumer to) {
            if (connected) {
                to.accept(j);
            }
        }

        private boolean isConnected(Shape g, int set, int from, int column) {
            return from == column
                    || SipHash.uniform(g.number(), g.radix(), set, from, column) < g.fraction();
        }
    };

    /** What the dependencies of a full row hang on: which graph of the run it is, and its parameters. */
    record Shape(int number, int width, int radix, double fraction) {}

    /** The pattern that the original names and does not have. */
    static final String RANDOM_SPREAD = "random_spread";

    /** The first column of timestep {@code t >= 0}. */
    int offset(int steps, int width, int t) {
        return 0;
    }

    /** How many columns timestep {@code t >= 0} has. */
    int width(int steps, int width, int t) {
        return width;
    }

    /** Whether all timesteps have all columns. */
    boolean isFull() {
        return true;
    }

    /** Whether {@code -period} says how many sets there are. */
    boolean hasPeriod() {
        return false;
    }

    /** How many sets there are. */
    int sets(int width, int period) {
        return 1;
    }

    /** The set by which timestep {@code t} depends on the one before. */
    int set(int sets, int t) {
        return 0;
    }

    /** The columns that column {@code i} depends on, in their order; one may come more than once. */
    abstract void dependencies(Shape g, int set, int i, IntConsumer to);

    /** The columns that depend on column {@code i}, by a rule of its own; in no order. */
    abstract void consumers(Shape g, int set, int i, IntConsumer to);

    private static void span(long from, long to, int width, IntConsumer each) {
        for (long j = Math.max(0, from); j <= Math.min(to, width - 1L); j++) {
            each.accept((int) j);
        }
    }

    /** As users write it. */
    String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    static List<String> labels() {
        return Arrays.stream(values()).map(Pattern::label).collect(Collectors.toList());
    }

    static Optional<Pattern> named(String label) {
        return Arrays.stream(values()).filter(p -> p.label().equals(label)).findFirst();
    }

    @Override
    public String toString() {
        return label();
    }
}
