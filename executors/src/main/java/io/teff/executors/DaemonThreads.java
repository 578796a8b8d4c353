// SPDX-License-Identifier: Apache-2.0
package io.teff.executors;

import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinWorkerThread;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;

/** Makes daemon threads that carry a prefix and a number, from 0. Any thread may call. */
final class DaemonThreads implements ThreadFactory, ForkJoinPool.ForkJoinWorkerThreadFactory {
    private final String prefix;
    private final AtomicInteger made = new AtomicInteger();

    DaemonThreads(String prefix) {
        this.prefix = prefix;
    }

    @Override
    public Thread newThread(Runnable body) {
        return named(new Thread(body));
    }

    @Override
    public ForkJoinWorkerThread newThread(ForkJoinPool pool) {
        return named(ForkJoinPool.defaultForkJoinWorkerThreadFactory.newThread(pool));
    }

    private <T extends Thread> T named(T thread) {
        thread.setName(prefix + made.getAndIncrement());
        thread.setDaemon(true);
        return thread;
    }
}
