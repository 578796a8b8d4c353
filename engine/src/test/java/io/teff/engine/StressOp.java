// SPDX-License-Identifier: Apache-2.0
package io.teff.engine;

import static io.teff.engine.Fib.FIB;

import java.util.concurrent.locks.LockSupport;

/** What a task of a {@link Stress} does, and how often in a thousand. */
enum StressOp {
    THROW(10) {
        @Override
        void run(StressTask task) {
            throw new StressTask.PlannedException();
        }
    },
    THROW_ERROR(5) {
        @Override
        void run(StressTask task) {
            throw new StressTask.PlannedError();
        }
    },
    SUBMIT(120) {
        @Override
        void run(StressTask task) {
            task.spawn();
        }
    },
    NESTED_GET(15) {
        @Override
        void run(StressTask task) {
            task.stress.await(task.spawn());
        }
    },
    CANCEL(60) {
        @Override
        void run(StressTask task) {
            StressTask.cancel(task.stress.recent.get(task.dice >>> 16 & 63), (task.dice & 4) == 0);
        }
    },
    INTERRUPT_ITSELF(10) {
        @Override
        void run(StressTask task) {
            Thread.currentThread().interrupt();
        }
    },
    /** Forks and joins, where the executor can. */
    FORK(40) {
        @Override
        void run(StressTask task) {
            if (task.stress.executor() instanceof Engine engine) {
                long fib = engine.invoke(FIB, 10);
                if (fib != 55) {
                    task.stress.surprises.add(new AssertionError("fib(10) came out as " + fib));
                }
            }
        }
    },
    PARK(4) {
        @Override
        void run(StressTask task) {
            LockSupport.parkNanos(20_000);
        }
    },
    SLEEP(1) {
        @Override
        void run(StressTask task) {
            try {
                Thread.sleep(1);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt(); // the end of this body
            }
        }
    },
    /** All the rest. */
    COMPUTE(0) {
        @Override
        void run(StressTask task) {
            int x = task.dice;
            for (int i = 0; i < 16; i++) {
                x = x * 31 + i;
            }
            if (x == 42) {
                Thread.onSpinWait(); // so that the loop is not dead
            }
        }
    };

    private static final StressOp[] ALL = values();

    private final int inThousand;

    StressOp(int inThousand) {
        this.inThousand = inThousand;
    }

    /** The work itself; throws nothing but {@link StressTask.Planned}. */
    abstract void run(StressTask task);

    static StressOp of(int dice) {
        int left = Integer.remainderUnsigned(dice, 1_000);
        for (StressOp op : ALL) {
            left -= op.inThousand;
            if (left < 0) {
                return op;
            }
        }
        return COMPUTE;
    }
}
