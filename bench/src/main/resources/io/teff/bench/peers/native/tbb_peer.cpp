// SPDX-License-Identifier: Apache-2.0
//
// oneTBB: task_group for forks and for flat tasks, parallel_reduce, its flow graph, and enqueue.
#include "peer.hpp"

#include <tbb/blocked_range.h>
#include <tbb/flow_graph.h>
#include <tbb/global_control.h>
#include <tbb/parallel_reduce.h>
#include <tbb/task_arena.h>
#include <tbb/task_group.h>

namespace {

using namespace peer;

/** Threads of the library and of this one. */
class Limit {
    tbb::global_control control;

  public:
    explicit Limit(int threads)
        : control(tbb::global_control::max_allowed_parallelism, (std::size_t)threads) {}
};

long fib(int n) {
    if (n < 2) {
        return n;
    }
    long left;
    tbb::task_group group;
    group.run([&left, n] { left = fib(n - 1); });
    long right = fib(n - 2);
    group.wait();
    return left + right;
}

Outcome forks(long n, int workers) {
    Limit limit(workers);
    tbb::task_arena arena(workers);
    long answer = 0;
    arena.execute([&] { answer = fib((int)smaller(n)); });
    double ns = time_ns([&] { arena.execute([&] { answer = fib((int)n); }); });
    return outcome(answer, ns);
}

/** The producer has a place of its own in the arena, from which it helps when it waits. */
Outcome flat(long n, int workers) {
    Limit limit(workers + 1);
    tbb::task_arena arena(workers + 1, 1);
    Tally tally;
    auto round = [&](long tasks) {
        arena.execute([&] {
            tbb::task_group group;
            produce(
                tasks, tally, [&] { group.run([&tally] { tally.increment(); }); },
                [] { std::this_thread::yield(); });
            group.wait();
        });
    };
    long before = std::max(1L, n / 32);
    round(before);
    double ns = time_ns([&] { round(n); });
    return outcome(tally.total() - before, ns);
}

Outcome graph(const std::string &kind, long size, int workers) {
    using namespace tbb::flow;
    using Node = continue_node<continue_msg>;
    Limit limit(workers);
    tbb::task_arena arena(workers);
    Work work(kind, size);
    Outcome o;
    arena.execute([&] {
        tbb::flow::graph g;
        std::vector<std::unique_ptr<Node>> nodes(work.nodes());
        double build_ns = time_ns([&] {
            for (long i = 0; i < work.nodes(); i++) {
                nodes[i] = std::make_unique<Node>(g, [&work, i](const continue_msg &) { work.run(i); });
            }
            for (long i = 0; i < work.nodes(); i++) {
                if (work.left(i) >= 0) {
                    make_edge(*nodes[work.left(i)], *nodes[i]);
                }
                if (work.above(i) >= 0) {
                    make_edge(*nodes[work.above(i)], *nodes[i]);
                }
            }
        });
        auto run = [&] {
            nodes[0]->try_put(continue_msg());
            g.wait_for_all();
        };
        run();
        work.reset();
        double ns = time_ns(run);
        o = outcome(work.answer(), ns);
        o.build_ns = build_ns;
    });
    return o;
}

Outcome loop(long n, int workers) {
    Limit limit(workers);
    tbb::task_arena arena(workers);
    std::vector<double> v = numbers(n);
    Outcome o;
    arena.execute([&] {
        o = sum_often(n, [&] {
            return tbb::parallel_reduce(
                tbb::blocked_range<const double *>(v.data(), v.data() + n), 0.0,
                [](const tbb::blocked_range<const double *> &r, double sum) {
                    for (double x : r) {
                        sum += x;
                    }
                    return sum;
                },
                std::plus<double>());
        });
    });
    return o;
}

Outcome latency(long count, int workers) {
    Limit limit(workers + 1);
    tbb::task_arena arena(workers, 0);
    return round_trips(count, [&](auto task) { arena.enqueue(task); });
}

} // namespace

int main(int argc, char **argv) {
    return peer::main(argc, argv, "oneTBB " + std::string(TBB_runtime_version()),
                      {{"fib", forks},
                       {"flat", flat},
                       {"chain", [](long n, int w) { return graph("chain", n, w); }},
                       {"wavefront", [](long n, int w) { return graph("wavefront", n, w); }},
                       {"loop", loop},
                       {"latency", latency}});
}
