"""The collectives that collective_bench.py measures: buffers, the call, and what a right answer is.

Sizes are the total of a collective, as nccl-tests counts it: the buffer of all_reduce, broadcast and all_to_all, the
gathered buffer of all_gather, the buffer before it is scattered of reduce_scatter.
"""
import torch
import torch.distributed as dist

PERIOD = 7


def pattern(count, offset, dtype, device):
    """offset + 0, 1, ... 6, 0, 1, ...: small whole numbers, exact in every type for the worlds that fit it."""
    base = torch.arange(PERIOD, device=device).to(dtype) + offset
    return base.repeat(count // PERIOD + 1)[:count].contiguous()


def wrong_values(actual, expected):
    """Elements that differ; half-precision sums may round."""
    if actual.dtype in (torch.float16, torch.bfloat16):
        limit = expected.abs().float() * 2.0 ** -6
        return int(((actual.float() - expected.float()).abs() > limit).sum().item())
    return int((actual != expected).sum().item())


class Collective:
    """One collective over `count` elements in total; `run` is the timed call, `check` counts wrong elements once."""

    in_place = False

    def __init__(self, count, dtype, device, rank, world):
        self.count, self.dtype, self.device, self.rank, self.world = count, dtype, device, rank, world
        self.share = count // world

    def filled(self, count, offset):
        return pattern(count, offset, self.dtype, self.device)

    def zeros(self, count):
        return torch.zeros(count, dtype=self.dtype, device=self.device)


class AllReduce(Collective):
    name, in_place = "all_reduce", True

    def prepare(self):
        self.buffer = self.zeros(self.count)  # zero stays zero however often it is summed

    def run(self):
        dist.all_reduce(self.buffer)

    def check(self):
        self.buffer.copy_(self.filled(self.count, self.rank + 1))
        self.run()
        expected = self.filled(self.count, 0) * self.world + self.world * (self.world + 1) // 2
        wrong = wrong_values(self.buffer, expected)
        self.buffer.zero_()
        return wrong


class Broadcast(Collective):
    name, in_place = "broadcast", True

    def prepare(self):
        self.buffer = self.zeros(self.count)

    def run(self):
        dist.broadcast(self.buffer, src=0)

    def check(self):
        self.buffer.copy_(self.filled(self.count, 5 if self.rank == 0 else 0))
        self.run()
        return wrong_values(self.buffer, self.filled(self.count, 5))


class AllGather(Collective):
    name = "all_gather"

    def prepare(self):
        self.send = self.zeros(self.share)
        self.whole = self.zeros(self.count)
        self.parts = list(self.whole.split(self.share))

    def run(self):
        dist.all_gather(self.parts, self.send)

    def check(self):
        self.send.copy_(self.filled(self.share, self.rank + 1))
        self.run()
        return sum(wrong_values(part, self.filled(self.share, owner + 1)) for owner, part in enumerate(self.parts))


class ReduceScatter(Collective):
    name = "reduce_scatter"

    def prepare(self):
        self.whole = self.zeros(self.count)
        self.mine = self.zeros(self.share)
        self.call = getattr(dist, "reduce_scatter_tensor", None) or getattr(dist, "_reduce_scatter_base")

    def run(self):
        self.call(self.mine, self.whole)

    def check(self):
        for owner, part in enumerate(self.whole.split(self.share)):
            part.copy_(self.filled(self.share, (owner + self.rank) % PERIOD))
        self.run()
        offset = sum((self.rank + peer) % PERIOD for peer in range(self.world))
        return wrong_values(self.mine, self.filled(self.share, 0) * self.world + offset)


class AllToAll(Collective):
    name = "all_to_all"

    def prepare(self):
        self.send = self.zeros(self.count)
        self.received = self.zeros(self.count)

    def run(self):
        dist.all_to_all_single(self.received, self.send)

    def check(self):
        for peer, part in enumerate(self.send.split(self.share)):
            part.copy_(self.filled(self.share, (3 * self.rank + peer) % 11))
        self.run()
        parts = self.received.split(self.share)
        return sum(wrong_values(part, self.filled(self.share, (3 * peer + self.rank) % 11)) for peer, part in enumerate(parts))


COLLECTIVES = {kind.name: kind for kind in (AllReduce, AllGather, ReduceScatter, AllToAll, Broadcast)}


def element_count(kind, size_bytes, element_bytes, world):
    """Elements of at most size_bytes; whole shares where the collective splits its buffer. 0: too small to run."""
    count = size_bytes // element_bytes
    return count if kind in (AllReduce, Broadcast) else count // world * world
