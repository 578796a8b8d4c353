// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.simulate;

/** What ranks have to do: pieces, as numbers, which give more pieces while they are worked on. */
interface Work {
    /** The first piece. */
    long root();

    /**
     * Works on the newest pieces of a rank until so many tasks are done, or no piece is left.
     *
     * @return how many tasks that were
     */
    long run(LongDeque pieces, long most);

    /** Whether all tasks of a piece may run at the same time. */
    boolean isWide();

    /** So many equal tasks, halved down to single ones, the far half waiting for thieves. */
    static Work range(long tasks) {
        return new Work() {
            @Override
            public long root() {
                return tasks;
            }

            @Override
            public boolean isWide() {
                return true;
            }

            @Override
            public long run(LongDeque pieces, long most) {
                long done = 0;
                while (done < most && pieces.size() > 0) {
                    long piece = pieces.pop();
                    while (piece > most - done) {
                        pieces.push(piece - piece / 2);
                        piece /= 2;
                    }
                    done += piece;
                }
                return done;
            }
        };
    }

    /**
     * A tree like those of UTS, geometric with as many children to expect at each depth above the last: a
     * child is a task, which is done when it is made; those that have children are pieces. Its random
     * numbers are splitmix64's and not SHA-1's, so it is as unbalanced but no tree of UTS.
     */
    static Work tree(double children, int depth, long seed) {
        double log = Math.log(1 - 1 / (1 + children));
        return new Work() {
            @Override
            public long root() {
                return mix(seed) << 8;
            }

            @Override
            public boolean isWide() {
                return false;
            }

            @Override
            public long run(LongDeque pieces, long most) {
                long done = 0;
                while (done < most && pieces.size() > 0) {
                    long node = pieces.pop();
                    int level = (int) (node & 0xff);
                    int count = level == 0 ? (int) Math.ceil(children) : count(node, level);
                    for (int i = 0; i < count; i++) {
                        long child = mix(node + i * 0x9E3779B97F4A7C15L) << 8 | level + 1;
                        if (count(child, level + 1) > 0) {
                            pieces.push(child);
                        }
                    }
                    done += count;
                }
                return done;
            }

            private int count(long node, int level) {
                if (level >= depth) {
                    return 0;
                }
                double u = (mix(node) >>> 11) * 0x1p-53;
                return (int) Math.min(100, Math.floor(Math.log(1 - u) / log));
            }
        };
    }

    private static long mix(long z) {
        z = (z ^ z >>> 30) * 0xBF58476D1CE4E5B9L;
        z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
        return z ^ z >>> 31;
    }
}
