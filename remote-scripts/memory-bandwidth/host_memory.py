"""Runs the STREAM kernels on all processors at once: one process each, with arrays of its own, started together."""
import multiprocessing
import os
import sys
import time

from host_engines import SCALAR

TESTS = ("copy", "triad")
# One timed round lasts at least this long, so that starting together does not show in it.
ROUND_SECONDS = 0.03
START_SECONDS = 0.002
STALL_SECONDS = 120


class Shared(object):
    """What the workers share: when to begin, how many passes, and when each ended."""

    def __init__(self, workers, repeats):
        context = multiprocessing.get_context("fork")
        self.workers, self.repeats = workers, repeats
        self.barrier = context.Barrier(workers)
        self.go = context.Value("d", 0.0, lock=False)
        self.ends = context.Array("d", workers, lock=False)
        self.passes = context.Array("l", len(TESTS), lock=False)
        self.times = context.Array("d", len(TESTS) * repeats, lock=False)
        self.wrong = context.Array("l", workers, lock=False)
        self.process = context.Process


def timed_round(shared, index, kernel, passes):
    """Seconds from the common start to the end of the slowest worker."""
    shared.barrier.wait(STALL_SECONDS)
    if index == 0:
        shared.go.value = time.perf_counter() + START_SECONDS
    shared.barrier.wait(STALL_SECONDS)
    begin = shared.go.value
    while time.perf_counter() < begin:
        pass
    for _ in range(passes):
        kernel()
    shared.ends[index] = time.perf_counter()
    shared.barrier.wait(STALL_SECONDS)
    return max(shared.ends) - begin


def measure(shared, index, engine, test):
    kernel, place = getattr(engine, test), TESTS.index(test)
    first = min(timed_round(shared, index, kernel, 1) for _ in range(3))
    if index == 0:
        shared.passes[place] = max(1, int(ROUND_SECONDS / first) + 1)
    shared.barrier.wait(STALL_SECONDS)
    passes = shared.passes[place]
    for repeat in range(shared.repeats):
        seconds = timed_round(shared, index, kernel, passes)
        if index == 0:
            shared.times[place * shared.repeats + repeat] = seconds


def work(shared, index, engine, count):
    try:
        engine.allocate(count)
        for test in TESTS:
            measure(shared, index, engine, test)
        expected = 1.0 + SCALAR * 2.0
        shared.wrong[index] = sum(1 for at in (0, count // 2, count - 1) if float(engine.a[at]) != expected)
    except BaseException as error:
        shared.barrier.abort()
        sys.stderr.write("worker %d: %s: %s\n" % (index, type(error).__name__, error))
        sys.stderr.flush()
        os._exit(1)


def run(engine, workers, array_bytes, repeats):
    """Rows of both kernels; arrays of `array_bytes` in all, shared out evenly. Raises RuntimeError when a worker dies."""
    count = array_bytes // 8 // workers
    shared = Shared(workers, repeats)
    children = [shared.process(target=work, args=(shared, index, engine, count), daemon=True) for index in range(workers)]
    for child in children:
        child.start()
    for child in children:
        child.join()
    dead = [child.exitcode for child in children if child.exitcode != 0]
    if dead:
        killed = " (killed, as by the kernel when memory runs out)" if -9 in dead else ""
        raise RuntimeError("%d of %d workers ended with %s%s" % (len(dead), workers, sorted(set(dead)), killed))
    return [
        {
            "test": test,
            "device": "cpu",
            "array_bytes": count * 8 * workers,
            "passes": shared.passes[place],
            "times_us": [round(seconds * 1e6, 3) for seconds in shared.times[place * repeats : (place + 1) * repeats]],
            "wrong": sum(shared.wrong),
        }
        for place, test in enumerate(TESTS)
    ]
