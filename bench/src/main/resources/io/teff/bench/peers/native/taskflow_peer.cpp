// SPDX-License-Identifier: Apache-2.0
//
// Taskflow: task groups for forks, silent_async for flat tasks, a taskflow that is run again, reduce.
#include "peer.hpp"

#include <taskflow/algorithm/reduce.hpp>
#include <taskflow/taskflow.hpp>

namespace {

using namespace peer;

long fib(int n, tf::Executor &executor) {
    if (n < 2) {
        return n;
    }
    long left;
    tf::TaskGroup group = executor.task_group();
    group.silent_async([n, &left, &executor] { left = fib(n - 1, executor); });
    long right = fib(n - 2, executor);
    group.corun();
    return left + right;
}

Outcome forks(long n, int workers) {
    tf::Executor executor((std::size_t)workers);
    long answer = 0;
    auto round = [&](long size) {
        executor.async([&, size] { answer = fib((int)size, executor); }).get();
    };
    round(smaller(n));
    double ns = time_ns([&] { round(n); });
    return outcome(answer, ns);
}

Outcome flat(long n, int workers) {
    tf::Executor executor((std::size_t)workers);
    Tally tally;
    auto round = [&](long tasks) {
        produce(
            tasks, tally, [&] { executor.silent_async([&tally] { tally.increment(); }); },
            [] { std::this_thread::yield(); });
        executor.wait_for_all();
    };
    long before = std::max(1L, n / 32);
    round(before);
    double ns = time_ns([&] { round(n); });
    return outcome(tally.total() - before, ns);
}

Outcome graph(const std::string &kind, long size, int workers) {
    tf::Executor executor((std::size_t)workers);
    Work work(kind, size);
    tf::Taskflow flow;
    std::vector<tf::Task> nodes(work.nodes());
    double build_ns = time_ns([&] {
        for (long i = 0; i < work.nodes(); i++) {
            nodes[i] = flow.emplace([&work, i] { work.run(i); });
            if (work.left(i) >= 0) {
                nodes[work.left(i)].precede(nodes[i]);
            }
            if (work.above(i) >= 0) {
                nodes[work.above(i)].precede(nodes[i]);
            }
        }
    });
    executor.run(flow).wait();
    work.reset();
    double ns = time_ns([&] { executor.run(flow).wait(); });
    Outcome o = outcome(work.answer(), ns);
    o.build_ns = build_ns;
    return o;
}

Outcome loop(long n, int workers) {
    tf::Executor executor((std::size_t)workers);
    std::vector<double> v = numbers(n);
    double sum = 0;
    tf::Taskflow flow;
    flow.reduce(v.begin(), v.end(), sum, std::plus<double>());
    return sum_often(n, [&] {
        sum = 0;
        executor.run(flow).wait();
        return sum;
    });
}

Outcome latency(long count, int workers) {
    tf::Executor executor((std::size_t)workers);
    return round_trips(count, [&](auto task) { executor.silent_async(task); });
}

} // namespace

int main(int argc, char **argv) {
    return peer::main(argc, argv, "Taskflow " + std::string(tf::version()),
                      {{"fib", forks},
                       {"flat", flat},
                       {"chain", [](long n, int w) { return graph("chain", n, w); }},
                       {"wavefront", [](long n, int w) { return graph("wavefront", n, w); }},
                       {"loop", loop},
                       {"latency", latency}});
}
