# SPDX-License-Identifier: Apache-2.0
"""The programs on Dask's distributed scheduler, with one process of one thread for each worker.

Forms: dask as shipped; dask.tuned as its guides advise for many small tasks: tasks submitted
together by map where there are several, keys that are not hashes of the arguments, no sampling
profiler, no memory manager, no stealing, and workers that are given tasks before they ask.
"""

import dask
import distributed
from distributed import Client, LocalCluster, get_client, rejoin, secede

import peer

TUNED = {
    "distributed.worker.profile.enabled": False,
    "distributed.scheduler.active-memory-manager.start": False,
    "distributed.scheduler.work-stealing": False,
    "distributed.scheduler.worker-saturation": "inf",
}


def twice(x):
    return 2 * x


def increment(x):
    return x + 1


def same(x):
    return x


def fibonacci(n):
    """As the guide on tasks that start tasks has it: who waits leaves its worker meanwhile.

    Not pure, since equal calls would else be one task.
    """
    if n < 2:
        return n
    client = get_client()
    parts = [client.submit(fibonacci, n - i, pure=False) for i in (1, 2)]
    secede()
    values = client.gather(parts)
    rejoin()
    return sum(values)


def run(form, program, size, workers, clock):
    tuned = form.endswith(".tuned")
    if tuned:
        dask.config.set(TUNED)
    client = Client(
        LocalCluster(n_workers=workers, threads_per_worker=1, dashboard_address="127.0.0.1:0")
    )
    client.wait_for_workers(workers)
    count = max(peer.ENOUGH_WARM_UP, 4 * workers)
    client.gather(client.map(same, range(count), pure=False))
    return PROGRAMS[program](client, tuned, size, clock)


def run_double(client, tuned, n, clock):
    with clock:
        if tuned:
            futures = client.map(twice, range(n), pure=False)
        else:
            futures = [client.submit(twice, x) for x in range(n)]
        answer = sum(client.gather(futures))
    return answer, None


def run_increment(client, tuned, depth, clock):
    with clock:
        links = [client.submit(same, 0, pure=not tuned)]
        for _ in range(1, depth):
            links.append(client.submit(increment, links[-1], pure=not tuned))
        answer = sum(client.gather(links))
    return answer, None


def run_fibonacci(client, tuned, n, clock):
    with clock:
        answer = client.submit(fibonacci, n, pure=False).result()
    return answer, None


def run_latency(client, tuned, n, clock):
    with clock:
        return peer.one_at_a_time(lambda i: client.submit(same, i, pure=not tuned).result(), n)


PROGRAMS = {
    "double": run_double,
    "increment": run_increment,
    "fibonacci": run_fibonacci,
    "latency": run_latency,
}

if __name__ == "__main__":
    peer.main(run, distributed.__version__)
