// SPDX-License-Identifier: Apache-2.0
//
// What the peers in C++ share. A peer is a program of its own: it is called with the name of a workload,
// a size and a number of workers, warms itself up, times one round, and prints one JSON object on one
// line: the answer, which the caller checks, and the nanoseconds that it took.
#pragma once

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#if defined(__x86_64__) || defined(__i386__)
#include <immintrin.h>
inline void relax() { _mm_pause(); }
#elif defined(__aarch64__)
inline void relax() { asm volatile("yield"); }
#else
inline void relax() {}
#endif

namespace peer {

inline double now_ns() {
    using namespace std::chrono;
    return duration<double, std::nano>(steady_clock::now().time_since_epoch()).count();
}

template <typename F> double time_ns(F &&f) {
    double start = now_ns();
    f();
    return now_ns() - start;
}

/** What a round prints. */
struct Outcome {
    std::string answer;
    double ns = 0;
    double build_ns = -1;                    // a graph's construction, where it is separate
    std::map<std::string, double> percentiles; // of latency, in ns
};

inline Outcome outcome(int64_t answer, double ns) {
    Outcome o;
    o.answer = std::to_string(answer);
    o.ns = ns;
    return o;
}

/** A fib that is smaller, to start threads and fill caches. */
inline long smaller(long n) { return std::max(1L, n - 6); }

// ---- flat: empty tasks, counted -----------------------------------------------------------------

constexpr long window = 1 << 14; // tasks in flight at most, as everywhere in Teff's comparison
constexpr long chunk = 1 << 10;

/** An exact count, for which each thread has a line of its own. */
class Tally {
    static constexpr int lines = 64;
    struct alignas(128) Line {
        std::atomic<int64_t> count{0};
    };
    Line line[lines];
    std::atomic<int> next{0};

  public:
    void increment() {
        thread_local int mine = next.fetch_add(1);
        if (mine >= lines) {
            std::fputs("too many threads\n", stderr);
            std::abort();
        }
        std::atomic<int64_t> &count = line[mine].count;
        count.store(count.load(std::memory_order_relaxed) + 1, std::memory_order_release);
    }

    int64_t total() const {
        int64_t sum = 0;
        for (const Line &l : line) {
            sum += l.count.load(std::memory_order_acquire);
        }
        return sum;
    }
};

/** Submits n tasks with at most a window of them in flight; does not wait for the last. */
template <typename Submit, typename Pause>
void produce(long n, const Tally &tally, Submit &&submit, Pause &&pause) {
    int64_t base = tally.total();
    int64_t done = 0;
    for (long sent = 0; sent < n;) {
        long count = std::min(chunk, n - sent);
        while (sent + count - done > window) {
            done = tally.total() - base;
            pause();
        }
        for (long i = 0; i < count; i++) {
            submit();
        }
        sent += count;
    }
}

inline void wait_for(const Tally &tally, int64_t goal) {
    while (tally.total() < goal) {
        std::this_thread::yield();
    }
}

// ---- chain, wavefront: graphs ---------------------------------------------------------------------

/** The numbers of a graph's nodes are an order in which they may run. */
class Work {
    long side; // of a wavefront; 0 for a chain
    std::vector<int64_t> value;

  public:
    Work(const std::string &kind, long size) : side(kind == "chain" ? 0 : size) {
        value.resize(side == 0 ? size : size * size);
    }

    long nodes() const { return (long)value.size(); }

    void run(long i) {
        uint64_t result;
        if (side == 0) {
            result = (i == 0 ? 0 : (uint64_t)value[i - 1] * 31) + (uint64_t)i + 1;
        } else {
            uint64_t left = i % side == 0 ? 1 : (uint64_t)value[i - 1];
            uint64_t above = i < side ? 1 : (uint64_t)value[i - side];
            result = 31 * left + above;
        }
        value[i] = (int64_t)result;
    }

    /** The node before this one, or -1. */
    long left(long i) const { return side == 0 ? i - 1 : i % side == 0 ? -1 : i - 1; }

