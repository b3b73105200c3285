"""A GPT-like model in units (embedding, blocks, head) that can be held, gathered and freed one by one, and its synthetic data.

Parameters are made from the seed unit by unit, on the CPU: every stage, every rank and every number of ranks starts from the
same model without ever holding more than one whole unit of it. The output matrix is not tied to the embedding, and attention
is plain (no fused kernels), so that every version of torch computes the same.
"""
import math

import torch
from torch import nn
from torch.nn import functional as F


class Sizes:
    """layers, hidden (width), heads, seq (tokens of a sequence), vocab."""

    def __init__(self, layers, hidden, heads, seq, vocab):
        self.layers, self.hidden, self.heads, self.seq, self.vocab = layers, hidden, heads, seq, vocab
        if hidden % heads:
            raise ValueError("hidden (%d) is no multiple of heads (%d)" % (hidden, heads))


def weight(generator, deviation, *shape):
    return nn.Parameter(torch.empty(*shape).normal_(0.0, deviation, generator=generator))


class Norm(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.scale, self.shift = nn.Parameter(torch.ones(width)), nn.Parameter(torch.zeros(width))

    def forward(self, x):
        return F.layer_norm(x, x.shape[-1:], self.scale, self.shift)


class Linear(nn.Module):
    def __init__(self, generator, width, out, deviation=0.02):
        super().__init__()
        self.weight, self.bias = weight(generator, deviation, out, width), nn.Parameter(torch.zeros(out))

    def forward(self, x):
        return F.linear(x, self.weight, self.bias)


class Embedding(nn.Module):
    def __init__(self, sizes, generator):
        super().__init__()
        self.tokens = weight(generator, 0.02, sizes.vocab, sizes.hidden)
        self.places = weight(generator, 0.02, sizes.seq, sizes.hidden)

    def forward(self, tokens):
        return F.embedding(tokens, self.tokens) + self.places[: tokens.shape[1]]


class Block(nn.Module):
    def __init__(self, sizes, generator):
        super().__init__()
        width, out = sizes.hidden, 0.02 / math.sqrt(2 * sizes.layers)
        self.heads = sizes.heads
        self.before_attention, self.before_mlp = Norm(width), Norm(width)
        self.qkv, self.project = Linear(generator, width, 3 * width), Linear(generator, width, width, out)
        self.up, self.down = Linear(generator, width, 4 * width), Linear(generator, 4 * width, width, out)
        hidden_later = torch.ones(sizes.seq, sizes.seq, dtype=torch.bool).triu(1)
        self.register_buffer("later", hidden_later, persistent=False)

    def attention(self, x):
        batch, length, width = x.shape
        parts = self.qkv(x).view(batch, length, 3, self.heads, width // self.heads).permute(2, 0, 3, 1, 4)
        query, key, value = parts[0], parts[1], parts[2]
        scores = query @ key.transpose(-2, -1) / math.sqrt(width // self.heads)
        shares = scores.masked_fill(self.later[:length, :length], float("-inf")).softmax(-1)
        return self.project((shares @ value).transpose(1, 2).reshape(batch, length, width))

    def forward(self, x):
        x = x + self.attention(self.before_attention(x))
        return x + self.down(F.gelu(self.up(self.before_mlp(x))))


class Head(nn.Module):
    """The mean cross-entropy of the next token."""

    def __init__(self, sizes, generator):
        super().__init__()
        self.norm = Norm(sizes.hidden)
        self.out = weight(generator, 0.02, sizes.vocab, sizes.hidden)

    def forward(self, x, targets):
        scores = F.linear(self.norm(x), self.out)
        return F.cross_entropy(scores.float().flatten(0, 1), targets.flatten())


def units(sizes, seed):
    """Makes the units one after another; each from a seed of its own."""
    kinds = [Embedding] + [Block] * sizes.layers + [Head]
    for number, kind in enumerate(kinds):
        yield kind(sizes, torch.Generator().manual_seed(seed * 100003 + number))


class Data:
    """Sequences that count on by a step of their own, modulo the vocabulary: learnable, and a function of (seed, step, number) alone.

    The numbers of a global batch are dealt out to micro steps and ranks, so that it is the same whatever the number of ranks.
    """

    def __init__(self, sizes, seed, micro_batch, grad_accum, rank, world, device):
        self.sizes, self.seed, self.device = sizes, seed, device
        self.micro_batch, self.grad_accum, self.rank, self.world = micro_batch, grad_accum, rank, world

    def sequence(self, step, number):
        generator = torch.Generator().manual_seed((self.seed * 1000003 + step) * 65537 + number)
        start = int(torch.randint(self.sizes.vocab, (1,), generator=generator))
        stride = 1 + int(torch.randint(4, (1,), generator=generator))
        return (start + stride * torch.arange(self.sizes.seq + 1)) % self.sizes.vocab

    def batch(self, step, micro):
        """(tokens, targets) of this rank, on its device."""
        first = (micro * self.world + self.rank) * self.micro_batch
        rows = torch.stack([self.sequence(step, first + row) for row in range(self.micro_batch)])
        return rows[:, :-1].contiguous().to(self.device), rows[:, 1:].contiguous().to(self.device)

    def step(self, step):
        return [self.batch(step, micro) for micro in range(self.grad_accum)]
