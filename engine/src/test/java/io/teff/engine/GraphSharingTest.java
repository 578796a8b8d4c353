// SPDX-License-Identifier: Apache-2.0
package io.teff.engine;

import static io.teff.engine.EngineFixture.awaitRest;
import static io.teff.engine.EngineFixture.engine;
import static io.teff.engine.EngineFixture.pass;
import static io.teff.engine.Graphs.NOTHING;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How workers share the nodes of a graph that are ready. */
class GraphSharingTest {
    /** Two nodes that wait for each other, and one worker: its spare takes the second one. */
    @Test
    void blockedNodeLetsOthersRunOnOneWorker() {
        CountDownLatch opened = new CountDownLatch(1);
        AtomicInteger ran = new AtomicInteger();
        GraphBuilder g = Graph.builder();
        GraphNode begin = g.node(NOTHING);
        GraphNode end = g.node(ran::incrementAndGet);
        g.node(
                        () ->
                                Engine.blocking(
                                        () -> {
                                            pass(opened);
                                            return ran.incrementAndGet();
                                        }))
                .after(begin)
                .before(end);
        GraphNodes others = g.nodes(50, (w, i) -> ran.incrementAndGet());
        for (int i = 0; i < 50; i++) {
            others.at(i).after(begin).before(end);
        }
        g.node(opened::countDown).after(others.at(0), others.at(49)).before(end);
        Graph graph = g.build();
        try (Engine engine = engine(1)) {
            graph.run(engine);
            assertThat(ran.get()).isEqualTo(52);
            graph.run(engine);
            assertThat(ran.get()).isEqualTo(104);
            awaitRest(engine);
        }
    }

    /** Once nodes are known to take long, those that are ready go to whoever is idle. */
    @ParameterizedTest
    @CsvSource({"20, true", "40, true", "20, false", "40, false"})
    void readyNodesAreNotStuckBehindALongOne(int n, boolean afterOne) {
        AtomicReference<CountDownLatch> others = new AtomicReference<>(new CountDownLatch(0));
        GraphBuilder g = Graph.builder();
        GraphNode waiting = g.node("waiting", () -> pass(others.get()));
        GraphNodes ready =
                g.nodes(
                        "ready",
                        n,
                        (w, i) -> {
                            EngineFixture.sleep(1);
                            others.get().countDown();
                        });
        GraphNode last = g.node("last", NOTHING).after(waiting);
        GraphNode first = g.node("first", NOTHING);
        if (afterOne) {
            first.before(waiting);
        }
        for (int i = 0; i < n; i++) {
            ready.at(i).before(last);
            if (afterOne) {
                first.before(ready.at(i));
            }
        }
        Graph graph = g.build();
        try (Engine engine = engine(2)) {
            graph.run(engine);
            for (int run = 0; run < 5; run++) {
                others.set(new CountDownLatch(n));
                graph.run(engine);
                assertThat(others.get().getCount()).isZero();
                others.set(new CountDownLatch(0));
                graph.run(engine); // ends with nodes that take long, on whichever worker
            }
        }
    }

    @Test
    void partsDoNotRunInsideEachOther() {
        int steps = 2000;
        AtomicIntegerArray depth = new AtomicIntegerArray(2 * steps);
        GraphBuilder g = Graph.builder();
        GraphNodes nodes =
                g.nodes(2 * steps, (w, i) -> depth.set(i, new Throwable().getStackTrace().length));
        for (int t = 1; t < steps; t++) {
            for (int edge = 0; edge < 4; edge++) {
                nodes.edge(2 * t - 2 + edge % 2, 2 * t + edge / 2);
            }
        }
        Graph graph = g.build();
        try (Engine engine = engine(2)) {
            while (engine.stats().steals() < 500) {
                graph.run(engine);
                for (int i = 0; i < 2 * steps; i++) {
                    assertThat(depth.getAndSet(i, 0)).as("node " + i).isBetween(1, 40);
                }
            }
        }
    }

    @Test
    void longNodesAreSharedOut() {
        int n = 60;
        AtomicIntegerArray byWorker = new AtomicIntegerArray(2);
        GraphBuilder g = Graph.builder();
        g.nodes(
                n,
                (w, i) -> {
                    EngineFixture.sleep(2);
                    byWorker.incrementAndGet(w.index());
                });
        Graph graph = g.build();
        boolean areShared = false;
        try (Engine engine = engine(2)) {
            for (int attempt = 0; attempt < 10 && !areShared; attempt++) { // a machine may stall
                byWorker.set(0, 0);
                byWorker.set(1, 0);
                graph.run(engine);
                assertThat(byWorker.get(0) + byWorker.get(1)).as("%s", byWorker).isEqualTo(n);
                areShared = Math.min(byWorker.get(0), byWorker.get(1)) >= n / 4;
            }
        }
        assertThat(areShared).as("%s", byWorker).isTrue();
    }
}
