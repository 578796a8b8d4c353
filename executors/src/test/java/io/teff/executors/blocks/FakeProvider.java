// SPDX-License-Identifier: Apache-2.0
package io.teff.executors.blocks;

import io.teff.executors.blocks.BlockStatus.State;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A batch system in memory; tests say what becomes of its jobs. A call is counted when all that it
 * does is done, so that a test that has seen it may say what comes next.
 */
final class FakeProvider implements BlockProvider {
    final List<BlockJob> submitted = new CopyOnWriteArrayList<>();
    final List<String> cancelled = new CopyOnWriteArrayList<>();
    final Set<String> callers = ConcurrentHashMap.newKeySet();
    volatile String submitFailure; // null: submitting works
    volatile String statusFailure;
    volatile String cancelFailure;
    volatile boolean cancelIsIgnored;
    volatile BlockStatus first = BlockStatus.of(State.RUNNING);
    final AtomicInteger submits = new AtomicInteger();
    private final Map<String, BlockStatus> jobs = new ConcurrentHashMap<>();
    private final Map<String, Integer> misses = new ConcurrentHashMap<>();

    void become(String job, BlockStatus status) {
        jobs.put(job, status);
    }

    /** The next so many answers say that {@code job} is missing, those after them what they said. */
    void miss(String job, int answers) {
        misses.put(job, answers);
    }

    /** Whether a job that was to be missed is there again, and was seen so. */
    boolean isBack(String job) {
        return !misses.containsKey(job);
    }

    @Override
    public String name() {
        return "fake";
    }

    @Override
    public String submit(BlockJob job) throws BlockException {
        callers.add(Thread.currentThread().getName());
        try {
            String failure = submitFailure;
            if (failure != null) {
                throw new BlockException(failure);
            }
            String id = "j" + submitted.size();
            jobs.put(id, first);
            submitted.add(job);
            return id;
        } finally {
            submits.incrementAndGet();
        }
    }

    @Override
    public Map<String, BlockStatus> status(Collection<String> ids) throws BlockException {
        callers.add(Thread.currentThread().getName());
        String failure = statusFailure;
        if (failure != null) {
            throw new BlockException(failure);
        }
        Map<String, BlockStatus> all = new LinkedHashMap<>();
        for (String id : ids) {
            BlockStatus missing = BlockStatus.of(State.MISSING);
            Integer left = misses.computeIfPresent(id, (job, n) -> n > 0 ? n - 1 : null);
            all.put(id, left != null ? missing : jobs.getOrDefault(id, missing));
        }
        return all;
    }

    @Override
    public void cancel(Collection<String> ids) throws BlockException {
        callers.add(Thread.currentThread().getName());
        String failure = cancelFailure;
        if (failure != null) {
            throw new BlockException(failure);
        }
        if (!cancelIsIgnored) {
            for (String id : ids) {
                jobs.put(id, BlockStatus.of(State.CANCELLED));
            }
        }
        cancelled.addAll(ids);
    }
}
