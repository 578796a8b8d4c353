// SPDX-License-Identifier: Apache-2.0
//
// OpenMP: tasks, tasks that depend on each other, and a loop with a reduction. The same source for all
// compilers, each of which brings a runtime of its own.
#include "peer.hpp"

#include <omp.h>

namespace {

using namespace peer;

long fib(int n) {
    if (n < 2) {
        return n;
    }
    long left;
#pragma omp task shared(left) firstprivate(n)
    left = fib(n - 1);
    long right = fib(n - 2);
#pragma omp taskwait
    return left + right;
}

Outcome forks(long n, int workers) {
    long answer = 0;
    auto round = [&](long size) {
#pragma omp parallel num_threads(workers)
#pragma omp single
        answer = fib((int)size);
    };
    round(smaller(n));
    double ns = time_ns([&] { round(n); });
    return outcome(answer, ns);
}

/**
 * The producer is a thread of the team. There is no window: the runtimes bound their queues themselves, by
 * running tasks where they are made.
 */
Outcome flat(long n, int workers) {
    Tally tally;
    auto round = [&](long tasks) {
#pragma omp parallel num_threads(workers + 1)
#pragma omp single
        for (long i = 0; i < tasks; i++) {
#pragma omp task shared(tally)
            tally.increment();
        }
    };
    long before = std::max(1L, n / 32);
    round(before);
    double ns = time_ns([&] { round(n); });
    return outcome(tally.total() - before, ns);
}

/** There is no graph that stays: tasks are made and run at the same time. */
Outcome graph(const std::string &kind, long size, int workers) {
    Work work(kind, size);
    auto run = [&] {
#pragma omp parallel num_threads(workers)
#pragma omp single
        for (long i = 0; i < work.nodes(); i++) {
            [[maybe_unused]] char *mine = work.slot(i);
            [[maybe_unused]] char *left = work.slot(std::max(0L, work.left(i)));
            [[maybe_unused]] char *above = work.slot(std::max(0L, work.above(i)));
            if (work.left(i) >= 0 && work.above(i) >= 0) {
#pragma omp task firstprivate(i) shared(work) depend(in : left[0], above[0]) depend(out : mine[0])
                work.run(i);
            } else if (work.left(i) >= 0) {
#pragma omp task firstprivate(i) shared(work) depend(in : left[0]) depend(out : mine[0])
                work.run(i);
            } else if (work.above(i) >= 0) {
#pragma omp task firstprivate(i) shared(work) depend(in : above[0]) depend(out : mine[0])
                work.run(i);
            } else {
#pragma omp task firstprivate(i) shared(work) depend(out : mine[0])
                work.run(i);
            }
        }
    };
    run();
    work.reset();
    double ns = time_ns(run);
    Outcome o = outcome(work.answer(), 0);
    o.build_ns = ns;
    return o;
}

Outcome loop(long n, int workers) {
    std::vector<double> v = numbers(n);
    return sum_often(n, [&v, n, workers] {
        const double *values = v.data();
        long count = n;
        double sum = 0;
#pragma omp parallel for simd reduction(+ : sum) num_threads(workers)
        for (long i = 0; i < count; i++) {
            sum += values[i];
        }
        return sum;
    });
}

} // namespace

#define TEXT(x) #x
#define VERSION(x) TEXT(x)

int main(int argc, char **argv) {
    return peer::main(argc, argv, "OpenMP " VERSION(_OPENMP) ", " __VERSION__,
                      {{"fib", forks},
                       {"flat", flat},
                       {"chain", [](long n, int w) { return graph("chain", n, w); }},
                       {"wavefront", [](long n, int w) { return graph("wavefront", n, w); }},
                       {"loop", loop}});
}
