# SPDX-License-Identifier: Apache-2.0
"""What the programs of all task systems share: arguments, clocks, the one line of JSON, the end.

A program is started as SYSTEM.py FORM PROGRAM SIZE WORKERS in a folder of its own. It prints one
line of JSON on stdout; all else goes to stderr. It ends, with every process that it has started,
when its work is done or when its standard input ends, which is what happens when whoever started it
has died.
"""

import ctypes
import json
import os
import platform
import shutil
import signal
import sys
import threading
import time
import traceback

PR_SET_CHILD_SUBREAPER = 36
ENOUGH_WARM_UP = 50


def family():
    """The other processes of our session, which are all that we have started, and their children.

    By /proc/PID/stat, pid (name) state parent group session, where names may hold anything.
    """
    found = []
    for name in os.listdir("/proc") if os.path.isdir("/proc/self") else []:
        if name.isdigit() and int(name) != os.getpid():
            try:
                with open(f"/proc/{name}/stat", encoding="latin-1") as stat:
                    state, _, _, session = stat.read().rpartition(")")[2].split()[:4]
                if int(session) == os.getpid() and state not in "ZX":
                    found.append(int(name))
            except OSError:
                pass  # it has ended meanwhile
    return found


def kill_family():
    """Kills the others until none is left; they may be having children."""
    for _ in range(1000):
        members = family()
        if not members:
            return
        for pid in members:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        reap()
        time.sleep(0.005)


def reap():
    """Collects children that have ended, so that their processor time is counted as ours."""
    try:
        while os.waitpid(-1, os.WNOHANG)[0] != 0:
            pass
    except ChildProcessError:
        pass  # there are none


def end_with_parent():
    """Ends everything when standard input does."""
    while os.read(0, 4096):
        pass
    kill_family()
    shutil.rmtree(os.getcwd(), ignore_errors=True)
    os.kill(os.getpid(), signal.SIGKILL)


def adopt_orphans():
    """Grandchildren whose parent has gone become our children, where the kernel is Linux."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


class Clock:
    """Wall time from the first submission to the last result."""

    def __init__(self):
        self.seconds = 0.0

    def __enter__(self):
        self.start = time.perf_counter()
        return self

    def __exit__(self, *error):
        self.seconds = time.perf_counter() - self.start


def one_at_a_time(call, size):
    """Calls and waits size times; gives the sum of what came back, and each call's seconds."""
    times = []
    total = 0
    for i in range(size):
        start = time.perf_counter()
        total += call(i)
        times.append(time.perf_counter() - start)
    return total, times


def percentiles_us(times):
    """By nearest rank: half a call is not an observation."""
    ranked = sorted(times)
    ranks = {"50": 0.5, "99": 0.99, "99.9": 0.999, "100": 1.0}
    last = len(ranked) - 1
    return {
        name: ranked[min(last, max(0, -int(-share * len(ranked) // 1) - 1))] * 1e6
        for name, share in ranks.items()
    }


def main(run, version):
    """Runs run(form, program, size, workers, clock), which gives an answer and times or None."""
    os.setsid()
    adopt_orphans()
    out = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what libraries print must not get into the JSON
    threading.Thread(target=end_with_parent, daemon=True).start()
    form, program, size, workers = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
    clock = Clock()

    def report(answer, times):
        result = {
            "program": program,
            "size": size,
            "workers": workers,
            "answer": answer,
            "seconds": clock.seconds,
            "version": version,
            "python": platform.python_version(),
        }
        if times is not None:
            result["percentiles_us"] = percentiles_us(times)
        return json.dumps(result)

    status = 1
    try:
        line = report(*run(form, program, size, workers, clock))
        status = 0
    except Exception:
        traceback.print_exc()
    kill_family()  # to be asked to end takes some of these systems seconds
    reap()
    if status == 0:
        print(line, file=out, flush=True)
    sys.stderr.flush()
    os._exit(status)  # past what these systems would still do at the exit
