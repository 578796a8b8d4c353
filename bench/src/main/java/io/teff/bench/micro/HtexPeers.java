// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.micro;

import io.teff.bench.measure.Contender;
import io.teff.bench.peers.PythonHome;
import io.teff.bench.peers.PythonPeer;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Parsl and Dask beside {@link HtexBench}: the same no-ops, and the same calls one at a time. Each
 * round is a process of its own, which warms itself up and times itself without its start; so there
 * are few of them.
 */
final class HtexPeers {
    private static final int[] PERCENTILES = {50, 99};

    private final List<PythonPeer> peers = PythonPeer.all(PythonHome.standard());
    private final int workers;
    private final int tasks;
    private final int calls;
    private final int rounds;

    HtexPeers(int workers, int tasks, int calls, int rounds) {
        this.workers = workers;
        this.tasks = tasks;
        this.calls = calls;
        this.rounds = rounds;
    }

    static List<String> names() {
        return PythonPeer.all(PythonHome.standard()).stream().map(PythonPeer::name).toList();
    }

    /**
     * The contenders of those that are named.
     *
     * @throws IOException if one is not installed; the message says what to type
     */
    void addTo(List<Contender> contenders, List<String> named)
            throws IOException, InterruptedException {
        for (PythonPeer peer : peers) {
            if (named.contains(peer.name())) {
                Map<String, Object> params = new LinkedHashMap<>();
                params.put("version", peer.version());
                params.put("tasks", tasks);
                contenders.add(
                        contender("no-ops", peer, params, "ops/s", points -> noOps(peer, points)));
                params.remove("tasks");
                params.put("calls", calls);
                contenders.add(
                        contender("latency", peer, params, "us", points -> latency(peer, points)));
            }
        }
    }

    private Contender contender(
            String workload,
            PythonPeer peer,
            Map<String, Object> params,
            String metric,
            Contender.Round round) {
        return new Contender(workload, peer.name(), workers, params, metric, round, rounds);
    }

    private void noOps(PythonPeer peer, Contender.Points points) throws Exception {
        PythonPeer.Result result = peer.run("double", tasks, workers);
        points.add(tasks / result.seconds(), result.answer() == tasks * (tasks - 1L));
    }

    private void latency(PythonPeer peer, Contender.Points points) throws Exception {
        PythonPeer.Result result = peer.run(PythonPeer.LATENCY, calls, workers);
        boolean isRight = result.answer() == calls * (calls - 1L) / 2; // it gave back each number
        for (int percentile : PERCENTILES) {
            Double us = result.percentilesUs().get(Integer.toString(percentile));
            points.add(
                    Map.of("percentile", percentile),
                    us == null ? Double.NaN : us,
                    isRight && us != null);
        }
    }
}
