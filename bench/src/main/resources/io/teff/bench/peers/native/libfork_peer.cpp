// SPDX-License-Identifier: Apache-2.0
//
// libfork: forks as coroutines.
#include "peer.hpp"

#include <libfork.hpp>

namespace {

using namespace peer;

constexpr auto fib = [](auto fib, int n) -> lf::task<long> {
    if (n < 2) {
        co_return n;
    }
    long left, right;
    co_await lf::fork(&left, fib)(n - 1);
    co_await lf::call(&right, fib)(n - 2);
    co_await lf::join;
    co_return left + right;
};

Outcome forks(long n, int workers) {
    lf::lazy_pool pool((std::size_t)workers);
    long answer = lf::sync_wait(pool, fib, (int)smaller(n));
    double ns = time_ns([&] { answer = lf::sync_wait(pool, fib, (int)n); });
    return outcome(answer, ns);
}

} // namespace

#define TEXT(x) #x
#define VERSION(x) TEXT(x)

int main(int argc, char **argv) {
    return peer::main(argc, argv,
                      "libfork " VERSION(LF_VERSION_MAJOR) "." VERSION(LF_VERSION_MINOR) ", " __VERSION__,
                      {{"fib", forks}});
}
