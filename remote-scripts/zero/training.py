"""The own engine: one training step, the same computation in every stage, with the stage's communication around each unit."""
import time

import torch

import spans
from collective_ops import Collectives
from gpt import units
from memory_book import ActivationMeter, MemoryBook, storage_key
from shards import FlatUnit
from stages import STAGES
from wire import CpuWire, CudaWire

# float16 has too small a range for gradients; a fixed factor is enough for a benchmark of few steps.
LOSS_SCALE = {torch.float16: 1024.0}


class OwnEngine:
    name = "own"
    version = None

    def __init__(self, settings, sizes, data, device):
        self.data, self.device, self.world = data, device, settings.world
        self.micro_steps = data.grad_accum
        self.book = MemoryBook()
        self.wire = CudaWire(device) if device.type == "cuda" else CpuWire()
        self.loss_scale = LOSS_SCALE.get(settings.dtype, 1.0)
        collectives = Collectives(self.wire, self.book, settings.rank, settings.world, settings.backend)
        self.stage = STAGES[settings.stage](collectives, self.book, self.loss_scale)
        for module in units(sizes, settings.seed):
            self.stage.adopt(FlatUnit(module, settings.world, settings.dtype, device))
        self.units = self.stage.units
        self.parameters = sum(unit.count for unit in self.units)
        self.meter = None

    def model_states(self):
        return {kind: self.book.now[kind] for kind in ("parameters", "gradients", "optimizer")}

    def count_activations(self, on):
        """Costs a call for every saved tensor, so it is on in a warm-up step only."""
        self.meter = ActivationMeter(self.book, self.is_parameter) if on else None

    def is_parameter(self, key):
        # Looked up every time: stage 3's whole parameters lie elsewhere after every gather.
        return any(storage_key(unit.flat) == key for unit in self.units)

    def step(self, number):
        """One step: dict of seconds, bytes and the loss of this rank's share of the batch."""
        self.wire.begin_step()
        began = time.perf_counter()
        batches = self.data.step(number)
        fetched = time.perf_counter() - began
        self.stage.begin_step()
        losses = [self.micro_step(tokens, targets, micro) for micro, (tokens, targets) in enumerate(batches)]
        self.stage.update()
        record = self.wire.end_step()
        total = time.perf_counter() - began
        computing = spans.without(total, record.waits + [(0.0, fetched)])
        communication = record.spans()
        return {
            "time": total, "data": fetched, "compute": spans.length(computing), "communication": spans.length(communication),
            "exposed": spans.length(communication) - spans.overlap(communication, computing),
            "loss": sum(loss.item() for loss in losses) / len(losses), "calls": record.calls,
        }

    def micro_step(self, tokens, targets, micro):
        passes, x = [], tokens
        last_unit = len(self.units) - 1
        for number, unit in enumerate(self.units):
            self.stage.before_forward(number)
            given = x if number == 0 else x.detach().requires_grad_()
            x = self.forward(unit, given, targets if number == last_unit else None)
            self.stage.after_forward(number)
            passes.append((given, x))
        loss = x.detach()
        # The sum over ranks and micro steps of these is the mean over the global batch.
        gradient = torch.full_like(loss, self.loss_scale / (self.micro_steps * self.world))
        x = None
        for number in range(last_unit, -1, -1):
            self.stage.before_backward(number)
            given, out = passes.pop()
            torch.autograd.backward(out, gradient)
            gradient = given.grad
            given = out = None
            if self.meter is not None:
                self.meter.release()
            self.stage.after_backward(number, micro == 0, micro == self.micro_steps - 1)
        return loss

    def forward(self, unit, given, targets):
        words = (given,) if targets is None else (given, targets)
        if self.meter is None:
            return unit.module(*words)
        with self.meter.hooks():
            return unit.module(*words)
