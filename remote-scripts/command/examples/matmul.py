#!/usr/bin/env python3
"""Example for the command probe: times a small matrix product in plain Python and prints JSON lines.

    params: { command: "python3 ~/matmul.py", better: { flops: higher } }
    factors: { size: [32, 64] }     reaches it as HR_ARM_SIZE
"""
import json
import os
import time


def emit(metric, value, unit, **more):
    """One value on a line of its own, at once."""
    print(json.dumps(dict(metric=metric, value=value, unit=unit, **more)), flush=True)


def product(left, right):
    columns = list(zip(*right))
    return [[sum(a * b for a, b in zip(row, column)) for column in columns] for row in left]


def main():
    size = int(os.environ.get("HR_ARM_SIZE", "48"))
    matrix = [[float(i ^ j) for j in range(size)] for i in range(size)]
    product(matrix, matrix)
    print("warmed up; any line that is no such JSON is log text")
    for repeat in range(3):
        start = time.perf_counter()
        product(matrix, matrix)
        seconds = time.perf_counter() - start
        emit("time", seconds, "s", better="lower", dimensions={"size": size})
        emit("flops", 2 * size ** 3 / seconds, "FLOP/s", better="higher", dimensions={"size": size})


if __name__ == "__main__":
    main()
