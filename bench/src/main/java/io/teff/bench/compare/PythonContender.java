// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.compare;

import io.teff.bench.peers.PythonHome;
import io.teff.bench.peers.PythonPeer;
import io.teff.bench.programs.Answer;
import io.teff.bench.programs.Params;
import io.teff.bench.programs.Program;
import java.io.IOException;
import java.util.List;

/** A task system of Python as a contender of the comparison; its answers are checked here. */
record PythonContender(PythonPeer peer) implements Peer {
    static List<Peer> all() {
        return PythonPeer.all(PythonHome.standard()).stream()
                .<Peer>map(PythonContender::new)
                .toList();
    }

    @Override
    public String name() {
        return peer.name();
    }

    @Override
    public Presence presence() throws InterruptedException {
        try {
            return Presence.here(peer.version());
        } catch (IOException e) {
            return Presence.absent(e.getMessage());
        }
    }

    @Override
    public boolean runs(Program program) {
        return PythonPeer.PROGRAMS.contains(program.name());
    }

    @Override
    public Timing run(Program program, Params size, int workers) throws Exception {
        long n = size.asMap().get(program.parameters().get(0).name());
        PythonPeer.Result result = peer.run(program.name(), n, workers);
        return new Timing(
                result.seconds(),
                Answer.of("the answer", expected(program.name(), n), result.answer()));
    }

    private static long expected(String program, long n) {
        return switch (program) {
            case "double" -> n * (n - 1);
            case "increment" -> n * (n - 1) / 2;
            case "fibonacci" -> fibonacci(n);
            default -> throw new IllegalArgumentException("no answer is known to " + program);
        };
    }

    private static long fibonacci(long n) {
        long a = 0;
        long b = 1;
        for (long i = 0; i < n; i++) {
            long next = a + b;
            a = b;
            b = next;
        }
        return a;
    }
}