    /** The node above this one, or -1. */
    long above(long i) const { return side == 0 || i < side ? -1 : i - side; }

    void reset() { std::fill(value.begin(), value.end(), 0); }

    int64_t answer() const { return value.back(); }

    char *slot(long i) { return reinterpret_cast<char *>(&value[i]); }
};

// ---- loop: a sum of doubles ------------------------------------------------------------------------

/** Multiples of a half, whose sum is exact in any order. */
inline std::vector<double> numbers(long n) {
    std::vector<double> v(n);
    for (long i = 0; i < n; i++) {
        v[i] = (double)(i % 1024) * 0.5;
    }
    return v;
}

/** Sums so often that a round takes a while; the time is that of one. */
template <typename Sum> Outcome sum_often(long n, Sum &&sum) {
    long times = std::max(1L, 8000000L / n);
    double last = 0;
    for (long i = 0; i < std::max(1L, times / 8); i++) {
        last = sum();
    }
    double ns = time_ns([&] {
        for (long i = 0; i < times; i++) {
            last = sum();
        }
    });
    return outcome((int64_t)(last * 2), ns / (double)times);
}

// ---- latency: one task at a time ---------------------------------------------------------------------

/** Submits a task that answers with its number, and spins until it has. */
template <typename Submit> Outcome round_trips(long count, Submit &&submit) {
    struct alignas(128) Box {
        std::atomic<int64_t> value{0};
    };
    static Box box; // outlives whatever runs late
    std::vector<double> ns(count);
    int64_t sum = 0;
    long before = std::max(1L, count / 10);
    for (long i = -before; i < count; i++) {
        int64_t token = i + before + 1;
        double start = now_ns();
        submit([token] { box.value.store(token, std::memory_order_release); });
        while (box.value.load(std::memory_order_acquire) != token) {
            relax();
        }
        double end = now_ns();
        if (i >= 0) {
            ns[i] = end - start;
            sum += box.value.load(std::memory_order_relaxed) - before;
        }
    }
    std::sort(ns.begin(), ns.end());
    auto at = [&](double p) { return ns[std::min(count - 1, (long)(p / 100 * (double)count))]; };
    Outcome o = outcome(sum, at(50));
    o.percentiles = {{"50.0", at(50)}, {"99.0", at(99)}, {"99.9", at(99.9)}};
    return o;
}

// ---- main -----------------------------------------------------------------------------------------------

using Workload = std::function<Outcome(long size, int workers)>;

inline int main(int argc, char **argv, const std::string &version,
                const std::map<std::string, Workload> &workloads) {
    if (argc != 4 || workloads.count(argv[1]) == 0) {
        std::fprintf(stderr, "usage: %s WORKLOAD SIZE WORKERS\nworkloads:", argv[0]);
        for (auto &entry : workloads) {
            std::fprintf(stderr, " %s", entry.first.c_str());
        }
        std::fputs("\n", stderr);
        return 2;
    }
    long size = std::atol(argv[2]);
    int workers = std::atoi(argv[3]);
    if (size < 1 || workers < 1) {
        std::fprintf(stderr, "size and workers must be 1 or more: %s %s\n", argv[2], argv[3]);
        return 2;
    }
    Outcome o = workloads.at(argv[1])(size, workers);
    std::printf("{\"answer\":%s,\"ns\":%.1f", o.answer.c_str(), o.ns);
    if (o.build_ns >= 0) {
        std::printf(",\"build_ns\":%.1f", o.build_ns);
    }
    if (!o.percentiles.empty()) {
        std::printf(",\"percentiles_ns\":{");
        const char *separator = "";
        for (auto &entry : o.percentiles) {
            std::printf("%s\"%s\":%.1f", separator, entry.first.c_str(), entry.second);
            separator = ",";
        }
        std::printf("}");
    }
    std::printf(",\"version\":\"%s\"}\n", version.c_str());
    return 0;
}

} // namespace peer
