// SPDX-License-Identifier: Apache-2.0
package io.teff.executors.htex;

import io.teff.engine.Engine;
import io.teff.engine.EngineConfig;
import io.teff.remote.Codec;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** The workers of a manager as threads of an {@link Engine} in it: no isolation, no pipes. */
final class EngineWorkers implements Workers {
    private final WorkerContext context;
    private final AtomicInteger ranks = new AtomicInteger();
    private final Codec codec;
    private final Outbox outbox;
    private final ConcurrentHashMap<Long, Job> jobs = new ConcurrentHashMap<>();
    private Engine engine;

    EngineWorkers(Node node, String block, Codec codec, Outbox outbox) throws IOException {
        context = new WorkerContext(0, node.workers(), block, Manager.poolId(), List.of());
        this.codec = codec;
        this.outbox = outbox;
    }

    @Override
    public void start() {
        engine = Engine.start(EngineConfig.builder().workers(context.count()).build());
    }

    @Override
    public void submit(List<Message.Task> tasks) {
        for (Message.Task task : tasks) {
            Job job = new Job(task);
            jobs.put(job.id, job);
            engine.execute(
                    () -> {
                        enter();
                        job.run(codec, this::ended);
                    });
        }
    }

    /** A thread keeps its rank; a spare one, while another blocks, shares somebody's. */
    private void enter() {
        if (!WorkerContext.isEntered()) {
            int rank = ranks.getAndIncrement() % context.count();
            WorkerContext.enter(
                    new WorkerContext(
                            rank, context.count(), context.blockId(), context.poolId(), List.of()));
        }
    }

    private void ended(long id, byte status, byte[] bytes) {
        jobs.remove(id);
        outbox.add(id, status, bytes);
    }

    @Override
    public void cancel(Message.Cancel cancel) {
        Job job = jobs.get(cancel.id());
        byte found = job == null ? -1 : job.cancel(cancel.interrupt());
        if (found == Frames.DROPPED) {
            jobs.remove(cancel.id());
        }
        if (found >= 0) {
            outbox.add(cancel.id(), found, Outbox.NOTHING);
        }
    }

    @Override
    public long tick() {
        return Long.MAX_VALUE;
    }

    @Override
    public void close() {
        if (engine != null) {
            engine.shutdownNow();
        }
    }
}
