// SPDX-License-Identifier: Apache-2.0
package io.teff.engine;

/** Tasks for the stress suites, which only ask where a task went: each has a number, from 1. */
record NumberedTask(int number) implements Runnable {
    static final NumberedTask ONE = new NumberedTask(1);
    static final NumberedTask TWO = new NumberedTask(2);
    static final NumberedTask THREE = new NumberedTask(3);
    static final NumberedTask FOUR = new NumberedTask(4);

    @Override
    public void run() {
        throw new AssertionError("a stress suite runs no tasks");
    }

    /** Its number; 0 for no task, and for a mark that stands for none. */
    static int number(Runnable task) {
        return task instanceof NumberedTask numbered ? numbered.number : 0;
    }

    /** Appends a digit: the tasks that one thread got, in order, as one number. */
    static int append(int got, Runnable task) {
        int number = number(task);
        return number == 0 ? got : got * 10 + number;
    }
}
