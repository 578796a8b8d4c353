// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.taskbench;

import io.teff.engine.Engine;
import io.teff.flow.App1;
import io.teff.flow.App2;
import io.teff.flow.App3;
import io.teff.flow.AppFuture;
import io.teff.flow.AppList;
import io.teff.flow.Flow;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.function.IntFunction;

/** Apps of a flow: each task is a call, which gets the futures of the tasks before it. */
final class FlowRunner implements Runner {
    private final List<Points> graphs;
    private final Engine engine;

    FlowRunner(List<Points> graphs, Engine engine) {
        this.graphs = graphs;
        this.engine = engine;
    }

    /** Which task a call is for. */
    private record Point(Points points, int number) {
        long[] run(long[]... inputs) {
            return points.runTask(number, inputs);
        }
    }

    /** The apps, by how many inputs they take. */
    private static final class Apps {
        private final App1<Point, long[]> none;
        private final App2<Point, long[], long[]> one;
        private final App3<Point, long[], long[], long[]> two;
        private final AppList<Object, long[]> more;

        Apps(Flow flow) {
            none = flow.app("task", (Point p) -> p.run());
            one = flow.app("task", (Point p, long[] a) -> p.run(a));
            two = flow.app("task", (Point p, long[] a, long[] b) -> p.run(a, b));
            more = flow.listApp("task", Apps::run);
        }

        private static long[] run(List<Object> items) {
            long[][] inputs = new long[items.size() - 1][];
            for (int k = 0; k < inputs.length; k++) {
                inputs[k] = (long[]) items.get(k + 1);
            }
            return ((Point) items.get(0)).run(inputs);
        }

        AppFuture<long[]> call(Point p, List<AppFuture<long[]>> in) {
            return switch (in.size()) {
                case 0 -> none.call(p);
                case 1 -> one.call(p, in.get(0));
                case 2 -> two.call(p, in.get(0), in.get(1));
                default -> {
                    List<Object> items = new ArrayList<>(in.size() + 1);
                    items.add(p);
                    items.addAll(in);
                    yield more.call(items);
                }
            };
        }
    }

    @Override
    public void run() throws ExecutionException, InterruptedException {
        try (Flow flow = Flow.on(engine)) {
            Apps apps = new Apps(flow);
            List<AppFuture<long[]>> last = new ArrayList<>(); // those that nobody waits for
            List<List<AppFuture<long[]>>> rows = new ArrayList<>(); // by graph, the step before
            for (int g = 0; g < graphs.size(); g++) {
                rows.add(List.of());
            }
            int steps = graphs.stream().mapToInt(points -> points.graph().steps()).max().orElse(0);
            for (int t = 0; t < steps; t++) {
                for (int g = 0; g < graphs.size(); g++) {
                    if (t < graphs.get(g).graph().steps()) {
                        rows.set(g, row(apps, graphs.get(g), t, rows.get(g), last));
                    }
                }
            }
            for (AppFuture<long[]> future : last) {
                future.get();
            }
        }
    }

    private static List<AppFuture<long[]>> row(
            Apps apps,
            Points points,
            int t,
            List<AppFuture<long[]>> before,
            List<AppFuture<long[]>> last) {
        TaskGraph graph = points.graph();
        IntFunction<AppFuture<long[]>> input = j -> before.get(j - graph.offset(t - 1));
        List<AppFuture<long[]>> row = new ArrayList<>(graph.width(t));
        for (int i = graph.offset(t); i < graph.offset(t) + graph.width(t); i++) {
            List<AppFuture<long[]>> inputs = new ArrayList<>();
            graph.forEachDependency(t, i, j -> inputs.add(input.apply(j)));
            AppFuture<long[]> future = apps.call(new Point(points, graph.number(t, i)), inputs);
            row.add(future);
            int[] consumers = {0};
            graph.forEachConsumer(t, i, j -> consumers[0]++);
            if (consumers[0] == 0) {
                last.add(future);
            }
        }
        return row;
    }

    @Override
    public void close() {
        engine.close();
    }
}
