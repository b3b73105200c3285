"""When requests are due. The same seed gives the same times on every machine and Python."""
import random


def offsets(kind, rate, seed):
    """Seconds since the beginning, for ever: a Poisson process or equal distances."""
    if kind == "constant":
        number = 0
        while True:
            yield number / rate
            number += 1
    chance = random.Random(seed)
    at = 0.0
    while True:
        at += chance.expovariate(rate)
        yield at


def within(kind, rate, seed, seconds):
    """Those before `seconds`."""
    due = []
    for at in offsets(kind, rate, seed):
        if at >= seconds:
            return due
        due.append(at)


def starting(start, times):
    for at in times:
        yield start + at
