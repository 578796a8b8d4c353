// SPDX-License-Identifier: Apache-2.0
//
// Lace: SPAWN and SYNC. Its own source is compiled beside this one, as C.
#include "peer.hpp"

#include <lace.h>

TASK_1(int64_t, fib, int, n)
{
    if (n < 2) {
        return n;
    }
    SPAWN(fib, n - 1);
    int64_t right = CALL(fib, n - 2);
    int64_t left = SYNC(fib);
    return left + right;
}

namespace {

using namespace peer;

constexpr std::size_t deque_size = 100000;

Outcome forks(long n, int workers) {
    lace_start((unsigned)workers, deque_size);
    int64_t answer = RUN(fib, (int)smaller(n));
    double ns = time_ns([&] { answer = RUN(fib, (int)n); });
    lace_stop();
    return outcome(answer, ns);
}

} // namespace

int main(int argc, char **argv) {
    return peer::main(argc, argv, "Lace, " __VERSION__, {{"fib", forks}});
}
