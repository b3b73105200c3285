"""All-reduce, reduce-scatter and all-gather on whole buffers, with the bytes that one rank hands to the wire for each.

The buffers have a multiple of `world` elements. all_reduce: gloo's and NCCL's rings send 2 (N-1)/N of the buffer, all_gather
(N-1)/N. gloo has no reduce_scatter: each rank sends every other one its part (all-to-all) and adds up what it receives, which is
(N-1)/N of the buffer as well. gloo of old torch versions knows no bfloat16: bytes are then moved as bytes, and an all-reduce is a
reduce-scatter followed by an all-gather, which sends the same as a ring.
"""
import torch
import torch.distributed as dist

from memory_book import storage_bytes

# Added up in float32 on the way; gloo's own all-reduce would refuse it, or round after every addition.
COMPOSED = (torch.bfloat16,)


def raw(tensor):
    """The same memory as bytes."""
    return tensor.view(torch.uint8)


class Collectives:
    def __init__(self, wire, book, rank, world, backend):
        self.wire, self.book, self.rank, self.world = wire, book, rank, world
        self.gloo = backend == "gloo"

    def part(self, flat, owner=None):
        """This rank's (or another's) part of a whole buffer."""
        share = flat.numel() // self.world
        first = (self.rank if owner is None else owner) * share
        return flat[first:first + share]

    def sent_parts(self, flat):
        """Bytes of the parts that leave this rank."""
        return sum(self.part(flat, owner).numel() * flat.element_size() for owner in range(self.world) if owner != self.rank)

    def all_reduce(self, flat):
        """The sum, in place."""
        if self.world == 1:
            return None
        return self.wire.submit("all_reduce", 2 * self.sent_parts(flat), lambda: self.run_all_reduce(flat))

    def reduce_scatter(self, flat, into, add):
        """This rank's part of the sum into `into` (which may be that part of `flat`), or added to it."""
        if self.world == 1:
            if into.data_ptr() != flat.data_ptr():
                into.add_(flat) if add else into.copy_(flat)
            return None
        return self.wire.submit("reduce_scatter", self.sent_parts(flat), lambda: self.run_reduce_scatter(flat, into, add))

    def all_gather(self, flat, own):
        """Every rank's `own` (which may be its part of `flat`) into `flat`. Not seen by autograd's version counters."""
        if self.world == 1:
            if own.data_ptr() != flat.data_ptr():
                flat.data.copy_(own)
            return None
        return self.wire.submit("all_gather", (self.world - 1) * own.numel() * own.element_size(), lambda: self.run_all_gather(flat, own))

    def wait(self, ticket):
        if ticket is not None:
            self.wire.wait(ticket)

    def run_all_reduce(self, flat):
        if not self.gloo or flat.dtype not in COMPOSED:
            dist.all_reduce(flat)
            return
        own = self.part(flat)
        self.run_reduce_scatter(flat, own, False)
        self.run_all_gather(flat, own)

    def run_reduce_scatter(self, flat, into, add):
        received = self.book.hold("buffers", torch.empty_like(flat if self.gloo else into))
        if self.gloo:
            dist.all_to_all_single(raw(received), raw(flat))
            total = received.view(self.world, -1).sum(0, dtype=torch.float32)
        else:
            (getattr(dist, "reduce_scatter_tensor", None) or dist._reduce_scatter_base)(received, flat)
            total = received
        into.add_(total) if add else into.copy_(total)
        self.book.remove("buffers", storage_bytes(received))

    def run_all_gather(self, flat, own):
        whole = flat.data
        if self.gloo:
            # A copy of its own where the input is a part of the output.
            dist.all_gather(list(raw(whole).split(raw(own).numel())), raw(own.clone()))
        else:
            (getattr(dist, "all_gather_into_tensor", None) or dist._all_gather_base)(whole, own)
