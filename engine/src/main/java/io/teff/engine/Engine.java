package io.teff.engine;

import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.Callable;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** Stub: signatures only. */
public final class Engine extends AbstractExecutorService
        implements ScheduledExecutorService, AutoCloseable {
    private Engine() {}

    public static Engine start() {
        return start(EngineConfig.builder().build());
    }

    public static Engine start(EngineConfig config) {
        throw new UnsupportedOperationException("stub " + config);
    }

    public EngineConfig config() {
        throw new UnsupportedOperationException("stub");
    }

    public EngineStats stats() {
        throw new UnsupportedOperationException("stub");
    }

    public long invoke(LongTask task, long a) {
        return invoke(task, a, 0, null);
    }

    public long invoke(LongTask task, long a, long b) {
        return invoke(task, a, b, null);
    }

    public long invoke(LongTask task, long a, long b, Object ref) {
        throw new UnsupportedOperationException("stub");
    }

    public <R> R invoke(ForkTask<R> task) {
        throw new UnsupportedOperationException("stub");
    }

    public IntRange range(int lo, int hi) {
        throw new UnsupportedOperationException("stub");
    }

    public LongRange range(long lo, long hi) {
        throw new UnsupportedOperationException("stub");
    }

    public Tiles tiles(int width, int height, int tile) {
        throw new UnsupportedOperationException("stub");
    }

    /** A lane for one producer thread, publishing every {@code batch} tasks or on flush. */
    public Submitter submitter(int batch) {
        throw new UnsupportedOperationException("stub");
    }

    /** Runs a blocking section; a spare worker takes the caller's place meanwhile. */
    public static <T> T blocking(Callable<T> section) throws Exception {
        throw new UnsupportedOperationException("stub");
    }

    @Override
    public void close() {}

    @Override
    public void execute(Runnable command) {
        throw new UnsupportedOperationException("stub");
    }

    @Override
    public void shutdown() {}

    @Override
    public List<Runnable> shutdownNow() {
        return List.of();
    }

    @Override
    public boolean isShutdown() {
        return false;
    }

    @Override
    public boolean isTerminated() {
        return false;
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) {
        return false;
    }

    @Override
    public ScheduledFuture<?> schedule(Runnable command, long delay, TimeUnit unit) {
        throw new UnsupportedOperationException("stub");
    }

    @Override
    public <V> ScheduledFuture<V> schedule(Callable<V> callable, long delay, TimeUnit unit) {
        throw new UnsupportedOperationException("stub");
    }

    @Override
    public ScheduledFuture<?> scheduleAtFixedRate(
            Runnable command, long initialDelay, long period, TimeUnit unit) {
        throw new UnsupportedOperationException("stub");
    }

    @Override
    public ScheduledFuture<?> scheduleWithFixedDelay(
            Runnable command, long initialDelay, long delay, TimeUnit unit) {
        throw new UnsupportedOperationException("stub");
    }
}
