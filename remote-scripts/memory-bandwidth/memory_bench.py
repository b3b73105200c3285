#!/usr/bin/env python3
"""Bandwidth of memory as STREAM counts it: JSON lines of times, from which the reader makes GB/s.

HR_ENGINE: auto, numpy, torch or c. HR_SIZE_BYTES, HR_WORKERS: empty for the host's own. HR_REPEATS. HR_GPU: 1 or 0.
"""
import json
import os
import sys

import caches
import gpu_memory
import host_engines
import host_memory

LEAST_BYTES = 64 << 20
UNKNOWN_CACHE_BYTES = 256 << 20


def emit(row):
    sys.stdout.write(json.dumps(row) + "\n")
    sys.stdout.flush()


def die(code, message):
    """As hr_fail of lib.sh; run.sh takes it from here."""
    with open(os.path.join(os.environ["HR_JOB"], "memory_problem"), "w") as target:
        target.write("%s %s" % (code, " ".join(message.split())))
    sys.exit(1)


def array_bytes(cache):
    """Four times the last-level caches, as STREAM asks, unless the plan says otherwise."""
    given = os.environ.get("HR_SIZE_BYTES", "")
    if given:
        return int(given)
    return UNKNOWN_CACHE_BYTES if cache is None else max(LEAST_BYTES, 4 * cache)


def main():
    cache, cpus = caches.last_level_bytes(), caches.usable_cpus()
    workers = int(os.environ.get("HR_WORKERS", "") or cpus)
    size, repeats = array_bytes(cache), int(os.environ.get("HR_REPEATS", "10"))
    limit = caches.memory_limit()
    if limit is not None and 3 * size > limit * 0.8:
        die("remote.out_of_memory", "three arrays of %d bytes do not fit in the %d bytes that are available" % (size, limit))
    try:
        engine = host_engines.open_engine(os.environ.get("HR_ENGINE", "auto"), os.environ["HR_JOB"])
    except ImportError as error:
        die("remote.python_missing", "nothing here can measure memory honestly: %s" % error)
    emit({
        "headroom": "memory-bench", "version": 1, "engine": engine.name, "engine_version": engine.version, "workers": workers, "cpus": cpus,
        "cache_bytes": cache, "python": "%d.%d.%d" % sys.version_info[:3],
        "huge_pages": caches.read("/sys/kernel/mm/transparent_hugepage/enabled"),
    })
    try:
        for row in host_memory.run(engine, workers, size, repeats):
            emit(row)
    except RuntimeError as error:
        die("remote.tool_failed", str(error))
    if os.environ.get("HR_GPU", "1") == "1":
        for row in gpu_memory.rows(repeats):
            emit(row)
    emit({"end": True})


if __name__ == "__main__":
    main()
