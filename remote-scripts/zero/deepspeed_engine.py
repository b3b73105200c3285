"""DeepSpeed's own ZeRO as a second engine: the same model, data and optimizer. It overlaps inside itself, so only the step is timed."""
import time

import deepspeed
import torch
from torch import nn

from gpt import units
from shards import BETA1, BETA2, EPSILON, LEARNING_RATE


class Gpt(nn.Module):
    def __init__(self, sizes, seed):
        super().__init__()
        self.units = nn.ModuleList(units(sizes, seed))

    def forward(self, tokens, targets):
        x = tokens
        for unit in list(self.units)[:-1]:
            x = unit(x)
        return self.units[-1](x, targets)


def config_of(settings):
    adam = {"lr": LEARNING_RATE, "betas": [BETA1, BETA2], "eps": EPSILON, "weight_decay": 0.0, "torch_adam": True, "adam_w_mode": False}
    return {
        "train_micro_batch_size_per_gpu": settings.micro_batch,
        "gradient_accumulation_steps": settings.grad_accum,
        "optimizer": {"type": "Adam", "params": adam},
        "zero_optimization": {"stage": settings.stage},
        "bf16": {"enabled": settings.dtype == torch.bfloat16},
        "fp16": {"enabled": settings.dtype == torch.float16},
        "steps_per_print": 10 ** 9,
    }


class DeepSpeedEngine:
    name = "deepspeed"
    version = deepspeed.__version__
    book = None

    def __init__(self, settings, sizes, data, device):
        self.data, self.device = data, device
        model = Gpt(sizes, settings.seed)
        self.parameters = sum(parameter.numel() for parameter in model.parameters())
        self.engine = deepspeed.initialize(model=model, model_parameters=list(model.parameters()), config=config_of(settings))[0]

    def model_states(self):
        """Not told apart: DeepSpeed's buffers are its own."""
        return None

    def count_activations(self, on):
        """Nothing is counted: torch's allocator says what was held."""

    def step(self, number):
        torch.cuda.synchronize(self.device)
        began = time.perf_counter()
        batches = self.data.step(number)
        fetched = time.perf_counter() - began
        losses = []
        for tokens, targets in batches:
            loss = self.engine(tokens, targets)
            self.engine.backward(loss)
            self.engine.step()
            losses.append(loss.detach())
        torch.cuda.synchronize(self.device)
        total = time.perf_counter() - began
        return {
            "time": total, "data": fetched, "compute": None, "communication": None, "exposed": None,
            "loss": sum(loss.item() for loss in losses) / len(losses), "calls": None,
        }
