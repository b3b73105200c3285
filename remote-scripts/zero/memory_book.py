"""What the tensors of a rank hold, by kind, counted from the sizes of their real storages.

parameters, gradients, optimizer: what stays between the steps (the model states). buffers: what comes and goes for communication
(gathered parameters, whole gradients on their way, receive buffers). activations: what autograd keeps for the backward pass.
"""
import threading

import torch

KINDS = ("parameters", "gradients", "optimizer", "activations", "buffers")


def storage_bytes(tensor):
    if hasattr(tensor, "untyped_storage"):
        return tensor.untyped_storage().nbytes()
    return tensor.storage().nbytes()


def storage_key(tensor):
    """The storage's address; 0 when it holds nothing."""
    return tensor.untyped_storage().data_ptr() if hasattr(tensor, "untyped_storage") else tensor.storage().data_ptr()


def resize_storage(tensor, elements):
    """Frees (0) or makes the memory beneath a tensor whose shape stays."""
    if hasattr(tensor, "untyped_storage"):
        tensor.untyped_storage().resize_(elements * tensor.element_size())
    else:
        tensor.storage().resize_(elements)


class MemoryBook:
    """Bytes now and at most. Communication runs on a thread of its own, so it is locked."""

    def __init__(self):
        self.lock = threading.Lock()
        self.now = dict.fromkeys(KINDS, 0)
        self.peaks = dict.fromkeys(KINDS, 0)
        self.at_peak = dict(self.now)
        self.peak = 0

    def add(self, kind, count):
        with self.lock:
            self.now[kind] += count
            self.peaks[kind] = max(self.peaks[kind], self.now[kind])
            total = sum(self.now.values())
            if total > self.peak:
                self.peak, self.at_peak = total, dict(self.now)

    def remove(self, kind, count):
        with self.lock:
            self.now[kind] -= count

    def hold(self, kind, tensor):
        """Counts a tensor that is the only one of its storage; returns it."""
        self.add(kind, storage_bytes(tensor))
        return tensor


class ActivationMeter:
    """Counts what autograd saves during a forward pass, each storage once; parameters are not activations."""

    def __init__(self, book, is_parameter):
        self.book, self.is_parameter = book, is_parameter
        self.held = {}
        self.units = []

    def hooks(self):
        self.units.append([])
        return torch.autograd.graph.saved_tensors_hooks(self.pack, lambda saved: saved)

    def pack(self, tensor):
        key = storage_key(tensor)
        if key and not self.is_parameter(key):
            known = self.held.setdefault(key, [storage_bytes(tensor), 0])
            if known[1] == 0:
                self.book.add("activations", known[0])
            known[1] += 1
            self.units[-1].append(key)
        # Not the tensor itself: an output that its own node saved would never be freed.
        return tensor.detach()

    def release(self):
        """The newest unit has been through its backward pass."""
        for key in self.units.pop():
            self.held[key][1] -= 1
            if self.held[key][1] == 0:
                self.book.remove("activations", self.held.pop(key)[0])
