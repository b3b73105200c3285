"""Datasets under test: a user's own, or a synthetic one whose decoding costs a stated time; and the marks by which batches are followed.

Worker processes are forked from this one, so their clock (perf_counter, CLOCK_MONOTONIC) is the same.
"""
import importlib
import os
import random
import sys
import time


class Pause(object):
    """Spends a stated time: `busy` on the processor (time on it is what counts, so that a crowded host takes longer), or `sleep`, as a wait for a disk does."""

    def __init__(self, kind, mean_us, cv, seed):
        self.kind, self.mean, self.seed = kind, mean_us * 1e-6, seed
        # Gamma with this mean and coefficient of variation; 1 is exponential.
        self.shape = 1.0 / cv ** 2 if cv > 0 else None

    def seconds(self, number):
        if self.shape is None or self.mean == 0:
            return self.mean
        return random.Random(self.seed * 1000003 + number).gammavariate(self.shape, self.mean / self.shape)

    def spend(self, number):
        seconds = self.seconds(number)
        if self.kind == "sleep":
            time.sleep(seconds)
            return
        end = time.process_time() + seconds
        while time.process_time() < end:
            pass


class Synthetic(object):
    """Map-style dataset of `length` samples of `sample_bytes` zero bytes, each decoded for the pause's time."""

    def __init__(self, length, sample_bytes, pause):
        self.length, self.sample_bytes, self.pause = length, sample_bytes, pause

    def __len__(self):
        return self.length

    def __getitem__(self, index):
        import torch

        self.pause.spend(index)
        return torch.zeros(self.sample_bytes, dtype=torch.uint8)


class Marked(object):
    """The dataset with the time at which the first sample of a batch was asked for."""

    def __init__(self, dataset):
        self.dataset, self.began = dataset, None

    def __len__(self):
        return len(self.dataset)

    def __getitem__(self, index):
        if self.began is None:
            self.began = time.perf_counter()
        return self.dataset[index]


class Collate(object):
    """Collates, and sends along when the batch was begun and ready, by whom, and that process's time on the processor."""

    def __init__(self, marked, collate):
        self.marked, self.collate = marked, collate

    def __call__(self, samples):
        batch = self.collate(samples)
        began, self.marked.began = self.marked.began, None
        return batch, (os.getpid(), began, time.perf_counter(), time.process_time())


def user_dataset(entry, folder):
    """(dataset, collate or None) of `module:callable`. Raises ValueError with what is wrong with it."""
    module, _, name = entry.partition(":")
    if folder:
        sys.path.insert(0, folder)
    made = getattr(importlib.import_module(module), name)()
    dataset, collate = made if isinstance(made, tuple) and len(made) == 2 else (made, None)
    if not hasattr(dataset, "__getitem__") or not hasattr(dataset, "__len__"):
        raise ValueError("%s gave a %s; a map-style dataset (__getitem__, __len__) is needed" % (entry, type(dataset).__name__))
    if len(dataset) == 0:
        raise ValueError("%s gave an empty dataset" % entry)
    return dataset, collate
