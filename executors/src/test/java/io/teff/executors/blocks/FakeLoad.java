// SPDX-License-Identifier: Apache-2.0
package io.teff.executors.blocks;

import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** An executor as blocks see it; tests say what it does. */
final class FakeLoad implements BlockLoad {
    volatile int tasks;
    volatile Throwable failure;
    final CopyOnWriteArrayList<String> held = new CopyOnWriteArrayList<>();
    final AtomicInteger asks = new AtomicInteger(); // for those who were ever connected
    private final int workersPerNode;
    private final Set<String> connected = ConcurrentHashMap.newKeySet();
    private final Map<String, Duration> idle = new ConcurrentHashMap<>();

    FakeLoad(int workersPerNode) {
        this.workersPerNode = workersPerNode;
    }

    void busy(String... blocks) {
        for (String block : blocks) {
            connected.add(block);
            idle.remove(block);
        }
    }

    void idle(String block, Duration time) {
        connected.add(block);
        idle.put(block, time);
    }

    void gone(String block) {
        connected.remove(block);
        idle.remove(block);
    }

    @Override
    public int outstanding() {
        return tasks;
    }

    @Override
    public int workersPerNode() {
        return workersPerNode;
    }

    @Override
    public Map<String, Duration> idle() {
        return Map.copyOf(idle);
    }

    @Override
    public Set<String> connected() {
        return Set.copyOf(connected);
    }

    @Override
    public Set<String> everConnected() {
        asks.getAndIncrement();
        return connected();
    }

    @Override
    public void hold(String blockId) {
        held.addIfAbsent(blockId);
    }

    @Override
    public void failAll(Throwable reason) {
        if (failure == null) {
            failure = reason;
        }
    }
}
