# SPDX-License-Identifier: Apache-2.0
"""The programs on Parsl.

Forms: threads and htex as shipped; threads.tuned and htex.tuned without a log, without the strategy
that scales blocks, and for htex without encryption and with a prefetch of 100 tasks for a manager.
"""

import os
import time

import parsl
from parsl.config import Config
from parsl.executors import HighThroughputExecutor, ThreadPoolExecutor

import peer

PREFETCH = 100


@parsl.python_app
def twice(x):
    return 2 * x


@parsl.python_app
def start():
    return 0


@parsl.python_app
def increment(x):
    return x + 1


@parsl.python_app
def same(x):
    return x


@parsl.python_app
def add(x, y):
    return x + y


@parsl.join_app
def fibonacci(n):
    return same(n) if n < 2 else add(fibonacci(n - 1), fibonacci(n - 2))


def config(form, workers):
    tuned = form.endswith(".tuned")
    common = {"run_dir": os.path.join(os.getcwd(), "runinfo")}
    if tuned:
        common.update(initialize_logging=False, strategy="none")
    if form.startswith("threads"):
        executor = ThreadPoolExecutor(max_threads=workers)
    else:
        cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
        # More workers than cores must be allowed for: a manager has no more than cores / share.
        options = {"cores_per_worker": min(1, cores / workers * 0.999), "address": "127.0.0.1"}
        if tuned:
            options.update(encrypted=False, prefetch_capacity=PREFETCH)
        executor = HighThroughputExecutor(max_workers_per_node=workers, **options)
    return Config(executors=[executor], **common), executor


def await_workers(executor, workers):
    while isinstance(executor, HighThroughputExecutor):
        if sum(manager["worker_count"] for manager in executor.connected_managers()) == workers:
            return
        time.sleep(0.05)


def run(form, program, size, workers, clock):
    chosen, executor = config(form, workers)
    parsl.load(chosen)
    for future in [same(i) for i in range(max(peer.ENOUGH_WARM_UP, 4 * workers))]:
        future.result()
    await_workers(executor, workers)
    return PROGRAMS[program](size, clock)


def run_double(n, clock):
    with clock:
        answer = sum(future.result() for future in [twice(x) for x in range(n)])
    return answer, None


def run_increment(depth, clock):
    with clock:
        links = [start()]
        for _ in range(1, depth):
            links.append(increment(links[-1]))
        answer = sum(link.result() for link in links)
    return answer, None


def run_fibonacci(n, clock):
    with clock:
        answer = fibonacci(n).result()
    return answer, None


def run_latency(n, clock):
    with clock:
        return peer.one_at_a_time(lambda i: same(i).result(), n)


PROGRAMS = {
    "double": run_double,
    "increment": run_increment,
    "fibonacci": run_fibonacci,
    "latency": run_latency,
}

if __name__ == "__main__":
    peer.main(run, parsl.__version__)
